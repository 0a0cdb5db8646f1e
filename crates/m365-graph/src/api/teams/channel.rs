use super::{ChatMessageQuery, ChatMessageRequest, TeamsApi};
use crate::{
    BatchGet, Channel, ChannelId, ChatMessage, ChatMessageId, NextLink, Page, Result, TeamId,
    TeamsItem,
    api::pages,
    request::{Options, Path, Request},
};

/// One channel, and what is posted in it.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct ChannelRequest {
    teams: TeamsApi,
    team: TeamId,
    path: Path,
}

impl ChannelRequest {
    pub(super) fn new(teams: TeamsApi, team: &TeamId, channel: &ChannelId) -> Self {
        let path = Path::team(team).literal("channels").id("channel", channel.as_str());
        Self { teams, team: team.clone(), path }
    }

    /// Reads the channel.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) or [`Forbidden`](crate::ErrorKind::Forbidden)
    /// where the user does not take part, and [what any request can meet](crate::ErrorKind).
    pub async fn get(self) -> Result<Channel> {
        self.teams.client.entity(&Request::get(self.path, &Options::default())).await
    }

    /// Makes a part of [`GraphClient::batch`](crate::GraphClient::batch) of it.
    pub fn batched(self) -> BatchGet<TeamsItem> {
        BatchGet::new(Request::get(self.path, &Options::default()))
    }

    /// Lists the posts, those with the latest activity first.
    pub fn posts(self) -> ChatMessageQuery {
        ChatMessageQuery::new(self.teams, self.path.literal("messages"))
    }

    /// Lists the posts with their replies, up to 200 or so of each.
    pub fn posts_with_replies(self) -> ChatMessageQuery {
        self.posts().with_replies()
    }

    /// Goes on with a list of posts or of replies.
    ///
    /// # Errors
    ///
    /// As [`TeamsApi::next_chats`].
    pub async fn next_page(self, link: &NextLink) -> Result<Page<ChatMessage>> {
        pages::follow(&self.teams.client, link, Path::team(&self.team)).await
    }

    /// Addresses one post.
    pub fn post(self, id: &ChatMessageId) -> PostRequest {
        let path = self.path.literal("messages").id("message", id.as_str());
        PostRequest { teams: self.teams, path }
    }
}

/// One post of a channel, and the replies to it.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct PostRequest {
    teams: TeamsApi,
    path: Path,
}

impl PostRequest {
    /// Addresses the post itself.
    pub fn message(self) -> ChatMessageRequest {
        ChatMessageRequest::new(self.teams, self.path)
    }

    /// Lists the replies, newest first.
    pub fn replies(self) -> ChatMessageQuery {
        ChatMessageQuery::new(self.teams, self.path.literal("replies"))
    }

    /// Addresses one reply.
    pub fn reply(self, id: &ChatMessageId) -> ChatMessageRequest {
        let path = self.path.literal("replies").id("reply", id.as_str());
        ChatMessageRequest::new(self.teams, path)
    }
}
