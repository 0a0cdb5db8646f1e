//! A page of a list.

use serde_json::{Map, Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        page::{start, token_link},
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
    let start = start(call)?;
    let rows: Vec<_> = items.iter().skip(start).take(top).map(write).collect();
    let end = start + rows.len();
    let mut body = Map::new();
    body.insert("@odata.context".into(), format!("{}/$metadata#{context}", call.root()).into());
    body.insert("@odata.count".into(), rows.len().into());
    if end < items.len() {
        body.insert("@odata.nextLink".into(), token_link(call, end).into());
    }
    body.insert("value".into(), rows.into());
    Ok(ok(&Value::Object(body)))
}

/// Writes one thing.
pub(super) fn entity(call: &Call<'_>, context: &str, mut body: Value) -> Response {
    body["@odata.context"] = format!("{}/$metadata#{context}/$entity", call.root()).into();
    ok(&body)
}

/// Keeps the members that `$select` names.
pub(super) fn selected(call: &Call<'_>, row: Value) -> Value {
    let Some(names) = call.query.select() else { return row };
    names.iter().fold(json!({}), |mut out, name| {
        if let Some(value) = row.get(*name) {
            out[*name] = value.clone();
        }
        out
    })
}
