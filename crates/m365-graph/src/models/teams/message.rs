use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    ChannelId, ChatId, ChatMessageId, TeamId,
    models::{Identity, IdentitySet, ItemBody, Resource, lenient},
};

/// A [message](https://learn.microsoft.com/graph/api/resources/chatmessage) in a chat or channel.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ChatMessage {
    /// The id, unique inside its chat or channel only.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ChatMessageId>,
    /// The post that it answers, in a channel.
    #[serde(deserialize_with = "lenient::parsed")]
    pub reply_to_id: Option<ChatMessageId>,
    /// `message`; anything else was written by Teams.
    pub message_type: Option<String>,
    /// When it was sent, in UTC.
    #[serde(deserialize_with = "lenient::moment")]
    pub created_date_time: Option<Timestamp>,
    /// When it was sent, edited, deleted or reacted to, in UTC.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
    /// When its sender changed it, in UTC.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_edited_date_time: Option<Timestamp>,
    /// When it was deleted, in UTC; its body is empty since.
    #[serde(deserialize_with = "lenient::moment")]
    pub deleted_date_time: Option<Timestamp>,
    /// The heading of a post.
    pub subject: Option<String>,
    /// The chat that holds it.
    #[serde(deserialize_with = "lenient::parsed")]
    pub chat_id: Option<ChatId>,
    /// The channel that holds it.
    pub channel_identity: Option<ChannelIdentity>,
    /// `normal`, `high` or `urgent`.
    pub importance: Option<String>,
    /// Opens it in Teams; absent in chats.
    pub web_url: Option<String>,
    /// Who sent it; absent where Teams did.
    pub from: Option<IdentitySet>,
    /// What it says.
    pub body: Option<ItemBody>,
    /// Files, quotes and cards, to which the body refers by their ids.
    #[serde(deserialize_with = "lenient::list")]
    pub attachments: Vec<ChatAttachment>,
    /// Whom it mentions.
    #[serde(deserialize_with = "lenient::list")]
    pub mentions: Vec<Mention>,
    /// How others reacted.
    #[serde(deserialize_with = "lenient::list")]
    pub reactions: Vec<Reaction>,
    /// What happened, where Teams says it.
    pub event_detail: Option<EventDetail>,
    /// The answers to a post; only where asked for.
    #[serde(deserialize_with = "lenient::list")]
    pub replies: Vec<ChatMessage>,
    /// Tells, by being there, that not all answers came along.
    #[serde(rename = "replies@odata.nextLink")]
    pub more_replies: Option<String>,
}

impl Resource for ChatMessage {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// Which channel of which team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ChannelIdentity {
    /// The team.
    #[serde(deserialize_with = "lenient::parsed")]
    pub team_id: Option<TeamId>,
    /// The channel.
    #[serde(deserialize_with = "lenient::parsed")]
    pub channel_id: Option<ChannelId>,
}

/// Something that a message carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ChatAttachment {
    /// The id by which the body refers to it.
    pub id: Option<String>,
    /// `reference` for a file, `messageReference` for a quote, else a kind of card.
    pub content_type: Option<String>,
    /// Where the file is.
    pub content_url: Option<String>,
    /// JSON as text, of a quote or card.
    pub content: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// Somebody who is mentioned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Mention {
    /// The number by which the body refers to it.
    pub id: Option<i64>,
    /// The name in the body, which may be a part of one.
    pub mention_text: Option<String>,
    /// Who it is.
    pub mentioned: Option<IdentitySet>,
}

/// How somebody reacted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Reaction {
    /// An emoji, or one of the older names such as `like`.
    pub reaction_type: Option<String>,
    /// What Teams calls it.
    pub display_name: Option<String>,
}

/// What happened in a chat or channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EventDetail {
    /// E.g. `#microsoft.graph.membersAddedEventMessageDetail`.
    #[serde(rename = "@odata.type")]
    pub odata_type: Option<String>,
    /// Who did it.
    pub initiator: Option<IdentitySet>,
    /// Whom it concerns.
    #[serde(deserialize_with = "lenient::list")]
    pub members: Vec<Identity>,
    /// The new name of a chat.
    pub chat_display_name: Option<String>,
}
