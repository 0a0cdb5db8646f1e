use crate::{
    DriveItem, GraphClient, Page, Result,
    api::pages::{self, Pages},
    request::{Options, Path, Request},
};

/// What is asked of each child.
const FIELDS: &str = "id,name,size,webUrl,lastModifiedDateTime,lastModifiedBy,parentReference,file,folder,package,remoteItem,malware";

/// What a folder holds, by name unless ordered otherwise; 200 items a page unless told otherwise.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until a page is asked for"]
pub struct ChildrenQuery {
    client: GraphClient,
    path: Path,
    options: Options,
}

impl ChildrenQuery {
    pub(super) fn new(client: GraphClient, path: Path) -> Self {
        Self { client, path, options: Options::default().with("$select", FIELDS) }
    }

    /// Orders the items by `name`, `size` or `lastModifiedDateTime`, with ` desc` behind it or not.
    pub fn order_by(mut self, order: &str) -> Self {
        self.options = self.options.with("$orderby", order);
        self
    }

    /// Asks for up to `count` items a page, 1 to 1000.
    pub fn top(mut self, count: u32) -> Self {
        self.options = self.options.with("$top", count.to_string());
        self
    }

    /// Reads the first page.
    ///
    /// # Errors
    ///
    /// As [`DriveItemRequest::get`](super::DriveItemRequest::get).
    pub async fn page(self) -> Result<Page<DriveItem>> {
        pages::first(&self.client, &Request::get(self.path, &self.options), None).await
    }

    /// Reads page after page.
    #[must_use]
    pub fn pages(self) -> Pages<DriveItem> {
        let request = Request::get(self.path, &self.options);
        Pages::new(self.client, request, None)
    }
}
