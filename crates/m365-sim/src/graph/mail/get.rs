//! One message.

use serde_json::{Value, json};

use crate::{
    graph::{
        call::ok,
        fail::Fail,
        mail::{
            View,
            json::check,
            list::{columns, expanded},
            message::Message,
        },
    },
    http::Response,
};

/// Answers with one message.
pub(crate) fn message(view: &View<'_>, message: &Message) -> Result<Response, Fail> {
    let query = view.call.query;
    let select = query.select();
    check(select.as_deref().unwrap_or_default())?;
    let attached = expanded(query.get("$expand"))?;
    if attached && view.basic {
        return Err(Fail::access_denied());
    }
    let mut body = view.write(message, select.as_deref());
    if attached {
        body.insert("attachments".into(), view.attachments(message, None));
    }
    let tail = format!("/messages{}/$entity", columns(select.as_deref()));
    body.insert("@odata.context".into(), json!(view.context(&tail)));
    let response = ok(&Value::Object(body)).named("etag", view.etag(message));
    let applied = view.applied();
    Ok(if applied.is_empty() { response } else { response.named("preference-applied", applied) })
}
