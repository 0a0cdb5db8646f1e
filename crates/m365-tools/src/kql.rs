//! Keyword Query Language that a caller's text cannot widen.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use m365_graph::kql as graph;

use crate::{
    ToolError,
    time::{self, Interval},
};

/// How the ends of an interval are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dates {
    /// As days, with one more at each end.
    Days,
    /// The end to the second, which the caller has to prove right with what it finds.
    ExactEnd,
    /// Both ends to the second; likewise.
    Exact,
}

/// The longest query that is sent; Graph takes about 4,096 characters for all of it.
const MAX_QUERY: usize = 2_000;

/// Checks that a query ends outside quotes and parentheses, and never leaves those it stands in; returns
/// it without what Graph could misread, and with its `properties` joined to their values.
///
/// # Errors
///
/// `VALIDATION_ERROR` for one without words, too long, or whose quotes or parentheses do not match.
pub(crate) fn balanced(query: &str, properties: &[&str]) -> Result<String, ToolError> {
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
    Ok(tightened(&without_quoted_parentheses(&query), properties))
}

/// Closes the gap in `from: adele`, which would make free text of both: nobody means that.
fn tightened(query: &str, properties: &[&str]) -> String {
    let parts = query.split('"').enumerate().map(|(at, part)| match at % 2 {
        0 => without_gaps(part, properties),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("\"")
}

fn without_gaps(text: &str, properties: &[&str]) -> String {
    let mut tight = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        tight.push_str(if is_restriction(word, properties) { word } else { piece });
    }
    tight
}

fn is_restriction(word: &str, properties: &[&str]) -> bool {
    let name = word.trim_start_matches(['(', '-']).strip_suffix(':').unwrap_or_default();
    properties.iter().any(|property| property.eq_ignore_ascii_case(name))
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
pub(crate) fn plain(text: &str) -> String {
    let straight = text.chars().map(|character| match character {
        quote if graph::is_quote(quote) => '"',
        '\\' => ' ',
        other if other.is_control() => ' ',
        other => other,
    });
    straight.collect::<String>().trim().to_owned()
}

/// Writes `property:"text"` for a condition that is given; `field` is what its argument is called.
///
/// # Errors
///
/// `VALIDATION_ERROR` for a text without letters and digits.
pub(crate) fn restriction(
    field: &str,
    property: &str,
    text: Option<&str>,
) -> Result<Option<String>, ToolError> {
    let Some(text) = text else { return Ok(None) };
    Ok(Some(format!("{property}:\"{}\"", phrase(field, text)?)))
}

/// What may stand between quotes: KQL has no escape for a quote in a phrase, so they are left out.
pub(crate) fn phrase(field: &str, text: &str) -> Result<String, ToolError> {
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

/// Writes the ends of an interval as restrictions of `property`.
pub(crate) fn dates(property: &str, interval: &Interval, dates: Dates) -> Vec<String> {
    // Beyond these years there is nothing, and KQL does not know each date.
    let start = interval.start.filter(|start| year(*start) > 1900).map(|start| match dates {
        Dates::Exact => time::format_utc(start),
        Dates::Days | Dates::ExactEnd => day(start, -1),
    });
    let end = interval.last_second().filter(|last| year(*last) < 9999).map(|last| match dates {
        Dates::Days => day(last, 1),
        Dates::Exact | Dates::ExactEnd => time::format_utc(last),
    });
    let from = start.map(|start| format!("{property}>={start}"));
    from.into_iter().chain(end.map(|end| format!("{property}<={end}"))).collect()
}

fn year(moment: Timestamp) -> i16 {
    moment.to_zoned(TimeZone::UTC).year()
}

/// The day of a moment, moved by `shift` days.
fn day(moment: Timestamp, shift: i64) -> String {
    let date = moment.to_zoned(TimeZone::UTC).date();
    date.checked_add(shift.days()).unwrap_or(date).to_string()
}
