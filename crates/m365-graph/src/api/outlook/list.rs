use std::marker::PhantomData;

use jiff::Timestamp;

use crate::{
    BodyKind, Event, GraphClient, Message, Page, Result,
    api::pages::{self, Pages},
    models::Resource,
    request::{Options, Path, Request},
};

/// A list or a search of messages, newest first unless ordered otherwise.
///
/// Graph refuses some combinations, and this client does not second-guess it: `search` excludes
/// `filter`, `order_by` and `skip`; with `filter`, each property of `order_by` must come first in
/// the filter, in the same order.
pub type MessageQuery = OutlookQuery<Message>;

/// A list of events that overlap a stretch of time.
///
/// Graph wants both bounds, refuses more than 1825 days between them, and matches all-day events
/// as midnights in UTC. Times come in UTC; without an order the list has none. It filters by
/// neither attendees nor bodies, refuses to select `createdDateTime` and `lastModifiedDateTime`,
/// and gives `onlineMeeting` only beside `isOnlineMeeting`.
pub type ViewQuery = OutlookQuery<Event>;

/// A list of items of a mailbox.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until a page is asked for"]
pub struct OutlookQuery<T> {
    client: GraphClient,
    path: Path,
    options: Options,
    body: Option<BodyKind>,
    item: PhantomData<fn() -> T>,
}

#[expect(private_bounds, reason = "only this crate's models hang on a mailbox")]
impl<T: Resource> OutlookQuery<T> {
    pub(crate) fn new(client: GraphClient, path: Path) -> Self {
        Self { client, path, options: Options::default(), body: None, item: PhantomData }
    }

    /// Takes only what fulfils an OData expression; see [`odata::string`](crate::odata::string).
    pub fn filter(self, expression: &str) -> Self {
        self.option("$filter", expression)
    }

    /// Orders the items, e.g. by `receivedDateTime desc` or `start/dateTime`.
    pub fn order_by(self, order: &str) -> Self {
        self.option("$orderby", order)
    }

    /// Asks for these properties only; the id comes in any case.
    pub fn select(self, properties: &[&str]) -> Self {
        self.option("$select", pages::with_id(properties))
    }

    /// Asks for up to `count` items a page, 1 to 1000.
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
    /// [`BadRequest`](crate::ErrorKind::BadRequest) for options that Graph does not take together,
    /// [`NotFound`](crate::ErrorKind::NotFound) for a folder, calendar or mailbox that is not there,
    /// [`Forbidden`](crate::ErrorKind::Forbidden), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn page(self) -> Result<Page<T>> {
        let request = self.request();
        pages::first(&self.client, &request, self.body).await
    }

    /// Reads page after page.
    #[must_use]
    pub fn pages(self) -> Pages<T> {
        let request = self.request();
        Pages::new(self.client, request, self.body)
    }

    fn request(&self) -> Request {
        Request::get(self.path.clone(), &self.options).prefer_body(self.body)
    }

    fn option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options = self.options.with(name, value);
        self
    }
}

impl MessageQuery {
    /// Takes only what matches Keyword Query Language; see [`kql`](crate::kql).
    ///
    /// Graph ends such a list after about 1000 messages.
    pub fn search(self, kql: &str) -> Self {
        let quoted = kql.replace('\\', "\\\\").replace('"', "\\\"");
        self.option("$search", format!("\"{quoted}\""))
    }

    /// Leaves out the first `count` messages.
    pub fn skip(self, count: u32) -> Self {
        self.option("$skip", count.to_string())
    }

    /// Asks how many messages there are in all; not together with `search`.
    pub fn count(self) -> Self {
        self.option("$count", "true")
    }
}

impl ViewQuery {
    pub(crate) fn between(self, start: Timestamp, end: Timestamp) -> Self {
        self.option("startDateTime", moment(start)).option("endDateTime", moment(end))
    }
}

/// Writes a bound in UTC, to the second.
fn moment(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
