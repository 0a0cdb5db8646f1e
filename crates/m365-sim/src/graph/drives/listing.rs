//! Lists of what is not in a folder: sites, subsites, lists, drives, items and pages.

use serde_json::Value;

use super::View;
use crate::{
    graph::{
        fail::Fail,
        page::{self, Count, Cut, Link},
    },
    http::Response,
};

/// How many rows a page has unless told otherwise, and at most.
const PAGE: usize = 200;
const MAX_TOP: usize = 1000;

/// Refuses options other than those named, rather than leaving them out.
pub(crate) fn only(view: &View<'_>, allowed: &[&str]) -> Result<(), Fail> {
    match view.call.query.other_than(allowed) {
        Some(name) => Err(Fail::files_invalid(format!("{name} is not supported on this API."))),
        None => Ok(()),
    }
}

/// Answers with one page, as long as it usually is.
pub(crate) fn write<T>(
    view: &View<'_>,
    context: &str,
    all: &[T],
    row: impl Fn(&T) -> Value,
) -> Result<Response, Fail> {
    let top = view.call.query.top(PAGE, MAX_TOP)?;
    page::write(view.call, uncounted(top), context, all, row)
}

/// Cuts a list into pages that nothing but a token leads to.
pub(crate) fn uncounted(top: usize) -> Cut {
    Cut { top, count: Count::Nothing, link: Link::Token }
}
