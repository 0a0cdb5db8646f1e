use super::{ChatMessageQuery, ChatMessageRequest, TeamsApi};
use crate::{
    BatchGet, Chat, ChatMember, ChatMessageId, Page, Result, TeamsItem, Workload,
    api::pages::{self, Pages},
    request::{Options, Path, Request},
};

/// The most chats that a page may have.
const MAX_PAGE: u32 = 50;

/// A list of the user's chats, in no particular order unless one is asked for.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until a page is asked for"]
pub struct ChatQuery {
    teams: TeamsApi,
    options: Options,
}

impl ChatQuery {
    pub(super) fn new(teams: TeamsApi) -> Self {
        Self { teams, options: Options::default() }
    }

    /// Brings the members along, 25 at most of each chat, and the newest message. Pages of 25 are
    /// safe then.
    pub fn expanded(self) -> Self {
        self.option("$expand", "members,lastMessagePreview")
    }

    /// Brings the members along, 25 at most of each chat.
    pub fn with_members(self) -> Self {
        self.option("$expand", "members")
    }

    /// Puts the chats with the newest messages first; the national clouds do not know that.
    pub fn newest_first(self) -> Self {
        self.option("$orderby", "lastMessagePreview/createdDateTime desc")
    }

    /// Asks for up to `count` chats a page, lowered to Graph's maximum of 50.
    pub fn top(self, count: u32) -> Self {
        self.option("$top", count.min(MAX_PAGE).to_string())
    }

    /// Reads the first page.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `Chat.ReadBasic` or `Chat.Read`,
    /// [`BadRequest`](crate::ErrorKind::BadRequest) for an order that this cloud does not know,
    /// and [what any request can meet](crate::ErrorKind).
    pub async fn page(self) -> Result<Page<Chat>> {
        let path = Path::root(Workload::Teams).literal("me").literal("chats");
        pages::first(&self.teams.client, &Request::get(path, &self.options), None).await
    }

    fn option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options = self.options.with(name, value);
        self
    }
}

/// One chat, and what is in it.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct ChatRequest {
    teams: TeamsApi,
    path: Path,
    members: bool,
}

impl ChatRequest {
    pub(super) const fn new(teams: TeamsApi, path: Path) -> Self {
        Self { teams, path, members: true }
    }

    /// Leaves the members out, which Graph cannot give of some chats of meetings.
    pub const fn without_members(mut self) -> Self {
        self.members = false;
        self
    }

    /// Reads the chat with its members, 25 at most.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) or [`Forbidden`](crate::ErrorKind::Forbidden)
    /// where the user does not take part, and [what any request can meet](crate::ErrorKind).
    pub async fn get(self) -> Result<Chat> {
        self.teams.client.entity(&self.request()).await
    }

    /// Makes a part of [`GraphClient::batch`](crate::GraphClient::batch) of it.
    pub fn batched(self) -> BatchGet<TeamsItem> {
        BatchGet::new(self.request())
    }

    /// Lists all members, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// As [`Self::get`]; for some chats of meetings Graph always fails.
    pub async fn members(self) -> Result<Page<ChatMember>> {
        let request = Request::get(self.path.literal("members"), &Options::default());
        Pages::new(self.teams.client, request, None).collect().await
    }

    /// Lists the messages, those of Teams and deleted ones included.
    pub fn messages(self) -> ChatMessageQuery {
        ChatMessageQuery::new(self.teams, self.path.literal("messages"))
    }

    /// Addresses one message.
    pub fn message(self, id: &ChatMessageId) -> ChatMessageRequest {
        let path = self.path.literal("messages").id("message", id.as_str());
        ChatMessageRequest::new(self.teams, path)
    }

    fn request(&self) -> Request {
        let options = Options::default();
        let options = if self.members { options.with("$expand", "members") } else { options };
        Request::get(self.path.clone(), &options)
    }
}
