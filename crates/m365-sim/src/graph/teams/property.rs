//! What chats and channels can be filtered by.

use crate::graph::{
    fail::Fail,
    filter::{Property, Value},
    teams::{chat::Chat, team::Channel},
};

/// A property of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfChat {
    Created,
    Hidden,
    Kind,
    Read,
    Topic,
    Updated,
}

impl Property for OfChat {
    fn named(path: &str) -> Result<Self, Fail> {
        Ok(match path {
            "chatType" => Self::Kind,
            "createdDateTime" => Self::Created,
            "lastUpdatedDateTime" => Self::Updated,
            "topic" => Self::Topic,
            "viewpoint/isHidden" => Self::Hidden,
            "viewpoint/lastMessageReadDateTime" => Self::Read,
            _ => return Err(not_filtered(path)),
        })
    }

    fn typed(self, literal: Value) -> Option<Value> {
        let fits = match self {
            Self::Created | Self::Read | Self::Updated => matches!(literal, Value::Time(_)),
            Self::Hidden => matches!(literal, Value::Bool(_)),
            Self::Kind => matches!(literal, Value::Text(_)),
            Self::Topic => matches!(literal, Value::Text(_) | Value::Null),
        };
        fits.then_some(literal)
    }
}

impl OfChat {
    /// Returns a chat's value.
    pub(super) fn value(self, chat: &Chat) -> Value {
        match self {
            Self::Created => Value::Time(chat.created),
            Self::Hidden => Value::Bool(chat.hidden),
            Self::Kind => Value::text(Some(chat.kind.name())),
            Self::Read => Value::Time(chat.read),
            Self::Topic => Value::text(chat.topic.as_deref()),
            Self::Updated => Value::Time(chat.updated),
        }
    }
}

/// Who may join a channel, which is all that channels can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Membership;

impl Property for Membership {
    fn named(path: &str) -> Result<Self, Fail> {
        if path == "membershipType" { Ok(Self) } else { Err(not_filtered(path)) }
    }

    fn typed(self, literal: Value) -> Option<Value> {
        matches!(literal, Value::Text(_)).then_some(literal)
    }
}

impl Membership {
    /// Returns a channel's value.
    pub(super) fn value(self, channel: &Channel) -> Value {
        Value::text(Some(channel.access.name()))
    }
}

/// Refuses a property that a list cannot be filtered by.
pub(super) fn not_filtered(path: &str) -> Fail {
    Fail::bad_request(format!("A filter on '{path}' is not supported."))
}
