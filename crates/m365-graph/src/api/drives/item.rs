use super::ChildrenQuery;
use crate::{
    BatchGet, Download, DriveItem, Error, ErrorKind, GraphClient, Result,
    request::{Options, Path, Request},
};

/// What is asked of an item.
const FIELDS: &str = "id,name,size,webUrl,eTag,createdDateTime,lastModifiedDateTime,createdBy,lastModifiedBy,parentReference,file,folder,package,remoteItem,malware,root,sharepointIds";

/// One drive item, and what hangs on it.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct DriveItemRequest {
    client: GraphClient,
    path: Path,
    /// Whether it is addressed by its place, which a colon ends where more follows.
    by_path: bool,
}

/// Into what Graph converts content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConversionFormat {
    /// A page; from Loop, Fluid and Whiteboard files only.
    Html,
}

impl ConversionFormat {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
        }
    }
}

impl DriveItemRequest {
    pub(super) const fn new(client: GraphClient, path: Path) -> Self {
        Self { client, path, by_path: false }
    }

    pub(super) const fn by_path(client: GraphClient, path: Path) -> Self {
        Self { client, path, by_path: true }
    }

    /// Reads what is known of the item.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) when it is gone, or the user may not see it,
    /// [`Forbidden`](crate::ErrorKind::Forbidden), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn get(self) -> Result<DriveItem> {
        self.client.entity(&self.request()).await
    }

    /// Makes a part of [`GraphClient::batch`] of it.
    pub fn batched(self) -> BatchGet<DriveItem> {
        BatchGet::new(self.request())
    }

    /// Lists what a folder holds; a file holds nothing.
    pub fn children(self) -> ChildrenQuery {
        let path = self.below("children");
        ChildrenQuery::new(self.client, path)
    }

    /// Reads the content, at most `cap` bytes of it; `item` is what is known of it, since not
    /// everything that has a size is to be fetched.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](crate::ErrorKind::TooLarge) beyond `cap`, by the size that is known or by what
    /// arrives; [`Forbidden`](crate::ErrorKind::Forbidden) with the code `malware` for what a scan
    /// found something in; [`NotSupported`](crate::ErrorKind::NotSupported) with the code `noContent`
    /// for folders, notebooks and shortcuts; and as [`Self::get`].
    pub async fn content(self, item: &DriveItem, cap: usize) -> Result<Download> {
        check(item, cap)?;
        let request = Request::get(self.below("content"), &Options::default());
        self.client.bytes(&request, cap).await
    }

    /// Reads the content in another form, at most `cap` bytes of it.
    ///
    /// # Errors
    ///
    /// [`NotSupported`](crate::ErrorKind::NotSupported) where Graph cannot convert it, and as
    /// [`Self::content`].
    pub async fn content_as(
        self,
        item: &DriveItem,
        format: ConversionFormat,
        cap: usize,
    ) -> Result<Download> {
        check(item, usize::MAX)?;
        let options = Options::default().with("format", format.as_str());
        self.client.bytes(&Request::get(self.below("content"), &options), cap).await
    }

    fn request(&self) -> Request {
        let options = Options::default().with("$select", FIELDS);
        Request::get(self.path.clone(), &options)
    }

    fn below(&self, name: &'static str) -> Path {
        let path = self.path.clone();
        if self.by_path { path.closed().literal(name) } else { path.literal(name) }
    }
}

/// Refuses what is not to be fetched, before a byte of it is.
fn check(item: &DriveItem, cap: usize) -> Result<()> {
    if item.malware.is_some() {
        return Err(Error::new(ErrorKind::Forbidden).with_code("malware"));
    }
    let elsewhere = item.remote_item.is_some() && item.file.is_none();
    if item.folder.is_some() || item.package.is_some() || elsewhere {
        return Err(Error::new(ErrorKind::NotSupported).with_code("noContent"));
    }
    let fits = item.size.is_none_or(|size| usize::try_from(size).is_ok_and(|size| size <= cap));
    if fits { Ok(()) } else { Err(Error::new(ErrorKind::TooLarge)) }
}
