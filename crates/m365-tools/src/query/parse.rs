use jiff::Zoned;

use super::{Query, Term};
use crate::{ToolError, kql};

/// How deep parentheses and `NOT`s may lie in each other.
const DEEPEST: usize = 50;

/// Reads a query as it is meant at `now`; `properties` are those whose values may stand apart from them.
///
/// Words are all wanted unless `OR` stands between them, and several values of one property are
/// alternatives.
///
/// # Errors
///
/// `VALIDATION_ERROR` for one that is too long or too deep, for quotes, parentheses or operators without
/// their partners, for a property that there is not, and for a value that it does not take.
pub(crate) fn parse<T: Term>(
    text: &str,
    properties: &[&str],
    now: &Zoned,
) -> Result<Query<T>, ToolError> {
    let text = kql::balanced(text, properties)?;
    let mut parser = Parser { tokens: tokens(&text, now)?, at: 0, depth: 0 };
    let query = parser.any()?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(dangling()),
    }
}

#[derive(Clone, Debug)]
enum Token<T> {
    Open,
    Close,
    And,
    Or,
    Not,
    Term(T),
}

struct Parser<T> {
    tokens: Vec<Token<T>>,
    at: usize,
    depth: usize,
}

impl<T: Term> Parser<T> {
    fn peek(&self) -> Option<&Token<T>> {
        self.tokens.get(self.at)
    }

    fn any(&mut self) -> Result<Query<T>, ToolError> {
        let mut parts = vec![self.all()?];
        while matches!(self.peek(), Some(Token::Or)) {
            self.at += 1;
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Query::Any))
    }

    fn all(&mut self) -> Result<Query<T>, ToolError> {
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

    fn operand(&mut self) -> Result<Query<T>, ToolError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(too_deep());
        }
        let operand = self.inner()?;
        self.depth -= 1;
        Ok(operand)
    }

    fn inner(&mut self) -> Result<Query<T>, ToolError> {
        let token = self.peek().cloned().ok_or_else(dangling)?;
        self.at += 1;
        match token {
            Token::Term(term) => Ok(Query::Term(term)),
            Token::Not => Ok(Query::Not(Box::new(self.operand()?))),
            Token::Open => {
                let inner = self.any()?;
                self.at += 1;
                Ok(inner)
            }
            Token::Close | Token::And | Token::Or => Err(dangling()),
        }
    }
}

fn one_or<T>(mut parts: Vec<Query<T>>, join: impl FnOnce(Vec<Query<T>>) -> Query<T>) -> Query<T> {
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
fn add<T: Term>(parts: &mut Vec<Query<T>>, next: Query<T>) {
    let last = parts.last_mut().filter(|last| is_alternative(last, &next));
    match last {
        Some(Query::Any(values)) => values.push(next),
        Some(last) => *last = Query::Any(vec![last.clone(), next]),
        None => parts.push(next),
    }
}

fn is_alternative<T: Term>(last: &Query<T>, next: &Query<T>) -> bool {
    let Query::Term(next) = next else { return false };
    let same = |one: &Query<T>| matches!(one, Query::Term(one) if one.is_alternative(next));
    match last {
        Query::Any(values) => values.iter().all(same),
        last => same(last),
    }
}

fn tokens<T: Term>(text: &str, now: &Zoned) -> Result<Vec<Token<T>>, ToolError> {
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
fn term<T: Term>(text: &str, prefix: bool) -> Option<Token<T>> {
    let phrase = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let has_words = phrase.chars().any(char::is_alphanumeric);
    has_words.then(|| Token::Term(T::text(phrase, prefix)))
}

/// Reads an operator, a word, or a property with its value.
fn word<'t, T: Term>(
    text: &'t str,
    now: &Zoned,
    tokens: &mut Vec<Token<T>>,
) -> Result<(Option<Token<T>>, &'t str), ToolError> {
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
    Ok((Some(Token::Term(T::property(name, operator, value.trim(), now)?)), after))
}

/// Takes `from:adele` or `sent>=2026-11-01` apart: name, operator and value.
pub(crate) fn property(word: &str) -> Option<(&str, &str, &str)> {
    let end = word.find([':', '=', '<', '>'])?;
    let (name, rest) = word.split_at(end);
    let operators = [">=", "<=", "<>", ":", "=", ">", "<"];
    let operator = operators.into_iter().find(|operator| rest.starts_with(operator))?;
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
    named.then(|| (name, operator, rest.get(operator.len()..).unwrap_or_default()))
}

fn too_deep() -> ToolError {
    ToolError::validation(format!(
        "query: parentheses and NOTs lie in each other deeper than {DEEPEST}; a simpler query is accepted."
    ))
}

fn dangling() -> ToolError {
    ToolError::validation(
        "query: AND, OR and NOT need words or parentheses beside them; in quotes they are text.",
    )
}
