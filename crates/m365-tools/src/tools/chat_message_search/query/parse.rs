use jiff::Zoned;
use m365_extract::excerpt;

use super::Query;
use crate::{ToolError, kql, time};

/// How deep parentheses and NOT may stand in each other: each level takes room on the stack.
const DEEPEST: usize = 50;

/// The properties that a query may use.
const PROPERTIES: [&str; 8] =
    ["from", "to", "sent", "mentions", "hasAttachment", "hasAttachments", "IsMentioned", "IsRead"];

/// Reads a query as it is meant at `now`.
///
/// Words are all wanted unless `OR` stands between them, and several values of one property are
/// alternatives.
///
/// # Errors
///
/// `VALIDATION_ERROR` for quotes, parentheses or operators without their partners or too many in each
/// other, for a property that messages do not have, and for a value that it does not take.
pub(in super::super) fn parse(text: &str, now: &Zoned) -> Result<Query, ToolError> {
    let text = kql::balanced(text, &PROPERTIES)?;
    let mut parser = Parser { tokens: tokens(&text, now)?, at: 0, depth: 0 };
    let query = parser.any()?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(dangling()),
    }
}

#[derive(Clone, Debug)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Term(Query),
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// How many parentheses and NOT stand around the next token.
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn any(&mut self) -> Result<Query, ToolError> {
        let mut parts = vec![self.all()?];
        while matches!(self.peek(), Some(Token::Or)) {
            self.at += 1;
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Query::Any))
    }

    fn all(&mut self) -> Result<Query, ToolError> {
        let mut parts = vec![self.operand()?];
        loop {
            match self.peek() {
                None | Some(Token::Close | Token::Or) => return Ok(one_or(parts, Query::All)),
                Some(Token::And) => {
                    self.at += 1;
                    parts.push(self.operand()?);
                }
                Some(_) => {
                    let next = self.operand()?;
                    add(&mut parts, next);
                }
            }
        }
    }

    fn operand(&mut self) -> Result<Query, ToolError> {
        let token = self.peek().cloned().ok_or_else(dangling)?;
        self.at += 1;
        match token {
            Token::Term(term) => Ok(term),
            Token::Not => Ok(Query::Not(Box::new(self.deeper(Self::operand)?))),
            Token::Open => {
                let inner = self.deeper(Self::any)?;
                self.at += 1;
                Ok(inner)
            }
            Token::Close | Token::And | Token::Or => Err(dangling()),
        }
    }

    /// Reads what stands one level deeper.
    fn deeper(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Query, ToolError>,
    ) -> Result<Query, ToolError> {
        if self.depth == DEEPEST {
            return Err(too_deep());
        }
        self.depth += 1;
        let inner = read(self)?;
        self.depth -= 1;
        Ok(inner)
    }
}

fn one_or(mut parts: Vec<Query>, join: impl FnOnce(Vec<Query>) -> Query) -> Query {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

/// Adds what stands beside the last part: another value of the same property is an alternative.
fn add(parts: &mut Vec<Query>, next: Query) {
    let last = parts.last_mut().filter(|last| is_alternative(last, &next));
    match last {
        Some(Query::Any(values)) => values.push(next),
        Some(last) => *last = Query::Any(vec![last.clone(), next]),
        None => parts.push(next),
    }
}

fn is_alternative(last: &Query, next: &Query) -> bool {
    let same = |one: &Query| {
        matches!(
            (one, next),
            (Query::From(_), Query::From(_))
                | (Query::To(_), Query::To(_))
                | (Query::Mentions(_), Query::Mentions(_))
        )
    };
    match last {
        Query::Any(values) => values.iter().all(same),
        last => same(last),
    }
}

fn tokens(text: &str, now: &Zoned) -> Result<Vec<Token>, ToolError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Some(Token::Open), &rest[1..]),
            ')' => (Some(Token::Close), &rest[1..]),
            '"' => {
                let (phrase, after) = quoted(rest);
                (term(phrase, false), after)
            }
            _ => word(rest, now, &mut tokens)?,
        };
        tokens.extend(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// Returns what stands in the quotes that `text` begins with, and what follows them.
fn quoted(text: &str) -> (&str, &str) {
    let inner = text.strip_prefix('"').unwrap_or(text);
    inner.split_once('"').unwrap_or((inner, ""))
}

/// A text without any letter or digit is no word for Graph either.
fn term(text: &str, prefix: bool) -> Option<Token> {
    let phrase = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let has_words = phrase.chars().any(char::is_alphanumeric);
    has_words.then_some(Token::Term(Query::Text { phrase, prefix }))
}

/// Reads an operator, a word, or a property with its value.
fn word<'t>(
    text: &'t str,
    now: &Zoned,
    tokens: &mut Vec<Token>,
) -> Result<(Option<Token>, &'t str), ToolError> {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"'));
    let (word, after) = text.split_at(end.unwrap_or(text.len()));
    match word {
        "AND" => return Ok((Some(Token::And), after)),
        "OR" => return Ok((Some(Token::Or), after)),
        "NOT" => return Ok((Some(Token::Not), after)),
        _ => {}
    }
    let bare = word.strip_prefix('+').unwrap_or(word);
    let bare = match bare.strip_prefix('-').filter(|rest| !rest.is_empty()) {
        Some(rest) => {
            tokens.push(Token::Not);
            rest
        }
        None => bare,
    };
    let Some((name, operator, value)) = property(bare) else {
        let (bare, prefix) = bare.strip_suffix('*').map_or((bare, false), |bare| (bare, true));
        let term = term(bare, prefix);
        if term.is_none() && tokens.last().is_some_and(|last| matches!(last, Token::Not)) {
            tokens.pop();
        }
        return Ok((term, after));
    };
    let (value, after) = match value {
        "" if after.starts_with('"') => quoted(after),
        value => (value, after),
    };
    Ok((Some(Token::Term(of_property(name, operator, value.trim(), now)?)), after))
}

/// Takes `from:adele` or `sent>=2026-11-01` apart.
fn property(word: &str) -> Option<(&str, &str, &str)> {
    let end = word.find([':', '=', '<', '>'])?;
    let (name, rest) = word.split_at(end);
    let operators = [">=", "<=", "<>", ":", "=", ">", "<"];
    let operator = operators.into_iter().find(|operator| rest.starts_with(operator))?;
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
    named.then(|| (name, operator, rest.get(operator.len()..).unwrap_or_default()))
}

fn of_property(name: &str, operator: &str, value: &str, now: &Zoned) -> Result<Query, ToolError> {
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
        "from" => Ok(Query::From(text)),
        "to" => Ok(Query::To(text)),
        "mentions" if text.contains('@') => {
            Err(bad_value(name, operator, value, "a name or an object id"))
        }
        "mentions" => Ok(Query::Mentions(text)),
        "ismentioned" => Ok(Query::IsMentioned(flag(name, operator, value)?)),
        _ => Ok(Query::HasAttachment(flag(name, operator, value)?)),
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
fn sent(operator: &str, value: &str, now: &Zoned) -> Result<Query, ToolError> {
    let refused = || bad_value("sent", operator, value, "a date such as 2026-11-01");
    let span = |text: &str| time::parse(text, now).ok_or_else(refused);
    if let (":" | "=", Some((first, last))) = (operator, value.split_once("..")) {
        let (start, end) = (Some(span(first)?.start), Some(span(last)?.end));
        return Ok(Query::Sent { start, end });
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
    Ok(Query::Sent { start, end })
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

fn too_deep() -> ToolError {
    ToolError::validation(format!(
        "query: up to {DEEPEST} parentheses and NOT are accepted in each other; a plainer one is needed."
    ))
}

fn dangling() -> ToolError {
    ToolError::validation(
        "query: AND, OR and NOT need words or parentheses beside them; in quotes they are text.",
    )
}
