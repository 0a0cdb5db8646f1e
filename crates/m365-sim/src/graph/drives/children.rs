//! What is in a folder.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{View, get, item::Kind, json, listing, store::At};
use crate::{
    graph::{
        fail::Fail,
        page::{self, Count, Cut, Link},
    },
    http::Response,
};

/// How many items a page has unless told otherwise, and at most.
const PAGE: usize = 200;
const MAX_TOP: usize = 1000;

/// Answers with a folder's items; a file has none, and a shortcut only those of its own drive.
pub(crate) fn list(view: &View<'_>, at: At) -> Result<Response, Fail> {
    if matches!(view.contents.item(at).kind, Kind::Shortcut { .. }) {
        return Err(Fail::files_not_found());
    }
    let mut all: Vec<_> = view.children(at).collect();
    let (key, descending) = order(view.call.query.get("$orderby"))?;
    all.sort_by(|a, b| {
        let order = compare(view, key, *a, *b);
        if descending { order.reverse() } else { order }
    });
    let context =
        format!("{}('{}')/children", get::context(view, at.drive), view.contents.item(at).id);
    page_of(view, &all, &context, None)
}

/// Answers with one page of items, which are hits where a search of `home` found them.
pub(crate) fn page_of(
    view: &View<'_>,
    all: &[At],
    context: &str,
    home: Option<usize>,
) -> Result<Response, Fail> {
    listing::only(view, &["$count", "$expand", "$orderby", "$select", "$top"])?;
    let top = view.call.query.top(PAGE, MAX_TOP)?;
    let cut = Cut { top, count: Count::OfAll, link: Link::Token };
    let (select, expansions) = (get::selection(view)?, get::expansions(view)?);
    page::write(view.call, cut, context, all, |at| {
        if home.is_some_and(|home| home != at.drive) {
            return json::foreign(view, *at);
        }
        let mut row = json::item(view, *at, select.as_deref());
        for expand in &expansions {
            row.insert(expand.name.to_owned(), get::expanded(view, *at, expand));
        }
        if home.is_some() {
            found_in(&mut row);
        }
        Value::Object(row)
    })
}

/// A hit says that it is one, and not always where it lies.
fn found_in(row: &mut serde_json::Map<String, Value>) {
    row.insert("searchResult".to_owned(), json!({}));
    if let Some(Value::Object(parent)) = row.get_mut("parentReference") {
        parent.remove("path");
    }
}

fn order(text: Option<&str>) -> Result<(&str, bool), Fail> {
    let mut words = text.unwrap_or("name").split_whitespace();
    let key = words.next().unwrap_or_default();
    let descending = match words.next() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(other) => return Err(Fail::files_invalid(format!("'{other}' is no direction."))),
    };
    if matches!(key, "name" | "size" | "lastModifiedDateTime") && words.next().is_none() {
        return Ok((key, descending));
    }
    Err(Fail::files_invalid(format!("The items cannot be ordered by '{key}'.")))
}

fn compare(view: &View<'_>, key: &str, a: At, b: At) -> Ordering {
    let item = |at| view.contents.item(at);
    let size = |at: At| view.contents.drive(at).size(at.item);
    match key {
        "size" => size(a).cmp(&size(b)),
        "lastModifiedDateTime" => item(a).modified.cmp(&item(b).modified),
        _ => item(a).name.to_lowercase().cmp(&item(b).name.to_lowercase()),
    }
}
