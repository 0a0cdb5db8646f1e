//! A hit: less than the message, spelled differently.

use serde_json::{Map, Value, json};

use crate::graph::{
    mail::{
        Indexed, View,
        ids::{Form, Item},
    },
    search::{request::SearchRequest, summary::summary},
};

/// What a hit's resource has; no id, no body, no recipients.
const FIELDS: [&str; 11] = [
    "createdDateTime",
    "lastModifiedDateTime",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "subject",
    "bodyPreview",
    "importance",
    "sender",
    "from",
    "webLink",
];

/// A message that was found.
pub(crate) struct Found<'a> {
    pub(crate) view: &'a View<'a>,
    pub(crate) indexed: &'a Indexed<'a>,
    pub(crate) words: &'a [&'a str],
}

impl Found<'_> {
    /// Writes the hit.
    pub(crate) fn write(&self, request: &SearchRequest<'_>) -> Value {
        let Indexed { mailbox, message } = self.indexed;
        json!({
            "hitId": mailbox.ids.standard(Item::Message(message.key), Form::Rest),
            "summary": self.summary(),
            "resource": self.resource(request),
        })
    }

    fn resource(&self, request: &SearchRequest<'_>) -> Map<String, Value> {
        let message = self.indexed.message;
        let mut all = self.view.write(message, Some(&FIELDS));
        let sender: Vec<_> = all.get("from").into_iter().collect();
        all.insert("replyTo".into(), json!(sender));
        let fields = request.fields();
        let wanted = |name: &str| fields.as_ref().is_none_or(|fields| fields.contains(&name));
        all.retain(|name, _| name != "id" && !name.starts_with('@') && wanted(name));
        all.insert("@odata.type".into(), "#microsoft.graph.message".into());
        all
    }

    fn summary(&self) -> String {
        summary(&self.indexed.mailbox.body(self.indexed.message).plain(), self.words)
    }
}
