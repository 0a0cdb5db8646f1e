use super::DriveApi;
use crate::{
    FoundItem, FoundKind, Page, Result,
    api::Pages,
    request::{Options, Request},
};

/// What is asked of each item.
const FIELDS: &str =
    "id,name,size,webUrl,createdBy,lastModifiedBy,lastModifiedDateTime,parentReference,folder";

impl DriveApi {
    /// Looks for `words` in names, metadata and content, best first; no words find everything. Reads
    /// up to the limit on pages.
    ///
    /// # Errors
    ///
    /// As [`DriveApi::get`].
    pub async fn search(&self, words: &str) -> Result<Page<FoundItem>> {
        let path = self.path.clone().literal("root").function("search", words);
        let options = Options::default().with("$select", FIELDS).with("$top", "200");
        let request = Request::get(path, &options);
        let mut page: Page<FoundItem> =
            Pages::new(self.client.clone(), request, None).collect().await?;
        for item in &mut page.items {
            item.kind = FoundKind::DriveItem;
        }
        Ok(page)
    }
}
