//! A page of a list.

use serde_json::Value;

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        page::{self, Count, Cut, Link},
        select,
    },
    http::Response,
};

/// Writes the page of `items` that is asked for, at most `top` long.
pub(crate) fn page<T>(
    call: &Call<'_>,
    context: &str,
    items: &[T],
    top: usize,
    write: impl Fn(&T) -> Value,
) -> Result<Response, Fail> {
    let cut = Cut { top, count: Count::OfPage, link: Link::Token };
    page::write(call, cut, &format!("{}/$metadata#{context}", call.root()), items, write)
}

/// Writes one thing.
pub(super) fn entity(call: &Call<'_>, context: &str, mut body: Value) -> Response {
    body["@odata.context"] = format!("{}/$metadata#{context}/$entity", call.root()).into();
    ok(&body)
}

/// Keeps the members that `$select` names.
pub(super) fn selected(call: &Call<'_>, row: Value) -> Value {
    select::selected(row, call.query.select().as_deref())
}
