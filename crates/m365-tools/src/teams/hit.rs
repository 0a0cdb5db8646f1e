use jiff::tz::TimeZone;
use m365_extract::excerpt;
use m365_graph::{ChatId, ChatMember, ChatMessage, ChatMessageId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{body, fields};
use crate::{
    Cloud, ErrorCode, ToolError,
    mail::fields::{Person, line, preview},
    time,
    uri::{TeamsUri, teams_host},
};

/// How many characters a hit may take in an answer, at most.
pub(crate) const ROOM: usize = 1_600;

/// The longest summary, in characters.
const SUMMARY: usize = 300;

/// How many of those who are mentioned the model sees; programs see all.
const MENTIONS: usize = 5;

/// A message in a chat or channel that was found.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hit {
    /// Reads the message: pass it to `read_resource`.
    uri: String,
    /// Who sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Person>,
    /// When it was sent, e.g. `2026-11-21T09:00:00+01:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_date_time: Option<String>,
    /// What it says, or the words around what was found.
    #[serde(skip_serializing_if = "String::is_empty")]
    summary: String,
    /// The chat: its topic or members.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat: Option<String>,
    /// The team.
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    /// `high` or `urgent`; absent when normal.
    #[serde(skip_serializing_if = "Option::is_none")]
    importance: Option<&'static str>,
    /// Whether it carries files or cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_attachments: Option<bool>,
    /// Whom it mentions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<String>,
    /// Opens it in Teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    web_url: Option<String>,
}

impl Hit {
    pub(crate) fn new(
        uri: &TeamsUri,
        message: &ChatMessage,
        members: &[ChatMember],
        cloud: Cloud,
        zone: &TimeZone,
    ) -> Self {
        Self {
            from: fields::sender(message, members),
            created_date_time: message.created_date_time.map(|at| time::format(at, zone)),
            summary: summary(message),
            importance: fields::importance(message),
            has_attachments: Some(fields::has_attachments(message)),
            mentions: fields::mentions(message),
            web_url: message.web_url.clone().or_else(|| link(uri, cloud)),
            uri: uri.to_string(),
            ..Self::default()
        }
    }

    /// Says where it is, as far as that has a name.
    pub(crate) fn at(
        self,
        chat: Option<String>,
        team: Option<String>,
        channel: Option<String>,
    ) -> Self {
        Self { chat, team, channel, ..self }
    }

    /// Takes the sender as the index knows them, with the address.
    pub(crate) fn sent_by(self, indexed: Option<Person>) -> Self {
        Self { from: indexed.or_else(|| self.from.clone()), ..self }
    }

    /// Says that a message was not read: what it carries and mentions is not known.
    pub(crate) fn unread(mut self) -> Self {
        self.has_attachments = None;
        self
    }

    /// Puts the words around what was found in place of the beginning, and behind them what `message`
    /// carries, which they leave out.
    pub(crate) fn with_summary(mut self, found: &str, message: &ChatMessage) -> Self {
        let mut found = preview(Some(found));
        if found.is_empty() {
            return self;
        }
        for name in fields::attached(message) {
            if !found.contains(&name) {
                found.push_str(&format!(" [{name}]"));
            }
        }
        self.summary = excerpt(&found, SUMMARY);
        self
    }

    /// Returns what the model sees, and the whole.
    pub(crate) fn values(self) -> Result<(Value, Value), ToolError> {
        let whole = value(&self)?;
        Ok((value(&self.short())?, whole))
    }

    /// Leaves out what only programs need.
    pub(crate) fn short(mut self) -> Self {
        self.web_url = None;
        self.mentions.truncate(MENTIONS);
        self
    }
}

/// Writes a hit as JSON.
pub(crate) fn value<T: Serialize>(hit: &T) -> Result<Value, ToolError> {
    serde_json::to_value(hit)
        .map_err(|_| ToolError::new(ErrorCode::ServiceError, "A hit could not be written."))
}

/// Returns the beginning of a message, its heading in front.
pub(crate) fn summary(message: &ChatMessage) -> String {
    let heading = line(message.subject.as_deref());
    let text = unescaped(&line(Some(&body::text(message))));
    let separator = if heading.is_empty() || text.is_empty() { "" } else { " — " };
    excerpt(&format!("{heading}{separator}{text}"), SUMMARY)
}

/// Takes back what keeps lines of markdown from acting: a summary is one line, and disarmed as such.
fn unescaped(text: &str) -> String {
    text.replace("\\<", "<").replace("\\[", "[").replace("\\(", "(")
}

/// Writes the link to a message of a chat, which Graph does not give.
fn link(uri: &TeamsUri, cloud: Cloud) -> Option<String> {
    let TeamsUri::ChatMessage { chat, message } = uri else { return None };
    Some(chat_link(teams_host(cloud)?, chat, message))
}

/// See [deep links](https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams#deep-link-to-a-chat-message).
fn chat_link(host: &str, chat: &ChatId, message: &ChatMessageId) -> String {
    let chat =
        percent_encoding::utf8_percent_encode(chat.as_str(), percent_encoding::NON_ALPHANUMERIC);
    let context = "%7B%22contextType%22%3A%22chat%22%7D";
    format!("https://{host}/l/message/{chat}/{message}?context={context}")
}
