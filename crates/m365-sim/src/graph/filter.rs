//! `$filter` and `$orderby` on messages, with Exchange's rule on using them together.

mod eval;
mod lexer;
mod parser;
mod property;

use std::cmp::Ordering;

use http::StatusCode;

use self::{parser::Node, property::Property};
use crate::graph::{
    fail::Fail,
    mail::{View, message::Message},
};

/// A condition on messages.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    root: Node,
}

impl Filter {
    /// Parses the value of `$filter`.
    ///
    /// # Errors
    ///
    /// 400 for what does not parse, properties that a message does not have, and literals of
    /// another type than the property's.
    pub(crate) fn parse(text: &str) -> Result<Self, Fail> {
        Ok(Self { root: parser::parse(text)? })
    }

    /// Returns whether a message passes.
    pub(crate) fn passes(&self, view: &View<'_>, message: &Message) -> bool {
        eval::passes(&self.root, view, message)
    }

    /// Refuses an order that the store cannot give to what is filtered: what is sorted by must
    /// come first in the filter, in the same order, `contains()` looks into nothing else, and
    /// conversations cannot be sorted at all.
    pub(crate) fn check_order(&self, order: &Order) -> Result<(), Fail> {
        let mut filtered = Vec::new();
        self.root.properties(&mut filtered);
        let sorted: Vec<_> = order.keys.iter().map(|(property, _)| *property).collect();
        let simple = self.root.contains_only_in(&sorted);
        if simple && filtered.starts_with(&sorted) && !filtered.contains(&Property::Conversation) {
            return Ok(());
        }
        let message = "The restriction or sort order is too complex for this operation.";
        Err(Fail::new(StatusCode::BAD_REQUEST, "InefficientFilter", message))
    }
}

/// An order of messages.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    keys: Vec<(Property, bool)>,
}

impl Order {
    /// Parses the value of `$orderby`.
    ///
    /// # Errors
    ///
    /// 400 for properties that messages cannot be sorted by.
    pub(crate) fn parse(text: &str) -> Result<Self, Fail> {
        let keys = text.split(',').map(key).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { keys })
    }

    /// Compares two messages.
    pub(crate) fn compare(&self, view: &View<'_>, a: &Message, b: &Message) -> Ordering {
        let orders = self.keys.iter().map(|(property, descending)| {
            let order = property.value(view, a).cmp(&property.value(view, b));
            if *descending { order.reverse() } else { order }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    }
}

fn key(text: &str) -> Result<(Property, bool), Fail> {
    let mut words = text.split_whitespace();
    let property = Property::named(words.next().unwrap_or_default())?;
    let descending = match words.next() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(word) => return Err(Fail::parse_uri(format!("Syntax error: '{word}' in $orderby."))),
    };
    match words.next() {
        None => Ok((property, descending)),
        Some(word) => Err(Fail::parse_uri(format!("Syntax error: '{word}' in $orderby."))),
    }
}
