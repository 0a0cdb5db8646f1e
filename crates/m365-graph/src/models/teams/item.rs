use std::fmt;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Channel, Chat, ChatMessage, Team};
use crate::models::Resource;

/// One of several kinds of things in Teams that were asked for in one batch.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct TeamsItem(Value);

impl TeamsItem {
    /// Reads it as a message.
    #[must_use]
    pub fn into_message(self) -> Option<ChatMessage> {
        self.read()
    }

    /// Reads it as a chat.
    #[must_use]
    pub fn into_chat(self) -> Option<Chat> {
        self.read()
    }

    /// Reads it as a team.
    #[must_use]
    pub fn into_team(self) -> Option<Team> {
        self.read()
    }

    /// Reads it as a channel.
    #[must_use]
    pub fn into_channel(self) -> Option<Channel> {
        self.read()
    }

    fn read<T: Resource + DeserializeOwned>(self) -> Option<T> {
        serde_json::from_value(self.0).ok().filter(T::is_whole)
    }
}

/// Shows nothing of the content.
impl fmt::Debug for TeamsItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TeamsItem(..)")
    }
}

impl Resource for TeamsItem {
    fn is_whole(&self) -> bool {
        self.0.get("id").is_some()
    }
}
