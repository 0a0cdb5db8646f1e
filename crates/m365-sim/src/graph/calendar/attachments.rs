//! What is attached to events.

use serde_json::{Map, Value, json};

use crate::{
    graph::{
        calendar::{View, event::Occasion},
        call::ok,
        fail::Fail,
        mail::{
            attachment::Attachment,
            attachments::{checked, raw, written},
            columns,
            ids::{Form, Item},
        },
    },
    http::Response,
};

/// Answers with an event's attachments.
pub(crate) fn list(view: &View<'_>, occasion: &Occasion<'_>) -> Result<Response, Fail> {
    let select = checked(view.call)?;
    let columns = columns(select.as_deref());
    let tail = format!("/events('{}')/attachments{columns}", view.id(occasion));
    let value = view.attachments(occasion, select.as_deref());
    Ok(ok(&json!({"@odata.context": view.context(&tail), "value": value})))
}

/// Answers with one attachment.
pub(crate) fn get(view: &View<'_>, occasion: &Occasion<'_>, place: u32) -> Result<Response, Fail> {
    let select = checked(view.call)?;
    let attachment = find(occasion, place)?;
    let mut body = view.attachment(occasion, place, attachment, select.as_deref());
    let columns = columns(select.as_deref());
    let tail = format!("/events('{}')/attachments{columns}/$entity", view.id(occasion));
    body.insert("@odata.context".to_owned(), view.context(&tail).into());
    Ok(ok(&Value::Object(body)))
}

/// Answers with an attachment's content.
pub(crate) fn value(occasion: &Occasion<'_>, place: u32) -> Result<Response, Fail> {
    raw(find(occasion, place)?)
}

fn find<'a>(occasion: &Occasion<'a>, place: u32) -> Result<&'a Attachment, Fail> {
    occasion.event.meeting.attachments.get(place as usize).ok_or_else(Fail::item_not_found)
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
        let item = Item::EventAttachment(occasion.event.key, place);
        let id = self.calendars.ids.id(item, Form::Rest);
        written(attachment, id, occasion.event.meeting.created, select)
    }
}
