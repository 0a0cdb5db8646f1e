use crate::{
    BatchGet, Channel, ChannelId, Chat, ChatId, ChatMessage, GraphClient, NextLink, Page, Result,
    Team, TeamId, TeamsItem, Workload,
    api::pages::{self, Pages},
    request::{Options, Path, Request},
};

mod channel;
mod chat;
mod message;
mod search;

pub use channel::{ChannelRequest, PostRequest};
pub use chat::{ChatQuery, ChatRequest};
pub use message::{ChatMessageQuery, ChatMessageRequest};
pub use search::ChatMessageSearch;

/// The chats, teams and channels of the signed-in user; what needs [`GraphClient::teams`] to get.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["Chat.Read", "Team.ReadBasic.All", "Channel.ReadBasic.All"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
/// let chats = graph.teams().chats().with_members().newest_first().top(10).page().await?;
/// assert!(!chats.items.is_empty());
///
/// for team in graph.teams().joined().await?.items {
///     println!("{}", team.display_name.unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TeamsApi {
    client: GraphClient,
}

impl GraphClient {
    /// Addresses Teams.
    #[must_use]
    pub fn teams(&self) -> TeamsApi {
        TeamsApi { client: self.clone() }
    }
}

impl TeamsApi {
    /// Lists the user's chats.
    pub fn chats(&self) -> ChatQuery {
        ChatQuery::new(self.clone())
    }

    /// Goes on with a list of chats.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden), [`BadRequest`](crate::ErrorKind::BadRequest)
    /// for a link that has been changed, and [what any request can meet](crate::ErrorKind).
    pub async fn next_chats(&self, link: &NextLink) -> Result<Page<Chat>> {
        pages::follow(&self.client, link, chats()).await
    }

    /// Addresses one chat.
    pub fn chat(&self, id: &ChatId) -> ChatRequest {
        ChatRequest::new(self.clone(), chat(id))
    }

    /// Lists the teams that the user is a member of, up to the limit on pages; only id, name and
    /// description come.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `Team.ReadBasic.All`, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn joined(&self) -> Result<Page<Team>> {
        let path = Path::root(Workload::Teams).literal("me").literal("joinedTeams");
        let request = Request::get(path, &Options::default());
        Pages::new(self.client.clone(), request, None).collect().await
    }

    /// Lists the channels of a team that the user may see, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `Channel.ReadBasic.All` or membership,
    /// [`NotFound`](crate::ErrorKind::NotFound), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn channels(&self, team: &TeamId) -> Result<Page<Channel>> {
        let fields = "id,displayName,description,membershipType,webUrl";
        let options = Options::default().with("$select", fields);
        let request = Request::get(Path::team(team).literal("channels"), &options);
        Pages::new(self.client.clone(), request, None).collect().await
    }

    /// Makes a part of [`GraphClient::batch`] of a team.
    pub fn team_batched(&self, team: &TeamId) -> BatchGet<TeamsItem> {
        BatchGet::new(Request::get(Path::team(team), &Options::default()))
    }

    /// Addresses one channel.
    pub fn channel(&self, team: &TeamId, channel: &ChannelId) -> ChannelRequest {
        ChannelRequest::new(self.clone(), team, channel)
    }

    /// Goes on with a list of the messages of chats.
    ///
    /// # Errors
    ///
    /// As [`Self::next_chats`].
    pub async fn next_messages(&self, link: &NextLink) -> Result<Page<ChatMessage>> {
        pages::follow(&self.client, link, chats()).await
    }
}

fn chats() -> Path {
    Path::root(Workload::Teams).literal("chats")
}

fn chat(id: &ChatId) -> Path {
    chats().id("chat", id.as_str())
}
