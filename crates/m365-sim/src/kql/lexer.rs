//! A query's tokens.

use crate::kql::{
    Error, error,
    term::{Dialect, Field},
};

/// The longest restriction, property and operator included, in characters.
const MAX_RESTRICTION: usize = 2048;

/// How a property is compared with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// `:` or `=`
    Is,
    /// `<>`
    IsNot,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    And,
    Or,
    Not,
    Open,
    Close,
    /// A `*` by itself, which everything matches.
    Everything,
    /// A word or phrase, with a `*` at its end where it is a prefix.
    Words(String),
    /// A property and its operator, glued to what follows.
    Property(Field, Op),
}

/// Cuts a query into tokens.
pub(crate) fn tokens(dialect: Dialect, text: &str) -> Result<Vec<Token>, Error> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    let mut restriction = None;
    while !rest.is_empty() {
        let (token, after) = next(dialect, rest)?;
        let start = restriction.take().unwrap_or(rest);
        if matches!(token, Token::Property(..)) {
            restriction = Some(start);
        } else if is_too_long(start, rest, after) {
            return Err(error(format!(
                "a property restriction is longer than {MAX_RESTRICTION} characters"
            )));
        }
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// Returns whether what lies between `start` and `after` is a restriction, not only the value at
/// `value`, and longer than restrictions are.
fn is_too_long(start: &str, value: &str, after: &str) -> bool {
    let length = start.len() - after.len();
    start.len() > value.len() && start[..length].chars().count() > MAX_RESTRICTION
}

fn next(dialect: Dialect, text: &str) -> Result<(Token, &str), Error> {
    if let Some(rest) = text.strip_prefix('(') {
        return Ok((Token::Open, rest));
    }
    if let Some(rest) = text.strip_prefix(')') {
        return Ok((Token::Close, rest));
    }
    if let Some(rest) = text.strip_prefix('"') {
        return phrase(rest);
    }
    if let Some(rest) = text.strip_prefix('-').filter(|rest| glued(rest)) {
        return Ok((Token::Not, rest));
    }
    if let Some(rest) = text.strip_prefix('+').filter(|rest| glued(rest)) {
        return next(dialect, rest);
    }
    if let Some(found) = property(dialect, text) {
        return Ok(found);
    }
    word(dialect, text)
}

fn glued(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphanumeric() || c == '"' || c == '(')
}

fn phrase(text: &str) -> Result<(Token, &str), Error> {
    let (words, rest) = text.split_once('"').ok_or_else(|| error("a quote is not closed"))?;
    match rest.strip_prefix('*') {
        Some(rest) => Ok((Token::Words(format!("{words}*")), rest)),
        None => Ok((Token::Words(words.to_owned()), rest)),
    }
}

/// A property needs its operator and value right behind it; with a blank it is a word.
fn property(dialect: Dialect, text: &str) -> Option<(Token, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let field = dialect.field(&text[..end])?;
    let (op, rest) = operator(&text[end..])?;
    let has_value = rest.starts_with(|c: char| !c.is_whitespace() && c != ')');
    has_value.then_some((Token::Property(field, op), rest))
}

fn operator(text: &str) -> Option<(Op, &str)> {
    const OPS: [(&str, Op); 7] = [
        ("<>", Op::IsNot),
        ("<=", Op::LessOrEqual),
        (">=", Op::GreaterOrEqual),
        ("<", Op::Less),
        (">", Op::Greater),
        (":", Op::Is),
        ("=", Op::Is),
    ];
    OPS.iter().find_map(|(sign, op)| Some((*op, text.strip_prefix(sign)?)))
}

fn word(dialect: Dialect, text: &str) -> Result<(Token, &str), Error> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"');
    let end = text.find(ends).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let token = match word {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        "NEAR" | "ONEAR" | "XRANK" => {
            return Err(error(format!("'{word}' is not supported for {dialect}")));
        }
        "*" if dialect == Dialect::Files => Token::Everything,
        _ if word.starts_with('*') => return Err(error("a leading '*' is not supported")),
        _ => Token::Words(word.to_owned()),
    };
    Ok((token, rest))
}
