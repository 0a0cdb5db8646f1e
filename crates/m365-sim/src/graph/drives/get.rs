//! One item.

use http::{StatusCode, header};
use serde_json::Value;

use super::{
    View,
    expand::{self, Expand},
    json,
    store::At,
};
use crate::{
    graph::{call::ok, fail::Fail, sites},
    http::Response,
};

/// Answers with an item, or with 304 to who has it already.
pub(crate) fn item(view: &View<'_>, at: At) -> Result<Response, Fail> {
    let etag = view.contents.item(at).etag();
    let known = view.call.headers.get(header::IF_NONE_MATCH);
    if known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return Ok(Response::empty(StatusCode::NOT_MODIFIED));
    }
    let mut body = Value::Object(one(view, at)?);
    body["@odata.context"] = format!("{}/$entity", context(view, at.drive)).into();
    Ok(ok(&body))
}

/// Writes an item as the query options ask for it.
pub(crate) fn one(view: &View<'_>, at: At) -> Result<serde_json::Map<String, Value>, Fail> {
    let select = selection(view)?;
    let mut body = json::item(view, at, select.as_deref());
    for expand in expansions(view)? {
        let value = expanded(view, at, &expand);
        body.insert(expand.name.to_owned(), value);
    }
    Ok(body)
}

/// Reads `$select`, which may name what drive items have.
pub(crate) fn selection<'a>(view: &View<'a>) -> Result<Option<Vec<&'a str>>, Fail> {
    json::DRIVE_ITEM.selection(view.call.query)
}

/// Reads `$expand`.
pub(crate) fn expansions<'a>(view: &View<'a>) -> Result<Vec<Expand<'a>>, Fail> {
    expand::parse(view.call.query.get("$expand"), &["children", "listItem"])
}

/// Writes an expanded member of an item.
pub(crate) fn expanded(view: &View<'_>, at: At, expand: &Expand<'_>) -> Value {
    if expand.name == "children" {
        let children = view.children(at);
        return children.map(|at| Value::Object(json::item(view, at, None))).collect();
    }
    sites::list_item_json(view, at, &expand.inner)
}

/// Returns the context of a drive's items.
pub(crate) fn context(view: &View<'_>, drive: usize) -> String {
    let id = view.contents.drives[drive].id.replace('!', "%21");
    format!("{}/$metadata#drives('{id}')/items", view.call.root())
}
