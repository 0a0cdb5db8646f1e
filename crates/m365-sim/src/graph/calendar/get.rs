//! One event.

use serde_json::Value;

use crate::{
    cloud::SimCloud,
    graph::{
        calendar::{
            View,
            event::{Kind, Occasion},
            json::check,
        },
        call::ok,
        fail::Fail,
        mail::columns,
    },
    http::Response,
};

/// Answers with an event.
pub(crate) fn event(view: &View<'_>, occasion: &Occasion<'_>) -> Result<Response, Fail> {
    let select = view.call.query.select();
    check(view, select.as_deref().unwrap_or_default())?;
    let mut body = view.write(occasion, select.as_deref());
    match view.call.query.get("$expand").map(str::trim) {
        None => {}
        Some("attachments") if view.basic => return Err(Fail::access_denied()),
        Some("attachments") => {
            body.insert("attachments".to_owned(), view.attachments(occasion, None));
        }
        Some("exceptionOccurrences") if view.call.state.cloud == SimCloud::Global => {
            body.insert("exceptionOccurrences".to_owned(), exceptions(view, occasion));
        }
        Some(name) => return Err(no_expansion(name)),
    }
    let tail = format!("/events{}/$entity", columns(select.as_deref()));
    body.insert("@odata.context".to_owned(), view.context(&tail).into());
    Ok(view.applied_to(ok(&Value::Object(body))))
}

/// Refuses to expand what an event does not have, or the demo tenant not.
pub(crate) fn no_expansion(name: &str) -> Fail {
    let elsewhere = ["calendar", "extensions", "instances", "multiValue", "singleValue"];
    if elsewhere.iter().any(|own| name.starts_with(own)) {
        return Fail::not_here(&format!("$expand={name} on events"));
    }
    Fail::parse_uri(format!(
        "Could not find a property named '{name}' on type 'microsoft.graph.event'."
    ))
}

fn exceptions(view: &View<'_>, occasion: &Occasion<'_>) -> Value {
    let Some(series) = occasion.event.meeting.series.as_ref() else { return Value::Array(vec![]) };
    let all = series.changes.iter().filter_map(|change| occasion.event.on(change.day));
    let exceptions = all.filter(|own| matches!(own.kind, Kind::Exception(_)));
    exceptions.map(|own| Value::Object(view.write(&own, None))).collect()
}
