//! Keyword Query Language as far as it is compared here: words, phrases, properties and what joins them.

mod parse;

pub(crate) use parse::{parse, property};

/// A query, taken apart; what its terms are depends on what is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query<T> {
    /// What stands side by side, or has `AND` between.
    All(Vec<Query<T>>),
    /// What has `OR` between.
    Any(Vec<Query<T>>),
    /// What follows a `NOT`.
    Not(Box<Query<T>>),
    /// A word, a phrase, or a property with its value.
    Term(T),
}

/// What a query consists of.
pub(crate) trait Term: Clone {
    /// Words that stand next to each other; `prefix` where the last one may go on.
    fn text(phrase: String, prefix: bool) -> Self;

    /// Reads `name:value`; `operator` is what stands between.
    ///
    /// # Errors
    ///
    /// `VALIDATION_ERROR` for a property that there is not, and for a value that it does not take.
    fn property(
        name: &str,
        operator: &str,
        value: &str,
        now: &jiff::Zoned,
    ) -> Result<Self, crate::ToolError>;

    /// Tells whether it is another value of the same property, and so an alternative where the two stand
    /// side by side.
    fn is_alternative(&self, other: &Self) -> bool;
}

impl<T> Query<T> {
    /// Tells whether the query holds where `is` says which of its terms do; `None` where that is not
    /// known. One no makes it a no, whatever is not known (Kleene's rule).
    pub(crate) fn holds(&self, is: &impl Fn(&T) -> Option<bool>) -> Option<bool> {
        match self {
            Self::All(parts) => all(parts.iter().map(|part| part.holds(is))),
            Self::Any(parts) => {
                let none = all(parts.iter().map(|part| part.holds(is).map(|holds| !holds)));
                none.map(|none| !none)
            }
            Self::Not(inner) => inner.holds(is).map(|holds| !holds),
            Self::Term(term) => is(term),
        }
    }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut whole = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => whole = None,
            Some(true) => {}
        }
    }
    whole
}
