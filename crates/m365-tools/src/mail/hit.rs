use jiff::tz::TimeZone;
use m365_extract::excerpt;
use m365_graph::{Mailbox, Message};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    access::Access,
    fields::{self, Person},
};
use crate::{
    ErrorCode, ToolError, time,
    uri::{MailItem, MailUri},
};

/// How many characters a hit may take in an answer, at most.
pub(crate) const ROOM: usize = 2_300;

/// How many characters of recipients the model sees of a message; programs see all.
const RECIPIENTS: usize = 250;

/// How long a hit is that the model sees, in bytes: ten and the trailer stay below 8 KiB. The summary takes
/// what the rest of the hit leaves, and a little in any case; programs see the whole.
const SEEN: usize = 740;
const LEAST_SUMMARY: usize = 80;

/// The longest subject, in characters.
const SUBJECT: usize = 255;

/// The longest summary, in characters; Graph's previews have 255.
const SUMMARY: usize = 300;

/// A message that was found.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hit {
    /// Reads the message: pass it to `read_resource`.
    uri: String,
    /// The subject.
    #[serde(skip_serializing_if = "String::is_empty")]
    subject: String,
    /// Who sent it; absent in drafts.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<Person>,
    /// Who got it: To, then Cc, then Bcc.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    recipients: Vec<Person>,
    /// How many got it, where not all are listed.
    #[schemars(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_count: Option<usize>,
    /// When it was received, e.g. `2026-11-21T09:00:00+01:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    received_date_time: Option<String>,
    /// What it begins with, or the words around what was found: written by its sender.
    #[serde(skip_serializing_if = "String::is_empty")]
    summary: String,
    /// Whether it has attachments.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_attachments: Option<bool>,
    /// `low` or `high`; absent when normal.
    #[serde(skip_serializing_if = "Option::is_none")]
    importance: Option<&'static str>,
    /// Whether the owner has read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_read: Option<bool>,
    /// The folder, where one was searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    /// The same for all messages of a conversation; as `mail:///conversations/{id}` it can be read.
    #[schemars(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<String>,
    /// Opens the message in Outlook on the web.
    #[schemars(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    web_link: Option<String>,
}

/// What a hit is made of; all of it comes in one round trip.
pub(crate) const FIELDS: [&str; 14] = [
    "id",
    "subject",
    "from",
    "sender",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "receivedDateTime",
    "hasAttachments",
    "importance",
    "isRead",
    "conversationId",
    "webLink",
    PREVIEW,
];

/// Text of the message, which `Mail.ReadBasic` does not cover.
const PREVIEW: &str = "bodyPreview";

/// Returns what may be asked for with the scope at hand: without the one for texts, not even those.
pub(crate) fn fields(access: Access) -> &'static [&'static str] {
    match (access, FIELDS.split_last()) {
        (Access::Basic, Some((&PREVIEW, headers))) => headers,
        _ => &FIELDS,
    }
}

impl Hit {
    pub(crate) fn new(
        message: Message,
        folder: Option<&str>,
        mailbox: &Mailbox,
        zone: &TimeZone,
    ) -> Self {
        Self {
            sender: fields::sender(&message),
            recipients: fields::recipients(&message),
            recipient_count: None,
            importance: fields::importance(&message),
            received_date_time: message.received_date_time.map(|at| time::format(at, zone)),
            subject: excerpt(&fields::line(message.subject.as_deref()), SUBJECT),
            summary: excerpt(&fields::preview(message.body_preview.as_deref()), SUMMARY),
            has_attachments: message.has_attachments,
            is_read: message.is_read,
            folder: folder.map(str::to_owned),
            conversation_id: message.conversation_id.map(|id| id.to_string()),
            web_link: message.web_link,
            uri: message.id.map(|id| uri(mailbox, id)).unwrap_or_default(),
        }
    }

    /// Returns it as an entry of a list.
    pub(crate) fn entry(self) -> Result<Map<String, Value>, ToolError> {
        let mut entry = Map::from_iter([("type".to_owned(), "message".into())]);
        if let (Value::Object(fields), _) = self.values()? {
            entry.extend(fields);
        }
        Ok(entry)
    }

    /// Returns what the model sees, and the whole.
    pub(crate) fn values(self) -> Result<(Value, Value), ToolError> {
        let whole = value(&self)?;
        let count = self.recipients.len();
        let recipients = first(self.recipients, RECIPIENTS);
        let recipient_count = (recipients.len() < count).then_some(count);
        let short =
            Self { recipients, recipient_count, conversation_id: None, web_link: None, ..self };
        Ok((value(&short.shortened()?)?, whole))
    }

    /// Cuts the summary to what the other fields leave it.
    fn shortened(mut self) -> Result<Self, ToolError> {
        let length = |hit: &Self| value(hit).map(|hit| hit.to_string().len());
        let over = length(&self)?.saturating_sub(SEEN);
        if over > 0 {
            let most = self.summary.len().saturating_sub(over).max(LEAST_SUMMARY);
            let cut = self.summary.floor_char_boundary(most);
            let chars = self.summary.get(..cut).unwrap_or_default().chars().count();
            self.summary = excerpt(&self.summary, chars);
        }
        Ok(self)
    }
}

fn value(hit: &Hit) -> Result<Value, ToolError> {
    serde_json::to_value(hit)
        .map_err(|_| ToolError::new(ErrorCode::ServiceError, "A hit could not be written."))
}

fn uri(mailbox: &Mailbox, id: m365_graph::MessageId) -> String {
    MailUri::new(mailbox.clone(), MailItem::Message { id, full: false }).to_string()
}

/// Takes as many people as fit `room` characters.
fn first(people: Vec<Person>, mut room: usize) -> Vec<Person> {
    let fits = move |person: &Person| {
        let length = person.name.chars().count() + person.address.chars().count() + 24;
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    };
    people.into_iter().take_while(fits).collect()
}
