//! Resources that stand still.

use rmcp::{
    ErrorData,
    model::{CacheScope, ReadResourceResult, Resource, ResourceTemplate},
};
use serde_json::{Value, json};

use crate::{
    content::{PNG, finished, typed},
    fixture::Context,
    lists,
};

pub(crate) fn all() -> Result<Vec<Resource>, ErrorData> {
    typed(json!([
        {"uri": "test://static-text", "name": "static-text", "description": "A text.",
            "mimeType": "text/plain"},
        {"uri": "test://static-binary", "name": "static-binary", "description": "An image.",
            "mimeType": "image/png"},
    ]))
}

pub(crate) fn templates() -> Result<Vec<ResourceTemplate>, ErrorData> {
    typed(json!([{"uriTemplate": "test://template/{id}/data", "name": "template",
        "description": "Data by id.", "mimeType": "application/json"}]))
}

/// Reads one of these resources; `None` for another.
pub(crate) fn read(uri: &str, ctx: &Context) -> Option<Result<ReadResourceResult, ErrorData>> {
    let contents = contents(uri)?;
    Some(finished::<ReadResourceResult>(json!({"contents": [contents]})).map(|mut result| {
        if lists::is_modern(ctx) {
            result.ttl_ms = Some(0);
            result.cache_scope = Some(CacheScope::Private);
        }
        result
    }))
}

fn contents(uri: &str) -> Option<Value> {
    match uri {
        "test://static-text" => Some(json!({"uri": uri, "mimeType": "text/plain",
            "text": "This is the content of the static text resource."})),
        "test://static-binary" => Some(json!({"uri": uri, "mimeType": "image/png", "blob": PNG})),
        _ => {
            let id = uri.strip_prefix("test://template/")?.strip_suffix("/data")?;
            let data =
                json!({"id": id, "templateTest": true, "data": format!("Data for ID: {id}")});
            Some(json!({"uri": uri, "mimeType": "application/json", "text": data.to_string()}))
        }
    }
}
