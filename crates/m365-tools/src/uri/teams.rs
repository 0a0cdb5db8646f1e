use std::fmt;

use m365_graph::{ChannelId, ChatId, ChatMessageId, TeamId};

use super::{Rest, segment};

/// The forms of an address in Teams as URI templates (RFC 6570).
pub(crate) const CHAT: &str = "teams:///chats/{chatId}/messages";
#[cfg(feature = "mcp")]
pub(crate) const CHAT_MESSAGE: &str = "teams:///chats/{chatId}/messages/{messageId}";
pub(crate) const CHANNEL: &str = "teams:///teams/{teamId}/channels/{channelId}/messages";
#[cfg(feature = "mcp")]
pub(crate) const CHANNEL_MESSAGE: &str =
    "teams:///teams/{teamId}/channels/{channelId}/messages/{messageId}";

#[cfg(feature = "mcp")]
pub(crate) const REPLY: &str =
    "teams:///teams/{teamId}/channels/{channelId}/messages/{messageId}/replies/{replyId}";

/// The address of something that was written in Teams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TeamsUri {
    /// The newest messages of a chat.
    Chat(ChatId),
    /// One message of a chat.
    ChatMessage { chat: ChatId, message: ChatMessageId },
    /// The newest posts in a channel.
    Channel { team: TeamId, channel: ChannelId },
    /// One post in a channel, with its replies.
    ChannelMessage { team: TeamId, channel: ChannelId, message: ChatMessageId },
    /// One reply to a post.
    Reply { team: TeamId, channel: ChannelId, post: ChatMessageId, message: ChatMessageId },
}

impl TeamsUri {
    /// Returns the channel that it is, or is in.
    pub(crate) const fn channel(&self) -> Option<(&TeamId, &ChannelId)> {
        match self {
            Self::Channel { team, channel }
            | Self::ChannelMessage { team, channel, .. }
            | Self::Reply { team, channel, .. } => Some((team, channel)),
            Self::Chat(_) | Self::ChatMessage { .. } => None,
        }
    }
}

/// Reads what stands behind `teams:///`.
pub(super) fn parse(rest: &Rest) -> Option<TeamsUri> {
    let segments = rest.only_segments()?;
    let segments = segments.strip_suffix(&[""]).unwrap_or(&segments);
    match segments {
        ["chats", chat, rest @ ..] => in_chat(ChatId::new(chat).ok()?, rest),
        ["teams", team, "channels", channel, rest @ ..] => {
            in_channel(TeamId::new(team).ok()?, ChannelId::new(channel).ok()?, rest)
        }
        _ => None,
    }
}

fn in_chat(chat: ChatId, rest: &[&str]) -> Option<TeamsUri> {
    match rest {
        [] | ["messages"] => Some(TeamsUri::Chat(chat)),
        ["messages", id] => {
            Some(TeamsUri::ChatMessage { chat, message: ChatMessageId::new(id).ok()? })
        }
        _ => None,
    }
}

fn in_channel(team: TeamId, channel: ChannelId, rest: &[&str]) -> Option<TeamsUri> {
    match rest {
        [] | ["messages"] => Some(TeamsUri::Channel { team, channel }),
        ["messages", id] => {
            let message = ChatMessageId::new(id).ok()?;
            Some(TeamsUri::ChannelMessage { team, channel, message })
        }
        ["messages", post, "replies", id] => {
            let (post, message) = (ChatMessageId::new(post).ok()?, ChatMessageId::new(id).ok()?);
            Some(TeamsUri::Reply { team, channel, post, message })
        }
        _ => None,
    }
}

/// Says what is accepted.
pub(super) fn forms() -> String {
    "teams:///chats/{chatId}/messages[/{messageId}] (chatId: 19:…@thread.v2 or 19:…@unq.gbl.spaces) or \
     teams:///teams/{teamId}/channels/{channelId}/messages[/{messageId}[/replies/{replyId}]] (teamId: a GUID, channelId: \
     19:…@thread.tacv2), ids URL-encoded and messageId in digits,"
        .to_owned()
}

impl fmt::Display for TeamsUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chat(chat) => write!(f, "teams:///chats/{}/messages", segment(chat.as_str())),
            Self::ChatMessage { chat, message } => {
                write!(f, "teams:///chats/{}/messages/{message}", segment(chat.as_str()))
            }
            Self::Channel { team, channel } => write_channel(f, team, channel),
            Self::ChannelMessage { team, channel, message } => {
                write_channel(f, team, channel)?;
                write!(f, "/{message}")
            }
            Self::Reply { team, channel, post, message } => {
                write_channel(f, team, channel)?;
                write!(f, "/{post}/replies/{message}")
            }
        }
    }
}

fn write_channel(f: &mut fmt::Formatter<'_>, team: &TeamId, channel: &ChannelId) -> fmt::Result {
    write!(f, "teams:///teams/{team}/channels/{}/messages", segment(channel.as_str()))
}
