//! A query's meaning.

use std::{iter::Peekable, vec::IntoIter};

use jiff::Timestamp;

use crate::kql::{
    Document, Error, date, error,
    fold::folded,
    lexer::{Op, Token},
    term::{Field, Term},
};

/// How deep parentheses may be nested.
const MAX_DEPTH: usize = 64;

/// A part of a query.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Is(Term),
}

impl Node {
    pub(crate) fn matches(&self, document: &impl Document) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.matches(document)),
            Self::Any(nodes) => nodes.iter().any(|node| node.matches(document)),
            Self::Not(node) => !node.matches(document),
            Self::Is(term) => term.matches(document),
        }
    }

    /// Visits the terms that are not negated.
    pub(crate) fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Term)) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                for node in nodes {
                    node.each(visit);
                }
            }
            Self::Is(term) => visit(term),
            Self::Not(_) => {}
        }
    }

    /// Returns whether a field is named anywhere.
    pub(crate) fn names(&self, field: Field) -> bool {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(|node| node.names(field)),
            Self::Not(node) => node.names(field),
            Self::Is(term) => term.field() == Some(field),
        }
    }

    fn alternative(&self) -> Option<Field> {
        match self {
            Self::Is(term) => term.alternative(),
            _ => None,
        }
    }
}

/// Parses all of `tokens`.
pub(crate) fn parse(tokens: Vec<Token>, now: Timestamp) -> Result<Node, Error> {
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        now,
        within: (Field::Any, Op::Is),
        depth: 0,
    };
    let node = parser.any()?;
    match parser.tokens.next() {
        None => Ok(node),
        Some(_) => Err(error("a parenthesis is closed that was not opened")),
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
    now: Timestamp,
    /// The property in front of the parenthesis that we are in.
    within: (Field, Op),
    depth: usize,
}

impl Parser {
    fn any(&mut self) -> Result<Node, Error> {
        let mut nodes = vec![self.all()?];
        while self.take(&Token::Or) {
            nodes.push(self.all()?);
        }
        Ok(flat(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, Error> {
        let mut nodes = vec![self.sequence()?];
        while self.take(&Token::And) {
            nodes.push(self.sequence()?);
        }
        Ok(flat(nodes, Node::All))
    }

    fn sequence(&mut self) -> Result<Node, Error> {
        let mut nodes = Vec::new();
        while !matches!(self.tokens.peek(), None | Some(Token::And | Token::Or | Token::Close)) {
            nodes.push(self.unary()?);
        }
        if nodes.is_empty() {
            return Err(error("an operator or a parenthesis lacks its operand"));
        }
        Ok(flat(alternatives(nodes), Node::All))
    }

    fn unary(&mut self) -> Result<Node, Error> {
        match self.tokens.next() {
            Some(Token::Not) => self.deeper(|parser| Ok(Node::Not(Box::new(parser.unary()?)))),
            Some(Token::Open) => self.deeper(Self::group),
            Some(Token::Property(field, op)) => self.restriction(field, op),
            Some(Token::Words(words)) => self.words(&words),
            Some(Token::Everything) => Ok(Node::All(Vec::new())),
            _ => Err(error("NOT lacks its operand")),
        }
    }

    fn deeper(&mut self, parse: impl Fn(&mut Self) -> Result<Node, Error>) -> Result<Node, Error> {
        if self.depth == MAX_DEPTH {
            return Err(error("the query is nested too deep"));
        }
        self.depth += 1;
        let node = parse(self);
        self.depth -= 1;
        node
    }

    fn group(&mut self) -> Result<Node, Error> {
        let node = self.any()?;
        if self.take(&Token::Close) { Ok(node) } else { Err(error("a parenthesis is not closed")) }
    }

    fn restriction(&mut self, field: Field, op: Op) -> Result<Node, Error> {
        let outer = std::mem::replace(&mut self.within, (field, op));
        let node = match self.tokens.next() {
            Some(Token::Open) => self.deeper(Self::group),
            Some(Token::Words(words)) => self.words(&words),
            _ => Err(error("a property lacks its value")),
        };
        self.within = outer;
        node
    }

    fn words(&self, words: &str) -> Result<Node, Error> {
        let (field, op) = self.within;
        let term = match field {
            Field::Size => Term::Size(size(words, op)?),
            _ if field.is_time() => Term::Time(field, date::span(words, op, self.now)?),
            _ if field.is_truth() => Term::Truth(field, truth(words)?),
            Field::Path | Field::Site => Term::Under(field, place(words)),
            _ if matches!(op, Op::Is | Op::IsNot) => Term::Words(field, needle(words)),
            _ => return Err(error("text cannot be compared by size")),
        };
        let negated = op == Op::IsNot;
        Ok(if negated { Node::Not(Box::new(Node::Is(term))) } else { Node::Is(term) })
    }

    fn take(&mut self, token: &Token) -> bool {
        self.tokens.next_if_eq(token).is_some()
    }
}

fn flat(mut nodes: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { join(nodes) }
}

/// Makes alternatives of the values of one property that stand side by side.
fn alternatives(nodes: Vec<Node>) -> Vec<Node> {
    let mut groups: Vec<(Option<Field>, Vec<Node>)> = Vec::new();
    for node in nodes {
        let field = node.alternative();
        match groups.iter_mut().find(|(own, _)| field.is_some() && *own == field) {
            Some((_, group)) => group.push(node),
            None => groups.push((field, vec![node])),
        }
    }
    groups.into_iter().map(|(_, group)| flat(group, Node::Any)).collect()
}

/// Folds words; without the blank at its end the last one is a prefix.
fn needle(words: &str) -> String {
    match words.strip_suffix('*') {
        Some(prefix) => folded(prefix).trim_end().to_owned(),
        None => folded(words),
    }
}

/// Writes an address as documents are compared with it; a `*` lets it end within a name.
fn place(words: &str) -> String {
    let (text, end) = match words.strip_suffix('*') {
        Some(prefix) => (prefix, ""),
        None => (words.trim_end_matches('/'), "/"),
    };
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    format!("{}{end}", decoded.to_lowercase())
}

fn truth(word: &str) -> Result<bool, Error> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(error(format!("'{word}' is neither true nor false"))),
    }
}

fn size(text: &str, op: Op) -> Result<std::ops::Range<u64>, Error> {
    let number = |text: &str| {
        text.parse::<u64>().map_err(|_| error(format!("'{text}' is not a number of bytes")))
    };
    if let Some((from, to)) = text.split_once("..") {
        return Ok(number(from)?..number(to)?.saturating_add(1));
    }
    let own = number(text)?;
    let next = own.saturating_add(1);
    Ok(match op {
        Op::Is | Op::IsNot => own..next,
        Op::Less => 0..own,
        Op::LessOrEqual => 0..next,
        Op::Greater => next..u64::MAX,
        Op::GreaterOrEqual => own..u64::MAX,
    })
}
