use jiff::Timestamp;

use super::CalendarApi;
use crate::{
    BodyKind, Event, Page, Result,
    api::pages::{self, Pages},
    request::{Options, Path, Request},
};

/// A list of events that overlap a stretch of time.
///
/// Graph wants both bounds, refuses more than 1825 days between them, and matches all-day events
/// as midnights in UTC. Times come in UTC; without an order the list has none.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until a page is asked for"]
pub struct ViewQuery {
    calendar: CalendarApi,
    path: Path,
    options: Options,
    body: Option<BodyKind>,
}

impl ViewQuery {
    pub(super) fn new(calendar: CalendarApi, path: Path, start: Timestamp, end: Timestamp) -> Self {
        let options = Options::default()
            .with("startDateTime", moment(start))
            .with("endDateTime", moment(end));
        Self { calendar, path, options, body: None }
    }

    /// Takes only what fulfils an OData expression; see [`odata::string`](crate::odata::string).
    ///
    /// Graph knows neither attendees nor bodies in such an expression.
    pub fn filter(self, expression: &str) -> Self {
        self.option("$filter", expression)
    }

    /// Orders the events, e.g. by `start/dateTime desc`.
    pub fn order_by(self, order: &str) -> Self {
        self.option("$orderby", order)
    }

    /// Asks for these properties only; the id comes in any case.
    ///
    /// Graph refuses `createdDateTime` and `lastModifiedDateTime` here, and gives `onlineMeeting`
    /// only beside `isOnlineMeeting`.
    pub fn select(self, properties: &[&str]) -> Self {
        self.option("$select", pages::with_id(properties))
    }

    /// Asks for up to `count` events a page, 1 to 1000.
    pub fn top(self, count: u32) -> Self {
        self.option("$top", count.to_string())
    }

    /// Asks for bodies as text, rendered by Exchange, and not as HTML.
    pub const fn prefer_text(mut self) -> Self {
        self.body = Some(BodyKind::Text);
        self
    }

    /// Reads the first page.
    ///
    /// # Errors
    ///
    /// [`BadRequest`](crate::ErrorKind::BadRequest) for bounds that Graph does not take,
    /// [`NotFound`](crate::ErrorKind::NotFound) for a calendar or mailbox that is not there,
    /// [`Forbidden`](crate::ErrorKind::Forbidden), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn page(self) -> Result<Page<Event>> {
        let request = self.request();
        pages::first(&self.calendar.client, &request, self.body).await
    }

    /// Reads page after page.
    #[must_use]
    pub fn pages(self) -> Pages<Event> {
        let request = self.request();
        Pages::new(self.calendar.client, request, self.body)
    }

    fn request(&self) -> Request {
        Request::get(self.path.clone(), &self.options).prefer_body(self.body)
    }

    fn option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options = self.options.with(name, value);
        self
    }
}

/// Writes a bound in UTC, to the second.
fn moment(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
