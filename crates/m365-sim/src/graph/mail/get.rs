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
    let select = view.call.query.select();
    check(view, select.as_deref().unwrap_or_default())?;
    let attached = expanded(view)?;
    let mut body = view.write(message, select.as_deref());
    if attached {
        body.insert("attachments".into(), view.attachments(message, None));
    }
    let tail = format!("/messages{}/$entity", columns(select.as_deref()));
    body.insert("@odata.context".into(), json!(view.context(&tail)));
    Ok(view.applied_to(ok(&Value::Object(body)).named("etag", view.etag(message))))
}
