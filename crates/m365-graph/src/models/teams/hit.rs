use jiff::Timestamp;
use serde::Deserialize;

use super::ChannelIdentity;
use crate::{
    ChatId, ChatMessageId,
    models::{EmailAddress, Hit, Identity, lenient, plain},
};

/// A message in a chat or channel that a search found.
///
/// The index holds no body, attachments or mentions, and does not tell to which post a reply
/// belongs, unless its web address does.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ChatMessageHit {
    /// The message's id, together with its chat or channel.
    pub id: Option<ChatMessageId>,
    /// The place in the ranking, from 1.
    pub rank: u32,
    /// The text around the words found, without marks and entities; may be empty.
    pub summary: String,
    /// The chat that holds it.
    pub chat_id: Option<ChatId>,
    /// The channel that holds it.
    pub channel: ChannelIdentity,
    /// When it was sent, in UTC, to the second.
    pub created_date_time: Option<Timestamp>,
    /// Who sent it.
    pub from: EmailAddress,
    /// The heading of a post.
    pub subject: Option<String>,
    /// `normal`, `high` or `urgent`.
    pub importance: Option<String>,
    /// Opens it in Teams, where the index knows.
    pub web_url: Option<String>,
}

/// What the index holds of a message.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct IndexedMessage {
    #[serde(deserialize_with = "lenient::parsed")]
    id: Option<ChatMessageId>,
    #[serde(deserialize_with = "lenient::parsed")]
    chat_id: Option<ChatId>,
    #[serde(deserialize_with = "lenient::nullable")]
    channel_identity: ChannelIdentity,
    #[serde(deserialize_with = "lenient::moment")]
    created_date_time: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::nullable")]
    from: IndexedSender,
    subject: Option<String>,
    importance: Option<String>,
    web_url: Option<String>,
}

/// A sender as mail has it, or as Teams does.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct IndexedSender {
    email_address: Option<EmailAddress>,
    user: Option<Identity>,
}

impl IndexedSender {
    fn into_address(self) -> EmailAddress {
        let name = self.user.and_then(|user| user.display_name);
        self.email_address.unwrap_or(EmailAddress { name, address: None })
    }
}

impl From<Hit<IndexedMessage>> for ChatMessageHit {
    fn from(hit: Hit<IndexedMessage>) -> Self {
        let Hit { rank, summary, resource, .. } = hit;
        Self {
            id: resource.id,
            rank,
            summary: plain(&summary),
            chat_id: resource.chat_id,
            channel: resource.channel_identity,
            created_date_time: resource.created_date_time,
            from: resource.from.into_address(),
            subject: resource.subject,
            importance: resource.importance,
            web_url: resource.web_url,
        }
    }
}
