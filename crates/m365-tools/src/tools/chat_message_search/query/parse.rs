use jiff::Zoned;
use m365_extract::excerpt;

use super::{Query, Term};
use crate::{ToolError, query, time};

/// The properties that a query may use.
const PROPERTIES: [&str; 8] =
    ["from", "to", "sent", "mentions", "hasAttachment", "hasAttachments", "IsMentioned", "IsRead"];

/// Reads a query as it is meant at `now`.
///
/// # Errors
///
/// Those of [`query::parse`].
pub(in super::super) fn parse(text: &str, now: &Zoned) -> Result<Query, ToolError> {
    query::parse(text, &PROPERTIES, now)
}

impl query::Term for Term {
    fn text(phrase: String, prefix: bool) -> Self {
        Self::Text { phrase, prefix }
    }

    fn property(name: &str, operator: &str, value: &str, now: &Zoned) -> Result<Self, ToolError> {
        of_property(name, operator, value, now)
    }

    fn is_alternative(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::From(_), Self::From(_))
                | (Self::To(_), Self::To(_))
                | (Self::Mentions(_), Self::Mentions(_))
        )
    }
}

fn of_property(name: &str, operator: &str, value: &str, now: &Zoned) -> Result<Term, ToolError> {
    let lower = name.to_ascii_lowercase();
    if lower == "sent" {
        return sent(operator, value, now);
    }
    let is_known = PROPERTIES.iter().any(|known| known.eq_ignore_ascii_case(name));
    if !is_known || lower == "isread" {
        return Err(unknown(name, operator));
    }
    if !matches!(operator, ":" | "=") || !value.chars().any(char::is_alphanumeric) {
        return Err(bad_value(name, operator, value, "a value behind a colon"));
    }
    let text = value.trim_end_matches('*').to_owned();
    match lower.as_str() {
        "from" => Ok(Term::From(text)),
        "to" => Ok(Term::To(text)),
        "mentions" if text.contains('@') => {
            Err(bad_value(name, operator, value, "a name or an object id"))
        }
        "mentions" => Ok(Term::Mentions(text)),
        "ismentioned" => Ok(Term::IsMentioned(flag(name, operator, value)?)),
        _ => Ok(Term::HasAttachment(flag(name, operator, value)?)),
    }
}

fn flag(name: &str, operator: &str, value: &str) -> Result<bool, ToolError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(bad_value(name, operator, value, "true or false")),
    }
}

/// Reads a day, a moment, a phrase such as `this week`, or two days with `..` between.
fn sent(operator: &str, value: &str, now: &Zoned) -> Result<Term, ToolError> {
    let refused = || bad_value("sent", operator, value, "a date such as 2026-11-01");
    let span = |text: &str| time::parse(text, now).ok_or_else(refused);
    if let (":" | "=", Some((first, last))) = (operator, value.split_once("..")) {
        let (start, end) = (Some(span(first)?.start), Some(span(last)?.end));
        return Ok(Term::Sent { start, end });
    }
    let span = span(value)?;
    let (start, end) = match operator {
        ">=" => (Some(span.start), None),
        ">" => (Some(span.end), None),
        "<=" => (None, Some(span.end)),
        "<" => (None, Some(span.start)),
        ":" | "=" => (Some(span.start), Some(span.end)),
        _ => return Err(refused()),
    };
    Ok(Term::Sent { start, end })
}

fn unknown(name: &str, operator: &str) -> ToolError {
    ToolError::validation(format!(
        "query: {:?} is no property of messages in Teams; from:, to:, sent>=2026-11-01, mentions:, \
         hasAttachment:true and IsMentioned:true are accepted, and in quotes it is text.",
        excerpt(&format!("{name}{operator}"), 40)
    ))
}

fn bad_value(name: &str, operator: &str, value: &str, accepted: &str) -> ToolError {
    ToolError::validation(format!(
        "query: {:?} is not accepted; {accepted} is.",
        excerpt(&format!("{name}{operator}{value}"), 60)
    ))
}
