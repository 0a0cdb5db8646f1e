use super::MailApi;
use crate::{
    BodyKind, Message, Page, Result,
    api::pages::{self, Pages},
    request::{Options, Path, Request},
};

/// A list or a search of messages, newest first unless ordered otherwise.
///
/// Graph refuses some combinations, and this client does not second-guess it: `search` excludes
/// `filter`, `order_by` and `skip`; with `filter`, each property of `order_by` must come first in
/// the filter, in the same order.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until a page is asked for"]
pub struct MessageQuery {
    mail: MailApi,
    path: Path,
    options: Options,
    body: Option<BodyKind>,
}

impl MessageQuery {
    pub(super) fn new(mail: MailApi, path: Path) -> Self {
        Self { mail, path, options: Options::default(), body: None }
    }

    /// Takes only what fulfils an OData expression; see [`odata::string`](crate::odata::string).
    pub fn filter(self, expression: &str) -> Self {
        self.option("$filter", expression)
    }

    /// Takes only what matches Keyword Query Language; see [`kql`](crate::kql).
    ///
    /// Graph ends such a list after about 1000 messages.
    pub fn search(self, kql: &str) -> Self {
        let quoted = kql.replace('\\', "\\\\").replace('"', "\\\"");
        self.option("$search", format!("\"{quoted}\""))
    }

    /// Orders the messages, e.g. by `receivedDateTime desc`.
    pub fn order_by(self, order: &str) -> Self {
        self.option("$orderby", order)
    }

    /// Asks for these properties only; the id comes in any case.
    pub fn select(self, properties: &[&str]) -> Self {
        self.option("$select", pages::with_id(properties))
    }

    /// Asks for up to `count` messages a page, 1 to 1000.
    pub fn top(self, count: u32) -> Self {
        self.option("$top", count.to_string())
    }

    /// Leaves out the first `count` messages.
    pub fn skip(self, count: u32) -> Self {
        self.option("$skip", count.to_string())
    }

    /// Asks how many messages there are in all; not together with `search`.
    pub fn count(self) -> Self {
        self.option("$count", "true")
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
    /// [`BadRequest`](crate::ErrorKind::BadRequest) where options do not go together,
    /// [`NotFound`](crate::ErrorKind::NotFound) for a folder or mailbox that is not there,
    /// [`Forbidden`](crate::ErrorKind::Forbidden), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn page(self) -> Result<Page<Message>> {
        let request = self.request();
        pages::first(&self.mail.client, &request, self.body).await
    }

    /// Reads page after page.
    #[must_use]
    pub fn pages(self) -> Pages<Message> {
        let request = self.request();
        Pages::new(self.mail.client, request, self.body)
    }

    fn request(&self) -> Request {
        Request::get(self.path.clone(), &self.options).prefer_body(self.body)
    }

    fn option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options = self.options.with(name, value);
        self
    }
}
