use crate::{
    GraphClient, JoinUrl, OnlineMeeting, OnlineMeetingId, Page, Recording, Result, Transcript,
    TranscriptId, UserId, Workload,
    api::pages::{Collection, Pages},
    models::Resource,
    odata,
    request::{Options, Path, Request},
};

mod attendance;
mod content;
mod insights;

pub use content::Attribution;

/// The meetings in Teams that the signed-in user holds or is invited to; what needs
/// [`GraphClient::meetings`] to get.
///
/// ```
/// use m365_graph::{JoinUrl, Mailbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["Calendars.Read", "OnlineMeetings.Read", "OnlineMeetingTranscript.Read.All"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
/// # let now = tenant.clock().now();
/// let month = now - jiff::SignedDuration::from_hours(30 * 24);
/// let events = graph.calendar(&Mailbox::Me).view(month, now).page().await?;
/// let join = |event: &m365_graph::Event| event.online_meeting.clone()?.join_url;
///
/// for url in events.items.iter().filter_map(join) {
///     if let Some(meeting) = graph.meetings().by_join_url(&JoinUrl::new(&url)?).await? {
///         println!("{}", meeting.subject.unwrap_or_default());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MeetingsApi {
    client: GraphClient,
}

impl GraphClient {
    /// Addresses the user's meetings in Teams.
    #[must_use]
    pub fn meetings(&self) -> MeetingsApi {
        MeetingsApi { client: self.clone() }
    }
}

impl MeetingsApi {
    /// Finds the meeting, or the whole series, that is joined at `url`: compared to the letter.
    ///
    /// # Errors
    ///
    /// [`BadRequest`](crate::ErrorKind::BadRequest) with the code `1026` where there is none,
    /// [`Forbidden`](crate::ErrorKind::Forbidden) with `3003` where the user may not look it up,
    /// [`NotFound`](crate::ErrorKind::NotFound) for one that has expired, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn by_join_url(&self, url: &JoinUrl) -> Result<Option<OnlineMeeting>> {
        self.first(&format!("JoinWebUrl eq {}", odata::string(url.as_str()))).await
    }

    /// Finds the meeting of a number, as short join addresses have it.
    ///
    /// # Errors
    ///
    /// As [`Self::by_join_url`].
    pub async fn by_number(&self, number: &str) -> Result<Option<OnlineMeeting>> {
        let number = odata::string(number);
        self.first(&format!("joinMeetingIdSettings/joinMeetingId eq {number}")).await
    }

    /// Reads one meeting.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden), [`NotFound`](crate::ErrorKind::NotFound), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn meeting(&self, id: &OnlineMeetingId) -> Result<OnlineMeeting> {
        self.client.entity(&get(meeting_path(id))).await
    }

    /// Lists the transcripts of all occurrences, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `OnlineMeetingTranscript.Read.All`, or
    /// with the code `GraphAccessToTranscriptsDisabled` where the tenant keeps them closed, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn transcripts(&self, id: &OnlineMeetingId) -> Result<Page<Transcript>> {
        self.all(meeting_path(id).literal("transcripts")).await
    }

    /// Lists the recordings of all occurrences, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `OnlineMeetingRecording.Read.All`, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn recordings(&self, id: &OnlineMeetingId) -> Result<Page<Recording>> {
        self.all(meeting_path(id).literal("recordings")).await
    }

    async fn first(&self, filter: &str) -> Result<Option<OnlineMeeting>> {
        let options = Options::default().with("$filter", filter);
        let path = mine().literal("onlineMeetings");
        let found: Collection<OnlineMeeting> =
            self.client.entity(&Request::get(path, &options)).await?;
        Ok(found.into_items().into_iter().next())
    }

    /// Reads a list, without options: the documentation disagrees about those it takes.
    async fn all<T: Resource>(&self, path: Path) -> Result<Page<T>> {
        Pages::new(self.client.clone(), get(path), None).collect().await
    }
}

fn get(path: Path) -> Request {
    Request::get(path, &Options::default())
}

fn mine() -> Path {
    Path::root(Workload::Meetings).literal("me")
}

fn meeting_path(id: &OnlineMeetingId) -> Path {
    mine().literal("onlineMeetings").id("meeting", id.as_str())
}

fn transcript_path(meeting: &OnlineMeetingId, id: &TranscriptId) -> Path {
    meeting_path(meeting).literal("transcripts").id("transcript", id.as_str())
}

fn insights_path(user: &UserId, meeting: &OnlineMeetingId) -> Path {
    let path = Path::root(Workload::Meetings).literal("copilot").literal("users");
    let path = path.id("user", user.as_str()).literal("onlineMeetings");
    path.id("meeting", meeting.as_str()).literal("aiInsights")
}
