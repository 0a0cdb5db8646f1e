use jiff::Timestamp;
use serde::Deserialize;

use super::{IdentitySet, ItemBody, Resource, lenient};
use crate::{ChannelId, ChatId, ChatMessageId, TeamId};

mod hit;
mod item;
mod message;

pub use hit::ChatMessageHit;
pub(crate) use hit::IndexedMessage;
pub use item::TeamsItem;
pub use message::{ChannelIdentity, ChatAttachment, ChatMessage, EventDetail, Mention, Reaction};

/// A [chat](https://learn.microsoft.com/graph/api/resources/chat) of the signed-in user's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Chat {
    /// The id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ChatId>,
    /// The name that somebody gave it; absent between two, and often in a group.
    pub topic: Option<String>,
    /// `oneOnOne`, `group` or `meeting`.
    pub chat_type: Option<String>,
    /// When it was begun.
    #[serde(deserialize_with = "lenient::moment")]
    pub created_date_time: Option<Timestamp>,
    /// Opens the chat in Teams.
    pub web_url: Option<String>,
    /// Who takes part; only where asked for, and then at most 25 in a list.
    #[serde(deserialize_with = "lenient::list")]
    pub members: Vec<ChatMember>,
    /// The newest message; only where asked for.
    pub last_message_preview: Option<MessagePreview>,
}

/// Who takes part in a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ChatMember {
    /// The object id in the directory of their organisation.
    pub user_id: Option<String>,
    /// The name to show; absent for some people of other organisations.
    pub display_name: Option<String>,
    /// The address; likewise.
    pub email: Option<String>,
}

/// The newest message of a chat, as a list of chats shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MessagePreview {
    /// The id of the message.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ChatMessageId>,
    /// When it was sent, in UTC.
    #[serde(deserialize_with = "lenient::moment")]
    pub created_date_time: Option<Timestamp>,
    /// Whether it was deleted.
    #[serde(deserialize_with = "lenient::nullable")]
    pub is_deleted: bool,
    /// `message`; anything else was written by Teams.
    pub message_type: Option<String>,
    /// What it says, cut short.
    pub body: Option<ItemBody>,
    /// Who sent it.
    pub from: Option<IdentitySet>,
}

/// A [team](https://learn.microsoft.com/graph/api/resources/team).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Team {
    /// The id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<TeamId>,
    /// The name.
    pub display_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// A [channel](https://learn.microsoft.com/graph/api/resources/channel) of a team.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Channel {
    /// The id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ChannelId>,
    /// The name.
    pub display_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// `standard`, `private` or `shared`.
    pub membership_type: Option<String>,
    /// Opens the channel in Teams.
    pub web_url: Option<String>,
}

impl Resource for Chat {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

impl Resource for ChatMember {
    fn is_whole(&self) -> bool {
        true
    }
}

impl Resource for Team {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

impl Resource for Channel {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}
