//! Builds Keyword Query Language that a caller's text cannot widen.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::input::{Conditions, Importance};
use crate::{
    ToolError,
    time::{self, Interval},
};

/// How the ends of an interval are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dates {
    /// As days, with one more at each end.
    Days,
    /// The end to the second, which the caller has to prove right with what it finds.
    ExactEnd,
    /// Both ends to the second; likewise.
    Exact,
}

/// The longest query that is sent; Graph takes about 4,096 characters for all of it.
const MAX_QUERY: usize = 2_000;

/// The properties of mail that KQL knows.
const PROPERTIES: [&str; 15] = [
    "attachment",
    "bcc",
    "body",
    "category",
    "cc",
    "from",
    "hasAttachment",
    "hasAttachments",
    "importance",
    "kind",
    "participants",
    "received",
    "recipients",
    "subject",
    "to",
];

/// Joins the caller's query with all other conditions that KQL can express.
///
/// What the caller wrote stands in parentheses or quotes that it cannot close, so it narrows the
/// result and never widens it. Dates are usually sent as days, one more at each end, because the zone
/// of a KQL day is not documented: the caller of this function compares the exact bounds.
///
/// # Errors
///
/// `VALIDATION_ERROR` for a query whose quotes or parentheses do not match.
pub(super) fn build(
    conditions: &Conditions,
    interval: &Interval,
    dates: Dates,
) -> Result<String, ToolError> {
    let mut parts = Vec::new();
    if let Some(query) = &conditions.query {
        parts.push(format!("({})", balanced(query)?));
    }
    parts.extend(phrase_condition("sender", "from", conditions.sender.as_deref())?);
    parts.extend(phrase_condition("recipient", "recipients", conditions.recipient.as_deref())?);
    parts.extend(subject_words(conditions.subject.as_deref())?);
    // For KQL a picture in the body is an attachment too, and what is normal it calls medium: only what
    // finds at least all that is wanted is sent, and the rest compared with each message.
    if conditions.has_attachments == Some(true) {
        parts.push("hasAttachments:true".to_owned());
    }
    if let Some(importance @ (Importance::Low | Importance::High)) = conditions.importance {
        parts.push(format!("importance:{}", importance.as_str()));
    }
    parts.extend(received(interval, dates));
    Ok(parts.join(" AND "))
}

/// Checks that a query ends outside quotes and parentheses, and never leaves those it stands in.
fn balanced(query: &str) -> Result<String, ToolError> {
    let query = plain(query);
    if query.chars().count() > MAX_QUERY {
        return Err(ToolError::validation(format!(
            "query: it is longer than {MAX_QUERY} characters; a shorter one is accepted."
        )));
    }
    if !query.chars().any(char::is_alphanumeric) {
        return Err(ToolError::validation(
            "query: it has no words; some are accepted, or * for all.",
        ));
    }
    let (depth, quoted) = query.chars().try_fold((0_u32, false), step).ok_or_else(unbalanced)?;
    if depth > 0 || quoted {
        return Err(unbalanced());
    }
    Ok(tightened(&without_quoted_parentheses(&query)))
}

/// Closes the gap in `from: adele`, which would make free text of both: nobody means that.
fn tightened(query: &str) -> String {
    let parts = query.split('"').enumerate().map(|(at, part)| match at % 2 {
        0 => without_gaps(part),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("\"")
}

fn without_gaps(text: &str) -> String {
    let mut tight = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        tight.push_str(if is_restriction(word) { word } else { piece });
    }
    tight
}

fn is_restriction(word: &str) -> bool {
    let name = word.trim_start_matches(['(', '-']).strip_suffix(':').unwrap_or_default();
    PROPERTIES.iter().any(|property| property.eq_ignore_ascii_case(name))
}

/// Blanks parentheses in phrases, where they match nothing: so they pair up for any reader, also one
/// that takes quotes for something else.
fn without_quoted_parentheses(query: &str) -> String {
    let mut quoted = false;
    let blank = |character: char| {
        quoted ^= character == '"';
        if quoted && matches!(character, '(' | ')') { ' ' } else { character }
    };
    query.chars().map(blank).collect()
}

fn step((depth, quoted): (u32, bool), character: char) -> Option<(u32, bool)> {
    match character {
        '"' => Some((depth, !quoted)),
        '(' if !quoted => Some((depth + 1, quoted)),
        ')' if !quoted => Some((depth.checked_sub(1)?, quoted)),
        _ => Some((depth, quoted)),
    }
}

fn unbalanced() -> ToolError {
    ToolError::validation(
        "query: its quotes or parentheses do not match; each \" and each ( needs its partner.",
    )
}

/// Straightens typographic quotes, and turns what Graph could take for syntax of its own into blanks.
fn plain(text: &str) -> String {
    let straight = text.chars().map(|character| match character {
        '“' | '”' | '„' | '«' | '»' => '"',
        '\\' => ' ',
        other if other.is_control() => ' ',
        other => other,
    });
    straight.collect::<String>().trim().to_owned()
}

fn phrase_condition(
    field: &str,
    property: &str,
    text: Option<&str>,
) -> Result<Option<String>, ToolError> {
    let Some(text) = text else { return Ok(None) };
    Ok(Some(format!("{property}:\"{}\"", phrase(field, text)?)))
}

/// Each word of the subject on its own; words in quotes stay together, and what has neither letter nor
/// digit is no word for Graph either.
fn subject_words(text: Option<&str>) -> Result<Vec<String>, ToolError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let whole = plain(text);
    let parts = whole.split('"').enumerate().flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    let words: Vec<&str> = parts.filter(|part| part.chars().any(char::is_alphanumeric)).collect();
    if words.is_empty() {
        phrase("subject", text)?;
    }
    words.into_iter().map(|word| Ok(format!("subject:\"{}\"", phrase("subject", word)?))).collect()
}

/// What may stand between quotes: KQL has no escape for a quote in a phrase, so they are left out.
fn phrase(field: &str, text: &str) -> Result<String, ToolError> {
    let words = plain(text).replace('"', " ");
    let phrase = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if !phrase.chars().any(char::is_alphanumeric) || phrase.chars().count() > 500 {
        return Err(ToolError::validation(format!(
            "{field}: {:?} is not accepted; up to 500 characters with a letter or digit are.",
            m365_extract::excerpt(text, 60)
        )));
    }
    Ok(phrase)
}

fn received(interval: &Interval, dates: Dates) -> Vec<String> {
    // Beyond these years there is no mail, and KQL does not know each date.
    let start = interval.start.filter(|start| year(*start) > 1900).map(|start| match dates {
        Dates::Exact => time::format_utc(start),
        Dates::Days | Dates::ExactEnd => day(start, -1),
    });
    let end = interval.last_second().filter(|last| year(*last) < 9999).map(|last| match dates {
        Dates::Days => day(last, 1),
        Dates::Exact | Dates::ExactEnd => time::format_utc(last),
    });
    let from = start.map(|start| format!("received>={start}"));
    from.into_iter().chain(end.map(|end| format!("received<={end}"))).collect()
}

fn year(moment: Timestamp) -> i16 {
    moment.to_zoned(TimeZone::UTC).year()
}

/// The day of a moment, moved by `shift` days.
fn day(moment: Timestamp, shift: i64) -> String {
    let date = moment.to_zoned(TimeZone::UTC).date();
    date.checked_add(shift.days()).unwrap_or(date).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    fn query(text: &str) -> Conditions {
        Conditions { query: Some(text.into()), ..Conditions::default() }
    }

    fn built(conditions: &Conditions) -> String {
        build(conditions, &Interval::default(), Dates::Days).unwrap()
    }

    #[test]
    fn all_conditions_narrow_the_query() {
        let conditions = Conditions {
            query: Some("budget OR from:adele".into()),
            sender: Some("Adele Vance".into()),
            recipient: Some("mira@fjordlight.example".into()),
            subject: Some("Q3 \"cost plan\"".into()),
            has_attachments: Some(true),
            importance: Some(Importance::High),
            ..Conditions::default()
        };
        let interval = Interval {
            start: Some("2026-11-01T00:00:00Z".parse().unwrap()),
            end: Some("2026-11-08T00:00:00Z".parse().unwrap()),
        };

        assert_eq!(
            build(&conditions, &interval, Dates::Days).unwrap(),
            "(budget OR from:adele) AND from:\"Adele Vance\" AND recipients:\"mira@fjordlight.example\" \
             AND subject:\"Q3\" AND subject:\"cost plan\" AND hasAttachments:true AND importance:high \
             AND received>=2026-10-31 AND received<=2026-11-08"
        );
    }

    #[test]
    fn r23_a_query_cannot_leave_its_parentheses() {
        let wrong = [
            "\"\"",
            "()",
            "\") OR (\"b\"",
            "a) OR (b",
            "(",
            ")",
            "\"",
            "a \"b",
            "((a)",
            "a))((",
            "“a",
            "\")\" )",
        ];

        for text in wrong {
            let error = build(&query(text), &Interval::default(), Dates::Days).unwrap_err();
            assert_eq!(error.code(), ErrorCode::ValidationError, "{text}");
        }
    }

    #[test]
    fn balanced_syntax_is_the_callers_to_use() {
        assert_eq!(built(&query("(a OR \"b )\") NOT c*")), "((a OR \"b  \") NOT c*)");
        assert_eq!(built(&query("\") OR path:\"…")), "(\"  OR path:\"…)");
        assert_eq!(built(&query("“cost plan”")), "(\"cost plan\")");
        assert_eq!(built(&query("' or 1 eq 1&$select=body")), "(' or 1 eq 1&$select=body)");
        assert_eq!(built(&query("a\\\r\nb")), "(a   b)");
    }

    #[test]
    fn a_blank_behind_a_property_is_closed_and_others_stay() {
        assert_eq!(built(&query("from: adele (to: \"a b\")")), "(from:adele (to:\"a b\"))");
        assert_eq!(built(&query("\"from: adele\" note: x")), "(\"from: adele\" note: x)");
    }

    #[test]
    fn a_word_without_letters_or_digits_is_left_out_of_the_subject() {
        let cases = [
            ("RE: Borealis - one", "subject:\"RE:\" AND subject:\"Borealis\" AND subject:\"one\""),
            ("Q3 & budget", "subject:\"Q3\" AND subject:\"budget\""),
            ("40 %", "subject:\"40\""),
            ("☀️ \"–\" Last \"chance …\"", "subject:\"Last\" AND subject:\"chance …\""),
        ];

        for (text, expected) in cases {
            let subject = Conditions { subject: Some(text.into()), ..Conditions::default() };
            assert_eq!(built(&subject), expected);
        }
    }

    #[test]
    fn a_field_without_letters_is_refused() {
        for text in ["\"", "()", "\u{202e}"] {
            let sender = Conditions { sender: Some(text.into()), ..Conditions::default() };
            let subject = Conditions { subject: Some(text.into()), ..Conditions::default() };
            assert!(build(&sender, &Interval::default(), Dates::Days).is_err(), "{text}");
            assert!(build(&subject, &Interval::default(), Dates::Days).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn r23_no_text_escapes_from_its_place(text in "[a-z \"()*:\\\\]{0,30}", name in "\\PC{1,20}") {
            let conditions = Conditions { sender: Some(name), ..query(&text) };

            if let Ok(kql) = build(&conditions, &Interval::default(), Dates::Days) {
                let (own, rest) = kql.rsplit_once(" AND from:\"").unwrap();
                proptest::prop_assert!(balanced(own).is_ok());
                proptest::prop_assert!(own.starts_with('(') && own.ends_with(')'));
                proptest::prop_assert_eq!(rest.matches('"').count(), 1);
                proptest::prop_assert!(rest.ends_with('"'));
            }
        }
    }
}
