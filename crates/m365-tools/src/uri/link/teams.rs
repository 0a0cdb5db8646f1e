use m365_auth::Cloud;
use m365_graph::{ChannelId, ChatId, ChatMessageId, JoinUrl, TeamId};

use super::Pasted;
use crate::uri::{ResourceUri, TeamsUri, TranscriptUri};

/// Returns the hosts of Teams in `cloud`; a cloud that is not known has none.
pub(super) const fn hosts(cloud: Cloud) -> &'static [&'static str] {
    match cloud {
        Cloud::Global => &["teams.microsoft.com", "teams.cloud.microsoft"],
        Cloud::UsGovHigh => &["gov.teams.microsoft.us"],
        Cloud::UsGovDod => &["dod.teams.microsoft.us"],
        _ => &[],
    }
}

/// Reads a [deep link](https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-links)
/// to a message, chat, channel or meeting.
pub(super) fn parse(link: &Pasted<'_>) -> Option<ResourceUri> {
    let segments = link.segments()?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments[..] {
        ["l", "meetup-join", ..] | ["meet", ..] => meeting(link),
        ["l", "message", thread, message] => self::message(link, thread, message),
        ["l", "chat", chat, ..] => {
            Some(ResourceUri::Teams(TeamsUri::Chat(ChatId::new(chat).ok()?)))
        }
        ["l", "channel" | "team", channel, ..] => {
            let (team, channel) = (team(link)?, ChannelId::new(channel).ok()?);
            Some(ResourceUri::Teams(TeamsUri::Channel { team, channel }))
        }
        _ => None,
    }
}

/// What there is to read of a meeting is what was said in it.
fn meeting(link: &Pasted<'_>) -> Option<ResourceUri> {
    let join_url = JoinUrl::new(link.url.as_str()).ok()?;
    let written = format!("https://{}{}", link.host, link.rest);
    let join_url = JoinUrl::new(&written).unwrap_or(join_url);
    Some(ResourceUri::Transcript(TranscriptUri::new(join_url, None, None)))
}

/// A post's thread is a channel's, and its link names the team; a reply is read with its post.
fn message(link: &Pasted<'_>, thread: &str, message: &str) -> Option<ResourceUri> {
    let message = ChatMessageId::new(message).ok()?;
    let uri = match ChatId::new(thread) {
        Ok(chat) if team(link).is_none() => TeamsUri::ChatMessage { chat, message },
        _ => {
            let (team, channel) = (team(link)?, ChannelId::new(thread).ok()?);
            let parent = link.value("parentMessageId").filter(|parent| *parent != "0");
            let parent = parent.map(|parent| ChatMessageId::new(&parent)).transpose().ok()?;
            TeamsUri::ChannelMessage { team, channel, message: parent.unwrap_or(message) }
        }
    };
    Some(ResourceUri::Teams(uri))
}

fn team(link: &Pasted<'_>) -> Option<TeamId> {
    TeamId::new(&link.value("groupId")?).ok()
}
