//! A filter put to something.

use std::mem;

use crate::graph::filter::{
    parser::{Node, Op},
    property::Value,
};

/// Returns whether what has the values that `value` gives passes.
pub(crate) fn passes<P: Clone>(node: &Node<P>, value: &impl Fn(P) -> Value) -> bool {
    match node {
        Node::And(left, right) => passes(left, value) && passes(right, value),
        Node::Or(left, right) => passes(left, value) || passes(right, value),
        Node::Not(inner) => !passes(inner, value),
        Node::Is(property, op, literal) => compare(&value(property.clone()), *op, literal),
    }
}

fn compare(own: &Value, op: Op, literal: &Value) -> bool {
    match op {
        Op::Equal => own == literal,
        Op::NotEqual => own != literal,
        Op::Greater => alike(own, literal) && own > literal,
        Op::GreaterOrEqual => alike(own, literal) && own >= literal,
        Op::Less => alike(own, literal) && own < literal,
        Op::LessOrEqual => alike(own, literal) && own <= literal,
        Op::StartsWith => text(own).starts_with(text(literal)),
        Op::Contains => text(own).contains(text(literal)),
    }
}

/// What is absent is neither more nor less than anything.
fn alike(own: &Value, literal: &Value) -> bool {
    mem::discriminant(own) == mem::discriminant(literal)
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}
