//! The tokens of `$filter`.

use jiff::Timestamp;

use crate::graph::{fail::Fail, filter::property::Value};

/// A piece of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Open,
    Close,
    Comma,
    /// An operator, a function or a path.
    Name(String),
    Literal(Value),
}

/// Cuts a filter into tokens.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, Fail> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Token::Open, &rest[1..]),
            ')' => (Token::Close, &rest[1..]),
            ',' => (Token::Comma, &rest[1..]),
            '\'' => quoted(&rest[1..])?,
            _ => word(rest)?,
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// A quote inside text is written twice.
fn quoted(text: &str) -> Result<(Token, &str), Fail> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('\'').ok_or_else(unclosed)?;
        out.push_str(part);
        let Some(more) = after.strip_prefix('\'') else {
            return Ok((Token::Literal(Value::Text(out)), after));
        };
        out.push('\'');
        rest = more;
    }
}

fn unclosed() -> Fail {
    Fail::parse_uri("There is an unterminated string literal in the filter.")
}

fn word(text: &str) -> Result<(Token, &str), Fail> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '\'');
    let (word, rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
    Ok((token(word)?, rest))
}

fn token(word: &str) -> Result<Token, Fail> {
    Ok(match word {
        "true" => Token::Literal(Value::Bool(true)),
        "false" => Token::Literal(Value::Bool(false)),
        "null" => Token::Literal(Value::Null),
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => Token::Literal(time(word)?),
        _ => Token::Name(word.to_owned()),
    })
}

/// A date alone is its midnight in UTC.
fn time(word: &str) -> Result<Value, Fail> {
    let full = if word.len() == 10 { format!("{word}T00:00:00Z") } else { word.to_owned() };
    let bad = |_| Fail::parse_uri(format!("Syntax error: '{word}' in the filter."));
    full.parse::<Timestamp>().map(Value::Time).map_err(bad)
}
