//! A filter put to a message.

use crate::graph::{
    filter::{
        parser::{Node, Op},
        property::Value,
    },
    mail::{View, message::Message},
};

/// Returns whether a message passes.
pub(crate) fn passes(node: &Node, view: &View<'_>, message: &Message) -> bool {
    match node {
        Node::And(left, right) => passes(left, view, message) && passes(right, view, message),
        Node::Or(left, right) => passes(left, view, message) || passes(right, view, message),
        Node::Not(inner) => !passes(inner, view, message),
        Node::Is(property, op, literal) => compare(&property.value(view, message), *op, literal),
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
