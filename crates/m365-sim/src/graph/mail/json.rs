//! A message as Graph writes it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::{
    cloud::SimCloud,
    graph::{
        fail::Fail,
        mail::{
            View,
            ids::{Form, Item},
            message::{Contact, Message},
            mime,
        },
    },
};

/// What a message has when nothing is selected.
const USUAL: [&str; 28] = [
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "internetMessageId",
    "subject",
    "bodyPreview",
    "importance",
    "parentFolderId",
    "conversationId",
    "conversationIndex",
    "isDeliveryReceiptRequested",
    "isReadReceiptRequested",
    "isRead",
    "isDraft",
    "webLink",
    "inferenceClassification",
    "body",
    "sender",
    "from",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
];

/// What is there only when it is selected.
const ON_REQUEST: [&str; 3] = ["flag", "uniqueBody", "internetMessageHeaders"];

/// What a token with `Mail.ReadBasic` alone does not show.
const BEYOND_BASIC: [&str; 3] = ["body", "bodyPreview", "uniqueBody"];

const WEB_LINK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Refuses names that a message does not have.
pub(crate) fn check(view: &View<'_>, select: &[&str]) -> Result<(), Fail> {
    let known =
        |name: &&str| (USUAL.contains(name) || ON_REQUEST.contains(name)) && !view.is_unknown(name);
    match select.iter().find(|name| !known(name)) {
        None => Ok(()),
        Some(name) => Err(Fail::parse_uri(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.message'."
        ))),
    }
}

impl View<'_> {
    /// Writes a message: the properties named, or else the usual ones.
    pub(crate) fn write(&self, message: &Message, select: Option<&[&str]>) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("@odata.etag".into(), self.etag(message).into());
        if message.meeting {
            let kind = "#microsoft.graph.eventMessageRequest";
            out.insert("@odata.type".into(), kind.into());
        }
        let usual = USUAL.iter().chain(&["flag"]).copied().collect::<Vec<_>>();
        for name in select.map_or(usual.as_slice(), |names| names).iter().chain(&["id"]) {
            if self.basic && BEYOND_BASIC.contains(name) || self.is_absent(message, name) {
                continue;
            }
            out.insert((*name).to_owned(), self.property(message, name));
        }
        out
    }

    /// Returns a message's entity tag.
    pub(crate) fn etag(&self, message: &Message) -> String {
        format!("W/\"{}\"", self.mailbox.ids.change_key(message.key))
    }

    /// Returns whether the cloud's messages have no such property.
    fn is_unknown(&self, name: &str) -> bool {
        name == "conversationIndex" && self.call.state.cloud != SimCloud::Global
    }

    fn is_absent(&self, message: &Message, name: &str) -> bool {
        matches!(name, "from" | "sender") && message.from.is_none() || self.is_unknown(name)
    }

    fn property(&self, message: &Message, name: &str) -> Value {
        match name {
            "id" => self.id(message).into(),
            "changeKey" => self.mailbox.ids.change_key(message.key).into(),
            "parentFolderId" => self.folder_id(message.folder).into(),
            "conversationId" => self.mailbox.ids.conversation(message.thread).into(),
            "conversationIndex" => self.mailbox.ids.index(message.thread).into(),
            "webLink" => self.web_link(message).into(),
            "body" | "bodyPreview" | "uniqueBody" => self.text_of(message, name),
            "internetMessageHeaders" => mime::headers(self.mailbox, message),
            _ => property(message, name),
        }
    }

    fn text_of(&self, message: &Message, name: &str) -> Value {
        let body = self.mailbox.body(message);
        let content = match (name, self.text) {
            ("bodyPreview", _) => return body.preview().into(),
            ("uniqueBody", true) => body.own_plain(),
            ("uniqueBody", false) => body.own_html(),
            (_, true) => body.plain(),
            (_, false) => body.html(),
        };
        json!({"contentType": if self.text { "text" } else { "html" }, "content": content})
    }

    /// Returns the address that opens a message in Outlook on the web.
    pub(crate) fn web_link(&self, message: &Message) -> String {
        let host = match self.call.state.cloud {
            SimCloud::Global => "outlook.office365.com",
            SimCloud::UsGovHigh => "outlook.office365.us",
            SimCloud::UsGovDod => "outlook-dod.office365.us",
        };
        let id = self.mailbox.ids.standard(Item::Message(message.key), Form::Rest);
        let id = utf8_percent_encode(&id, WEB_LINK);
        format!("https://{host}/owa/?ItemID={id}&exvsurl=1&viewmodel=ReadMessageItem")
    }
}

fn property(message: &Message, name: &str) -> Value {
    match name {
        "createdDateTime" | "receivedDateTime" | "lastModifiedDateTime" => {
            message.received.to_string().into()
        }
        "sentDateTime" => message.sent.to_string().into(),
        "hasAttachments" => message.has_attachments().into(),
        "isRead" => (!message.unread).into(),
        "isDraft" => message.draft.into(),
        "isReadReceiptRequested" => false.into(),
        "subject" => message.subject.as_deref().map_or(Value::Null, Value::from),
        "internetMessageId" => mime::message_id(message).into(),
        "importance" => message.importance.name().into(),
        "inferenceClassification" => if message.other { "other" } else { "focused" }.into(),
        "flag" => json!({"flagStatus": message.flag.name()}),
        "categories" => json!(message.categories),
        "from" | "sender" => message.from.as_ref().map_or(Value::Null, recipient),
        "toRecipients" => recipients(&message.to),
        "ccRecipients" => recipients(&message.cc),
        "bccRecipients" => recipients(&message.bcc),
        "replyTo" => recipients(&message.reply_to),
        _ => Value::Null,
    }
}

/// Writes several recipients.
pub(crate) fn recipients(contacts: &[Contact]) -> Value {
    contacts.iter().map(recipient).collect()
}

/// Writes a recipient; a name or address that is missing is left out.
pub(crate) fn recipient(contact: &Contact) -> Value {
    let mut out = Map::new();
    for (name, value) in [("name", &contact.name), ("address", &contact.address)] {
        if !value.is_empty() {
            out.insert(name.to_owned(), value.as_ref().into());
        }
    }
    json!({"emailAddress": out})
}
