//! Attachments as Graph writes them.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        mail::{
            View,
            attachment::{Attachment, Content},
            ids::{Form, Item},
            item,
            list::columns,
            message::Message,
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

/// The only `$expand` that an attachment knows.
const ITEM: &str = "microsoft.graph.itemattachment/item";

/// Answers with a message's attachments.
pub(crate) fn list(view: &View<'_>, message: &Message) -> Result<Response, Fail> {
    let select = checked(view.call)?;
    let id = view.id(message);
    let tail = format!("/messages('{id}')/attachments{}", columns(select.as_deref()));
    let mut value = view.attachments(message, select.as_deref());
    if expands_item(view)? {
        for (row, attachment) in
            value.as_array_mut().into_iter().flatten().zip(&message.attachments)
        {
            expand(view, row, attachment);
        }
    }
    Ok(ok(&json!({"@odata.context": view.context(&tail), "value": value})))
}

/// Answers with one attachment.
pub(crate) fn get(view: &View<'_>, message: &Message, place: u32) -> Result<Response, Fail> {
    let select = checked(view.call)?;
    let attachment = find(message, place)?;
    let mut body = view.attachment(message, place, attachment, select.as_deref());
    let expands = expands_item(view)?;
    let columns = if expands { format!("({ITEM_CONTEXT})") } else { columns(select.as_deref()) };
    let tail = format!("/messages('{}')/attachments{columns}/$entity", view.id(message));
    body["@odata.context"] = view.context(&tail).into();
    if expands {
        expand(view, &mut body, attachment);
    }
    Ok(ok(&body))
}

const ITEM_CONTEXT: &str = "microsoft.graph.itemAttachment/item()";

/// Answers with an attachment's content.
pub(crate) fn value(message: &Message, place: u32) -> Result<Response, Fail> {
    raw(find(message, place)?)
}

/// Answers with what is attached, to a message or an event.
pub(crate) fn raw(attachment: &Attachment) -> Result<Response, Fail> {
    let (content_type, bytes) = match &attachment.content {
        Content::File(bytes) => {
            let own = attachment.content_type.as_deref();
            (own.unwrap_or("application/octet-stream").to_owned(), bytes.to_vec())
        }
        Content::Item(own) => item::raw(own),
        Content::Reference => {
            let message = "Reading the raw content of this attachment type is not possible.";
            return Err(Fail::new(StatusCode::METHOD_NOT_ALLOWED, "ErrorInvalidRequest", message));
        }
    };
    Ok(Response::bytes(StatusCode::OK, &content_type, bytes))
}

fn find(message: &Message, place: u32) -> Result<&Attachment, Fail> {
    message.attachments.get(place as usize).ok_or_else(Fail::item_not_found)
}

/// Returns the properties of an attachment that are asked for.
pub(crate) fn checked<'a>(call: &Call<'a>) -> Result<Option<Vec<&'a str>>, Fail> {
    let select = call.query.select();
    match select.iter().flatten().find(|name| !PROPERTIES.contains(name)) {
        None => Ok(select),
        Some(name) => Err(Fail::parse_uri(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.attachment'."
        ))),
    }
}

fn expands_item(view: &View<'_>) -> Result<bool, Fail> {
    match view.call.query.get("$expand") {
        None => Ok(false),
        Some(name) if name.eq_ignore_ascii_case(ITEM) => Ok(true),
        Some(name) => Err(Fail::parse_uri(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.attachment'."
        ))),
    }
}

fn expand(view: &View<'_>, row: &mut Value, attachment: &Attachment) {
    if let Content::Item(own) = &attachment.content {
        let link = format!("{}/users('{}')/messages('')", view.call.root(), view.mailbox.owner.oid);
        row["item@odata.associationLink"] = format!("{link}/$ref").into();
        row["item@odata.navigationLink"] = link.into();
        row["item"] = item::json(own, 0);
    }
}

impl View<'_> {
    /// Writes a message's attachments; without a selection their content is among it.
    pub(crate) fn attachments(&self, message: &Message, select: Option<&[&str]>) -> Value {
        let own = (0_u32..).zip(&message.attachments);
        own.map(|(place, own)| self.attachment(message, place, own, select)).collect()
    }

    fn attachment(
        &self,
        message: &Message,
        place: u32,
        attachment: &Attachment,
        select: Option<&[&str]>,
    ) -> Value {
        let id = self.attachment_id(message, place);
        Value::Object(written(attachment, id, message.received, select))
    }

    fn attachment_id(&self, message: &Message, place: u32) -> String {
        let form = if self.form == Form::Immutable { Form::Immutable } else { Form::Rest };
        self.mailbox.ids.id(Item::Attachment(message.key, place), form)
    }
}

/// Writes an attachment of a message or an event, no more of it than is asked for.
pub(crate) fn written(
    attachment: &Attachment,
    id: String,
    modified: Timestamp,
    select: Option<&[&str]>,
) -> Map<String, Value> {
    let mut out = typed(attachment);
    out.insert("id".into(), id.into());
    out.insert("lastModifiedDateTime".into(), modified.to_string().into());
    if let Some(names) = select {
        let stays = |name: &str| name == "id" || name.starts_with('@') || names.contains(&name);
        out.retain(|name, _| stays(name));
    }
    out
}

/// Writes what belongs to the attachment itself, not to where it is.
pub(super) fn typed(attachment: &Attachment) -> Map<String, Value> {
    let mut out = Map::new();
    let kind = match &attachment.content {
        Content::File(bytes) => {
            let content_type = json!(attachment.content_type);
            out.insert("@odata.mediaContentType".into(), content_type);
            out.insert("contentId".into(), json!(attachment.content_id));
            out.insert("contentLocation".into(), Value::Null);
            out.insert("contentBytes".into(), BASE64_STANDARD.encode(bytes).into());
            "file"
        }
        Content::Item(_) => "item",
        Content::Reference => "reference",
    };
    out.insert("@odata.type".into(), format!("#microsoft.graph.{kind}Attachment").into());
    out.insert("name".into(), attachment.name.as_ref().into());
    out.insert("contentType".into(), json!(attachment.content_type));
    out.insert("size".into(), attachment.size().into());
    out.insert("isInline".into(), attachment.inline.into());
    out
}
