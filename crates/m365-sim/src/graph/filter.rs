//! `$filter` and `$orderby` of all areas, and on messages Exchange's rule on using them together.
//!
//! S17 has that rule. An area brings its properties and their types; a literal of another type is
//! refused everywhere.

mod eval;
mod lexer;
mod parser;
mod property;

use std::cmp::Ordering;

use http::StatusCode;

use self::parser::Node;
pub(crate) use self::{
    parser::{Op, Property},
    property::Value,
};
use crate::graph::{
    fail::Fail,
    mail::{View, message::Message},
};

/// A condition on whatever has the properties `P`.
#[derive(Clone, Debug)]
pub(crate) struct Condition<P> {
    root: Node<P>,
}

impl<P: Property> Condition<P> {
    /// Parses the value of `$filter`.
    ///
    /// # Errors
    ///
    /// 400 for what does not parse, properties that the type does not have, and literals of
    /// another type than the property's.
    pub(crate) fn parse(text: &str) -> Result<Self, Fail> {
        Ok(Self { root: parser::parse(text)? })
    }

    /// Returns the comparisons, in their order.
    pub(crate) fn comparisons(&self) -> Vec<(&P, Op, &Value)> {
        let mut found = Vec::new();
        self.root.comparisons(&mut found);
        found
    }

    /// Returns the comparison that the condition is, if it is no more than one.
    pub(crate) fn only(&self) -> Option<(&P, Op, &Value)> {
        match &self.root {
            Node::Is(property, op, literal) => Some((property, *op, literal)),
            _ => None,
        }
    }

    /// Returns whether what has these values passes.
    pub(crate) fn passes(&self, value: impl Fn(P) -> Value) -> bool {
        eval::passes(&self.root, &value)
    }
}

/// An order of whatever has the properties `P`.
#[derive(Clone, Debug)]
pub(crate) struct Sorting<P> {
    keys: Vec<(P, bool)>,
}

impl<P: Property> Sorting<P> {
    /// Parses the value of `$orderby`.
    ///
    /// # Errors
    ///
    /// 400 for properties that the type does not have, and for words that are no direction.
    pub(crate) fn parse(text: &str) -> Result<Self, Fail> {
        let keys = text.split(',').map(key).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { keys })
    }

    /// Compares two things by their values.
    pub(crate) fn compare(&self, a: impl Fn(P) -> Value, b: impl Fn(P) -> Value) -> Ordering {
        let orders = self.keys.iter().map(|(property, descending)| {
            let order = a(property.clone()).cmp(&b(property.clone()));
            if *descending { order.reverse() } else { order }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    }
}

/// A condition on messages.
#[derive(Clone, Debug)]
pub(crate) struct Filter(Condition<property::Property>);

impl Filter {
    /// Parses the value of `$filter`.
    ///
    /// # Errors
    ///
    /// Those of [`Condition::parse`].
    pub(crate) fn parse(text: &str) -> Result<Self, Fail> {
        Condition::parse(text).map(Self)
    }

    /// Returns whether a message passes.
    pub(crate) fn passes(&self, view: &View<'_>, message: &Message) -> bool {
        self.0.passes(|property| property.value(view, message))
    }

    /// Refuses an order that the store cannot give to what is filtered: what is sorted by must
    /// come first in the filter, in the same order, `contains()` looks into nothing else, and
    /// conversations cannot be sorted at all.
    pub(crate) fn check_order(&self, order: &Order) -> Result<(), Fail> {
        let root = &self.0.root;
        let mut filtered = Vec::new();
        root.properties(&mut filtered);
        let sorted: Vec<_> = order.0.keys.iter().map(|(property, _)| *property).collect();
        let simple = root.contains_only_in(&sorted);
        let by_thread = filtered.contains(&property::Property::Conversation);
        if simple && filtered.starts_with(&sorted) && !by_thread {
            return Ok(());
        }
        let message = "The restriction or sort order is too complex for this operation.";
        Err(Fail::new(StatusCode::BAD_REQUEST, "InefficientFilter", message))
    }
}

/// An order of messages.
#[derive(Clone, Debug)]
pub(crate) struct Order(Sorting<property::Property>);

impl Order {
    /// Parses the value of `$orderby`.
    ///
    /// # Errors
    ///
    /// Those of [`Sorting::parse`].
    pub(crate) fn parse(text: &str) -> Result<Self, Fail> {
        Sorting::parse(text).map(Self)
    }

    /// Compares two messages.
    pub(crate) fn compare(&self, view: &View<'_>, a: &Message, b: &Message) -> Ordering {
        self.0.compare(|property| property.value(view, a), |property| property.value(view, b))
    }
}

fn key<P: Property>(text: &str) -> Result<(P, bool), Fail> {
    let mut words = text.split_whitespace();
    let property = P::named(words.next().unwrap_or_default())?;
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
