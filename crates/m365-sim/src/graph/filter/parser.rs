//! The grammar of `$filter`: comparisons, `startswith`, `contains`, and, or, not.

use std::{iter::Peekable, vec::IntoIter};

use http::StatusCode;

use crate::graph::{
    fail::Fail,
    filter::{
        lexer::{Token, tokens},
        property::Value,
    },
};

/// How deep a filter may be nested.
const MAX_DEPTH: usize = 32;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    StartsWith,
    Contains,
}

/// A property that a type can be filtered by.
pub(crate) trait Property: Clone + PartialEq {
    /// Whether text is compared letter by letter; else its case does not count, and values are in
    /// lower case.
    const EXACT: bool = false;

    /// Finds a property by its path, in the case that it is spelled in.
    fn named(path: &str) -> Result<Self, Fail>;

    /// Returns a literal as a value of the property's type, or nothing where it is of another.
    fn typed(self, literal: Value) -> Option<Value>;
}

/// A part of a filter.
#[derive(Clone, Debug)]
pub(crate) enum Node<P> {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    Is(P, Op, Value),
}

impl<P: Property> Node<P> {
    /// Collects the properties, each once, in the order that they stand in.
    pub(crate) fn properties(&self, found: &mut Vec<P>) {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.properties(found);
                right.properties(found);
            }
            Self::Not(inner) => inner.properties(found),
            Self::Is(property, ..) if !found.contains(property) => found.push(property.clone()),
            Self::Is(..) => {}
        }
    }

    /// Collects the comparisons, in the order that they stand in.
    pub(crate) fn comparisons<'a>(&'a self, found: &mut Vec<(&'a P, Op, &'a Value)>) {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.comparisons(found);
                right.comparisons(found);
            }
            Self::Not(inner) => inner.comparisons(found),
            Self::Is(property, op, literal) => found.push((property, *op, literal)),
        }
    }

    /// Returns whether each `contains()` looks into one of these properties.
    pub(crate) fn contains_only_in(&self, properties: &[P]) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.contains_only_in(properties) && right.contains_only_in(properties)
            }
            Self::Not(inner) => inner.contains_only_in(properties),
            Self::Is(property, op, _) => *op != Op::Contains || properties.contains(property),
        }
    }
}

/// Parses a filter.
pub(crate) fn parse<P: Property>(text: &str) -> Result<Node<P>, Fail> {
    let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable(), depth: 0 };
    let node = parser.or()?;
    if parser.tokens.next().is_none() { Ok(node) } else { Err(syntax("something follows its end")) }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    fn or<P: Property>(&mut self) -> Result<Node<P>, Fail> {
        let mut node = self.and()?;
        while self.takes_word("or") {
            node = Node::Or(Box::new(node), Box::new(self.and()?));
        }
        Ok(node)
    }

    fn and<P: Property>(&mut self) -> Result<Node<P>, Fail> {
        let mut node = self.unary()?;
        while self.takes_word("and") {
            node = Node::And(Box::new(node), Box::new(self.unary()?));
        }
        Ok(node)
    }

    fn unary<P: Property>(&mut self) -> Result<Node<P>, Fail> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(syntax("it is nested too deep"));
        }
        let node = if self.takes_word("not") {
            Node::Not(Box::new(self.unary()?))
        } else if self.takes(&Token::Open) {
            let node = self.or()?;
            self.needs(&Token::Close)?;
            node
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn condition<P: Property>(&mut self) -> Result<Node<P>, Fail> {
        let Some(Token::Name(name)) = self.tokens.next() else {
            return Err(syntax("a property is missing"));
        };
        match name.as_str() {
            "startswith" => self.function(Op::StartsWith),
            "contains" => self.function(Op::Contains),
            _ if name.ends_with("/any") || name.ends_with("/all") || is_function(&name) => {
                Err(unsupported(&format!("'{name}' is not supported")))
            }
            _ => self.comparison(&name),
        }
    }

    fn function<P: Property>(&mut self, op: Op) -> Result<Node<P>, Fail> {
        self.needs(&Token::Open)?;
        let Some(Token::Name(path)) = self.tokens.next() else {
            return Err(syntax("a property is missing"));
        };
        self.needs(&Token::Comma)?;
        let literal = self.literal()?;
        self.needs(&Token::Close)?;
        if self.takes_word("eq") && self.literal()? != Value::Bool(true) {
            return Err(unsupported("a function can only be true"));
        }
        typed(P::named(&path)?, op, literal)
    }

    fn comparison<P: Property>(&mut self, path: &str) -> Result<Node<P>, Fail> {
        let property = P::named(path)?;
        let Some(Token::Name(word)) = self.tokens.next() else {
            return Err(syntax("an operator is missing"));
        };
        let op = match word.as_str() {
            "eq" => Op::Equal,
            "ne" => Op::NotEqual,
            "gt" => Op::Greater,
            "ge" => Op::GreaterOrEqual,
            "lt" => Op::Less,
            "le" => Op::LessOrEqual,
            _ => return Err(syntax(&format!("'{word}' is not an operator"))),
        };
        let literal = self.literal()?;
        typed(property, op, literal)
    }

    fn literal(&mut self) -> Result<Value, Fail> {
        match self.tokens.next() {
            Some(Token::Literal(value)) => Ok(value),
            _ => Err(syntax("a literal is missing")),
        }
    }

    fn takes(&mut self, token: &Token) -> bool {
        self.tokens.next_if_eq(token).is_some()
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.tokens.next_if(|token| matches!(token, Token::Name(name) if name == word)).is_some()
    }

    fn needs(&mut self, token: &Token) -> Result<(), Fail> {
        if self.takes(token) { Ok(()) } else { Err(syntax("a parenthesis or comma is missing")) }
    }
}

fn is_function(name: &str) -> bool {
    matches!(name, "endswith" | "substringof" | "length" | "tolower" | "toupper" | "year" | "in")
}

fn typed<P: Property>(property: P, op: Op, literal: Value) -> Result<Node<P>, Fail> {
    let literal = if P::EXACT { literal } else { literal.folded() };
    let textual = matches!(literal, Value::Text(_));
    let fits = textual || !matches!(op, Op::StartsWith | Op::Contains);
    match property.clone().typed(literal).filter(|_| fits) {
        Some(literal) => Ok(Node::Is(property, op, literal)),
        None => Err(unsupported("a literal is not of the property's type")),
    }
}

fn syntax(what: &str) -> Fail {
    Fail::parse_uri(format!("Invalid filter clause: {what}."))
}

fn unsupported(what: &str) -> Fail {
    let message = format!("The query filter contains one or more invalid nodes: {what}.");
    Fail::new(StatusCode::BAD_REQUEST, "ErrorInvalidUrlQueryFilter", message)
}
