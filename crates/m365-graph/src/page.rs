mod link;

pub use link::NextLink;

/// One page of a collection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in Graph's order; a page may be empty and still have a next one.
    pub items: Vec<T>,
    /// Where the collection goes on.
    pub next: Option<NextLink>,
    /// How many items the whole collection has, where Graph was asked and says so.
    pub count: Option<u64>,
    /// How many items beside these are not as Graph documents them, so that they could not be read.
    pub left_out: usize,
    /// Why there is no (further) page although the collection goes on.
    pub incomplete: Option<Incomplete>,
}

/// Why a collection was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Incomplete {
    /// The next link leads away from the origin that the token is for.
    #[error("the link to the next page leads to another origin")]
    ForeignLink,
    /// The limit on items was reached; `next` goes on from there.
    #[error("the limit on items was reached")]
    ItemLimit,
    /// The limit on pages was reached; `next` goes on from there.
    #[error("the limit on pages was reached")]
    PageLimit,
    /// The next link leads back to a page that was read already.
    #[error("the link to the next page leads back")]
    RepeatedLink,
}

/// In which form message bodies are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyKind {
    /// HTML, as it was sent or sanitised.
    Html,
    /// Plain text, rendered by Exchange.
    Text,
}

impl BodyKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text => "text",
        }
    }
}
