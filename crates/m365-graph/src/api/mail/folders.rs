use super::MailApi;
use crate::{
    MailFolder, Page, Result,
    api::pages::{self, Pages},
    request::{Options, Path, Request},
};

/// A list of mail folders; Graph gives 10 a page unless told otherwise.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until a page is asked for"]
pub struct FolderQuery {
    mail: MailApi,
    path: Path,
    options: Options,
}

impl FolderQuery {
    pub(super) fn new(mail: MailApi, path: Path) -> Self {
        Self { mail, path, options: Options::default() }
    }

    /// Takes only what fulfils an OData expression, e.g. `displayName eq 'Apollo'`.
    pub fn filter(self, expression: &str) -> Self {
        self.option("$filter", expression)
    }

    /// Asks for up to `count` folders a page.
    pub fn top(self, count: u32) -> Self {
        self.option("$top", count.to_string())
    }

    /// Leaves out the first `count` folders.
    pub fn skip(self, count: u32) -> Self {
        self.option("$skip", count.to_string())
    }

    /// Reads the first page.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) for a folder or mailbox that is not there,
    /// [`Forbidden`](crate::ErrorKind::Forbidden), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn page(self) -> Result<Page<MailFolder>> {
        pages::first(&self.mail.client, &self.request(), None).await
    }

    /// Reads page after page.
    #[must_use]
    pub fn pages(self) -> Pages<MailFolder> {
        let request = self.request();
        Pages::new(self.mail.client, request, None)
    }

    fn request(&self) -> Request {
        Request::get(self.path.clone(), &self.options)
    }

    fn option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options = self.options.with(name, value);
        self
    }
}
