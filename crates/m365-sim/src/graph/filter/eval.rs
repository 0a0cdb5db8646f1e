//! A filter put to something.

use crate::graph::filter::{
    parser::{Node, Op},
    property::Value,
};

/// Returns whether what has the values that `value` gives passes.
pub(crate) fn passes<P: Copy>(node: &Node<P>, value: &impl Fn(P) -> Value) -> bool {
    match node {
        Node::And(left, right) => passes(left, value) && passes(right, value),
        Node::Or(left, right) => passes(left, value) || passes(right, value),
        Node::Not(inner) => !passes(inner, value),
        Node::Is(property, op, literal) => compare(&value(*property), *op, literal),
    }
}

fn compare(own: &Value, op: Op, literal: &Value) -> bool {
    match op {
        Op::Equal => own == literal,
        Op::NotEqual => own != literal,
        Op::Greater => own > literal,
        Op::GreaterOrEqual => own >= literal,
        Op::Less => own < literal,
        Op::LessOrEqual => own <= literal,
        Op::StartsWith => text(own).starts_with(text(literal)),
        Op::Contains => text(own).contains(text(literal)),
    }
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}
