//! Builds Keyword Query Language that a caller's text cannot widen.

use m365_extract::excerpt;

use super::input::{Conditions, Importance};
pub(super) use crate::kql::Dates;
use crate::{
    ToolError,
    kql::{balanced, dates as bounds, phrase, plain, restriction},
    query,
    time::Interval,
};

/// The properties of mail that KQL knows.
const PROPERTIES: [&str; 17] = [
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
    "sent",
    "size",
    "subject",
    "to",
];

/// What stands before a colon in subjects and addresses.
const PREFIXES: [&str; 11] =
    ["aw", "fw", "fwd", "mailto", "re", "ref", "rv", "sv", "tr", "vs", "wg"];

/// Says which restrictions of a query mail's KQL does not know, for what they ask would be lost in silence.
///
/// # Errors
///
/// `VALIDATION_ERROR` for the read state, which an argument of its own asks for.
pub(super) fn unknown(text: &str) -> Result<Vec<String>, ToolError> {
    let query = plain(text);
    let restrictions = words(&query).filter_map(|word| Some((word, query::property(word)?)));
    let mut notices = Vec::new();
    for (word, (name, operator, value)) in restrictions {
        if is_read_state(name, value) {
            return Err(ToolError::validation(format!(
                "query: {:?} is not accepted, for Graph's search of mail knows no read state; leave it out, \
                 and set unreadOnly to true for what is unread.",
                excerpt(word, 40)
            )));
        }
        if is_unknown(name, operator, value) {
            notices.push(format!(
                "query: {:?} is no property of mail search, so {:?} may find nothing; in quotes it is \
                 looked for as words.",
                excerpt(name, 40),
                excerpt(word, 40)
            ));
        }
    }
    Ok(notices)
}

/// Returns the words of a query without what denies or demands them; one in quotes stays whole.
fn words(query: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let words = query.split(move |c: char| {
        quoted ^= c == '"';
        !quoted && (c.is_whitespace() || matches!(c, '(' | ')'))
    });
    words.map(|word| word.trim_start_matches(['-', '+']))
}

fn is_read_state(name: &str, value: &str) -> bool {
    match name.to_ascii_lowercase().as_str() {
        "isread" => true,
        "isunread" | "unread" => !value.is_empty(),
        "is" => ["read", "unread"].contains(&value.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

/// Tells a property that there is not from times, addresses and subjects, which have colons, too.
fn is_unknown(name: &str, operator: &str, value: &str) -> bool {
    let known = PROPERTIES.iter().chain(&PREFIXES).any(|one| one.eq_ignore_ascii_case(name));
    let restricts = matches!(operator, ":" | "=" | ">=" | "<=") && name.len() > 1;
    restricts && !known && !value.is_empty() && !value.starts_with("//")
}

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
        parts.push(format!("({})", balanced(query, &PROPERTIES)?));
    }
    parts.extend(restriction("sender", "from", conditions.sender.as_deref())?);
    parts.extend(restriction("recipient", "recipients", conditions.recipient.as_deref())?);
    parts.extend(subject_words(conditions.subject.as_deref())?);
    // For KQL a picture in the body is an attachment too, and what is normal it calls medium: only what
    // finds at least all that is wanted is sent, and the rest compared with each message.
    if conditions.has_attachments == Some(true) {
        parts.push("hasAttachments:true".to_owned());
    }
    if let Some(importance @ (Importance::Low | Importance::High)) = conditions.importance {
        parts.push(format!("importance:{}", importance.as_str()));
    }
    parts.extend(bounds("received", interval, dates));
    Ok(parts.join(" AND "))
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
    fn a_property_that_mail_search_does_not_know_is_named() {
        for text in ["foo:bar", "budget -foo:\"a b\"", "(foo:a OR cc:b)", "foo=bar", "foo>=2"] {
            let [notice] = unknown(text).unwrap().try_into().unwrap();
            assert!(notice.starts_with("query: \"foo\" is no property"), "{text}: {notice}");
        }
    }

    #[test]
    fn times_addresses_subjects_and_phrases_are_no_properties() {
        let fine = [
            "from:adele subject:budget received>=2026-11-01 Sent:today size>10000",
            "12:30",
            "https://contoso.example/a",
            "mailto:adele@contoso.example",
            "re:budget AW:x",
            "note: x",
            "\"foo:bar\" “foo:bar”",
            "(a b)",
        ];

        for text in fine {
            assert_eq!(unknown(text).unwrap(), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_read_state_is_refused_with_the_argument_for_it() {
        for text in
            ["isRead:false", "budget -isread:true", "(isread: false)", "is:unread", "unread=true"]
        {
            let error = unknown(text).unwrap_err();
            assert!(error.message().contains("unreadOnly"), "{text}");
        }
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
                proptest::prop_assert!(balanced(own, &PROPERTIES).is_ok());
                proptest::prop_assert!(own.starts_with('(') && own.ends_with(')'));
                proptest::prop_assert_eq!(rest.matches('"').count(), 1);
                proptest::prop_assert!(rest.ends_with('"'));
            }
        }
    }
}
