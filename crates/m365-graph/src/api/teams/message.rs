use jiff::Timestamp;

use super::TeamsApi;
use crate::{
    BatchGet, ChatMessage, Download, HostedContentId, Page, Result, TeamsItem,
    api::pages,
    request::{Options, Path, Request},
};

/// The most messages that a page may have.
pub(super) const MAX_PAGE: u32 = 50;

/// A list of messages: those of a chat by their last change, newest first, unless ordered
/// otherwise; those of a channel by the last activity of their threads.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until a page is asked for"]
pub struct ChatMessageQuery {
    teams: TeamsApi,
    path: Path,
    options: Options,
}

impl ChatMessageQuery {
    pub(super) fn new(teams: TeamsApi, path: Path) -> Self {
        Self { teams, path, options: Options::default() }
    }

    /// Orders the messages of a chat by when they were sent, newest first.
    pub fn newest_first(self) -> Self {
        self.option("$orderby", "createdDateTime desc")
    }

    /// Takes only the messages of a chat sent before `moment`; without
    /// [`newest_first`](Self::newest_first), Graph ignores it.
    pub fn before(self, moment: Timestamp) -> Self {
        self.option("$filter", format!("createdDateTime lt {moment}"))
    }

    /// Asks for up to `count` messages a page, lowered to Graph's maximum of 50.
    pub fn top(self, count: u32) -> Self {
        self.option("$top", count.min(MAX_PAGE).to_string())
    }

    /// Brings the replies to the posts of a channel along.
    pub(super) fn with_replies(self) -> Self {
        self.option("$expand", "replies")
    }

    /// Reads the first page.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without the permission or where the user does
    /// not take part, [`NotFound`](crate::ErrorKind::NotFound),
    /// [`BadRequest`](crate::ErrorKind::BadRequest) for an order that this cloud does not know,
    /// and [what any request can meet](crate::ErrorKind).
    pub async fn page(self) -> Result<Page<ChatMessage>> {
        let request = Request::get(self.path, &self.options);
        pages::first(&self.teams.client, &request, None).await
    }

    fn option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options = self.options.with(name, value);
        self
    }
}

/// One message, and what it shows.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct ChatMessageRequest {
    teams: TeamsApi,
    path: Path,
}

impl ChatMessageRequest {
    pub(super) const fn new(teams: TeamsApi, path: Path) -> Self {
        Self { teams, path }
    }

    /// Reads the message.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) where it is not in this chat or channel,
    /// [`Forbidden`](crate::ErrorKind::Forbidden), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn get(self) -> Result<ChatMessage> {
        self.teams.client.entity(&self.request()).await
    }

    /// Makes a part of [`GraphClient::batch`](crate::GraphClient::batch) of it.
    pub fn batched(self) -> BatchGet<TeamsItem> {
        BatchGet::new(self.request())
    }

    /// Reads what the message shows and Teams keeps, at most `cap` bytes.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](crate::ErrorKind::TooLarge) beyond `cap`, and as [`Self::get`].
    pub async fn hosted_content(self, id: &HostedContentId, cap: usize) -> Result<Download> {
        let path = self.path.literal("hostedContents").id("content", id.as_str());
        let request = Request::get(path.literal("$value"), &Options::default());
        self.teams.client.bytes(&request, cap).await
    }

    fn request(&self) -> Request {
        Request::get(self.path.clone(), &Options::default())
    }
}
