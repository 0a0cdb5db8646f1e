//! What is attached to events.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    graph::{
        calendar::{View, event::Occasion},
        call::ok,
        fail::Fail,
        mail::{
            attachment::{Attachment, Content},
            columns,
            ids::{Form, Item},
            typed,
        },
    },
    http::Response,
};

const PROPERTIES: [&str; 9] = [
    "id",
    "lastModifiedDateTime",
    "name",
    "contentType",
    "size",
    "isInline",
    "contentId",
    "contentLocation",
    "contentBytes",
];

/// Answers with an event's attachments.
pub(crate) fn list(view: &View<'_>, occasion: &Occasion<'_>) -> Result<Response, Fail> {
    let select = checked(view)?;
    let columns = columns(select.as_deref());
    let tail = format!("/events('{}')/attachments{columns}", view.id(occasion));
    let value = view.attachments(occasion, select.as_deref());
    Ok(ok(&json!({"@odata.context": view.context(&tail), "value": value})))
}

/// Answers with one attachment.
pub(crate) fn get(view: &View<'_>, occasion: &Occasion<'_>, place: u32) -> Result<Response, Fail> {
    let select = checked(view)?;
    let attachment = find(occasion, place)?;
    let mut body = view.attachment(occasion, place, attachment, select.as_deref());
    let columns = columns(select.as_deref());
    let tail = format!("/events('{}')/attachments{columns}/$entity", view.id(occasion));
    body.insert("@odata.context".to_owned(), view.context(&tail).into());
    Ok(ok(&Value::Object(body)))
}

/// Answers with an attachment's content.
pub(crate) fn value(occasion: &Occasion<'_>, place: u32) -> Result<Response, Fail> {
    let attachment = find(occasion, place)?;
    match &attachment.content {
        Content::File(bytes) => {
            let own = attachment.content_type.as_deref().unwrap_or("application/octet-stream");
            Ok(Response::bytes(StatusCode::OK, own, bytes.to_vec()))
        }
        Content::Item(_) | Content::Reference => {
            let message = "Reading the raw content of this attachment type is not possible.";
            Err(Fail::new(StatusCode::METHOD_NOT_ALLOWED, "ErrorInvalidRequest", message))
        }
    }
}

fn find<'a>(occasion: &Occasion<'a>, place: u32) -> Result<&'a Attachment, Fail> {
    occasion.event.meeting.attachments.get(place as usize).ok_or_else(Fail::item_not_found)
}

fn checked<'a>(view: &View<'a>) -> Result<Option<Vec<&'a str>>, Fail> {
    let select = view.call.query.select();
    match select.iter().flatten().find(|name| !PROPERTIES.contains(name)) {
        None => Ok(select),
        Some(name) => Err(Fail::parse_uri(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.attachment'."
        ))),
    }
}

impl View<'_> {
    /// Writes an event's attachments; without a selection their content is among it. What is
    /// private shows none.
    pub(crate) fn attachments(&self, occasion: &Occasion<'_>, select: Option<&[&str]>) -> Value {
        if self.hides(occasion) {
            return json!([]);
        }
        let own = (0_u32..).zip(&occasion.event.meeting.attachments);
        own.map(|(place, own)| Value::Object(self.attachment(occasion, place, own, select)))
            .collect()
    }

    fn attachment(
        &self,
        occasion: &Occasion<'_>,
        place: u32,
        attachment: &Attachment,
        select: Option<&[&str]>,
    ) -> Map<String, Value> {
        let mut out = typed(attachment);
        let item = Item::EventAttachment(occasion.event.key, place);
        out.insert("id".into(), self.calendars.ids.id(item, Form::Rest).into());
        let created = occasion.event.meeting.created.to_string();
        out.insert("lastModifiedDateTime".into(), created.into());
        if let Some(names) = select {
            let stays = |name: &str| name == "id" || name.starts_with('@') || names.contains(&name);
            out.retain(|name, _| stays(name));
        }
        out
    }
}
