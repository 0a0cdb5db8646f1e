use std::fmt::Display;

use m365_graph::NextLink;
use serde::{Deserialize, Serialize};

/// Where a list goes on; it travels sealed.
///
/// What arrives meanwhile moves the rest down, also from one page to the next; so the last entry that
/// was looked at counts, and its place only where that entry is gone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The page of Graph's; the first one if absent.
    pub(crate) link: Option<NextLink>,
    /// How many of its entries were looked at.
    index: usize,
    /// The id of the last of them.
    last: Option<String>,
}

impl Place {
    /// Returns the index of the first entry of `ids`, those of the page, that is still to be looked at.
    pub(crate) fn start<I: Display>(&self, ids: impl IntoIterator<Item = Option<I>>) -> usize {
        let is_last = |id: Option<I>| {
            id.is_some_and(|id| self.last.as_ref().is_some_and(|last| *last == id.to_string()))
        };
        ids.into_iter().position(is_last).map_or(self.index, |at| at + 1)
    }

    /// Goes on with the entry at `index` of the same page, behind the one with the id `last`.
    pub(crate) fn at<I: Display>(self, index: usize, last: Option<&I>) -> Self {
        let last = last.map(ToString::to_string).or(self.last);
        Self { index, last, ..self }
    }

    /// Goes on with the page behind one that ends in the entry with the id `last`.
    pub(crate) fn next<I: Display>(self, link: NextLink, last: Option<&I>) -> Self {
        let last = last.map(ToString::to_string).or(self.last);
        Self { link: Some(link), index: 0, last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(index: usize, last: &str) -> Place {
        Place { link: None, index, last: Some(last.to_owned()) }
    }

    #[test]
    fn what_arrives_meanwhile_repeats_nothing() {
        let ids = ["4", "3", "2", "1"].map(Some);

        assert_eq!(Place::default().start(ids), 0);
        assert_eq!(place(2, "2").start(ids), 3);
        assert_eq!(place(0, "4").start(ids), 1);
    }

    #[test]
    fn where_the_last_entry_is_gone_its_place_counts() {
        assert_eq!(place(2, "9").start(["4", "3", "2"].map(Some)), 2);
        assert_eq!(place(1, "9").start([None, Some("2")]), 1);
    }
}
