use jiff::Timestamp;

use crate::{
    Calendar, CalendarId, Event, EventId, EventRequest, GraphClient, Mailbox, NextLink, Page,
    Result, ViewQuery,
    api::pages::{self, Pages},
    request::{Options, Path, Request},
};

mod meeting_times;

pub use meeting_times::MeetingTimesRequest;

/// What is asked of a calendar.
const FIELDS: &str = "id,name,isDefaultCalendar,owner";

/// The calendars of one mailbox; what needs [`GraphClient::calendar`] to get.
///
/// ```
/// use m365_graph::Mailbox;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["Calendars.Read"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
/// # let now = tenant.clock().now();
/// let week = now + jiff::SignedDuration::from_hours(7 * 24);
/// let events = graph.calendar(&Mailbox::Me).view(now, week).page().await?;
///
/// for event in &events.items {
///     println!("{}", event.subject.as_deref().unwrap_or("(no subject)"));
/// }
/// # assert!(!events.items.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CalendarApi {
    client: GraphClient,
    mailbox: Mailbox,
}

impl GraphClient {
    /// Addresses the calendars of `mailbox`.
    #[must_use]
    pub fn calendar(&self, mailbox: &Mailbox) -> CalendarApi {
        CalendarApi { client: self.clone(), mailbox: mailbox.clone() }
    }
}

impl CalendarApi {
    /// Lists the calendars, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without a calendar permission or where the
    /// mailbox is not shared, and [what any request can meet](crate::ErrorKind).
    pub async fn calendars(&self) -> Result<Page<Calendar>> {
        let options = Options::default().with("$select", FIELDS).with("$top", "100");
        let request = Request::get(self.path().literal("calendars"), &options);
        Pages::new(self.client.clone(), request, None).collect().await
    }

    /// Lists what is in the default calendar between two moments, series expanded to their
    /// occurrences: [calendarView](https://learn.microsoft.com/graph/api/user-list-calendarview).
    pub fn view(&self, start: Timestamp, end: Timestamp) -> ViewQuery {
        self.view_at(self.path(), start, end)
    }

    /// Lists what is in one calendar between two moments, as [`Self::view`].
    pub fn view_in(&self, calendar: &CalendarId, start: Timestamp, end: Timestamp) -> ViewQuery {
        let path = self.path().literal("calendars").id("calendar", calendar.as_str());
        self.view_at(path, start, end)
    }

    /// Goes on with a list of events; the preference for text or HTML is kept.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden), [`BadRequest`](crate::ErrorKind::BadRequest)
    /// for a link that has been changed, and [what any request can meet](crate::ErrorKind).
    pub async fn next_page(&self, link: &NextLink) -> Result<Page<Event>> {
        pages::follow(&self.client, link, self.path()).await
    }

    /// Addresses one event: a single one, an occurrence, or the master of a series.
    pub fn event(&self, id: &EventId) -> EventRequest {
        let path = self.path().literal("events").id("event", id.as_str());
        EventRequest::new(self.client.clone(), path)
    }

    fn view_at(&self, calendar: Path, start: Timestamp, end: Timestamp) -> ViewQuery {
        ViewQuery::new(self.client.clone(), calendar.literal("calendarView")).between(start, end)
    }

    fn path(&self) -> Path {
        Path::mailbox(&self.mailbox)
    }
}
