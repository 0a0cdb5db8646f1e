//! Files and folders of drives.

use m365_graph::{
    self as graph, ConversionFormat, Download, DriveApi, DriveItem, DriveItemRequest, ErrorKind,
};
use serde_json::json;

use super::{
    content::{self, Content},
    input::Format,
    item::Item,
    listing,
    reader::{Read, Reader, moment},
    request::Request,
};
use crate::{
    ErrorCode, ToolError,
    drives::{
        access::{self, Reach},
        fields,
    },
    mail::fields::one_line,
    sites::WebPlace,
    uri::{FileItem, FileUri},
};

mod missing;

/// The extensions of files whose text only Graph can read, and what people call them.
const CONVERTED: [(&str, &str); 4] = [
    (".loop", "Loop"),
    (".fluid", "Fluid"),
    (".wbtx", "Whiteboard"),
    (".whiteboard", "Whiteboard"),
];

/// Something in a drive that is being read.
pub(super) struct Source<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) request: &'a Request,
    pub(super) uri: FileUri,
    pub(super) reach: Reach,
}

/// Reads the file or lists the folder that an address names.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    uri: FileUri,
) -> Result<Read, ToolError> {
    let reach = access::check(reader.ctx).await?;
    let source = Source { reader, request, uri, reach };
    let (item, _) = tokio::join!(source.metadata(), reader.zone());
    let item = item?;
    let uri = canonical(source.uri, &item);
    Source { uri, ..source }.show(item).await
}

/// Names an item by its id, which stays when it is renamed or moved.
fn canonical(uri: FileUri, item: &DriveItem) -> FileUri {
    match (&uri.item, item.drive_id(), &item.id) {
        (FileItem::Path(_), Some(drive), Some(id)) if item.root.is_none() => {
            FileUri::new(drive.clone(), FileItem::Id(id.clone()))
        }
        _ => uri,
    }
}

/// Reads what a link led to, of which `item` is known already.
pub(super) async fn read_known(
    reader: &Reader<'_>,
    request: &Request,
    item: DriveItem,
    reach: Reach,
) -> Result<Read, ToolError> {
    let address = item.drive_id().cloned().zip(item.id.clone());
    let Some((drive, id)) = address.or_else(|| item.target().map(|(d, i)| (d.clone(), i.clone())))
    else {
        return Err(unaddressed(item.web_url));
    };
    let uri = FileUri::new(drive, FileItem::Id(id));
    Source { reader, request, uri, reach }.show(item).await
}

fn unaddressed(link: Option<String>) -> ToolError {
    let message =
        "Microsoft Graph gives no address for this item; open it on the web (details.webLink).";
    content::with_link(ToolError::new(ErrorCode::UnsupportedContent, message), link)
}

impl Source<'_> {
    pub(super) fn drive(&self) -> DriveApi {
        self.reader.ctx.graph().drive(&self.uri.drive)
    }

    /// Addresses what the uri names.
    pub(super) fn asked(&self) -> graph::Result<DriveItemRequest> {
        match &self.uri.item {
            FileItem::Root => Ok(self.drive().root()),
            FileItem::Id(id) => Ok(self.drive().item(id)),
            FileItem::Path(path) => self.drive().at(path),
        }
    }

    async fn metadata(&self) -> Result<DriveItem, ToolError> {
        let found = match self.asked() {
            Ok(asked) => asked.get().await,
            Err(error) => Err(error),
        };
        match found {
            Ok(item) => Ok(item),
            Err(error) => Err(self.missing(error).await),
        }
    }

    async fn missing(&self, error: graph::Error) -> ToolError {
        let error = self.explain(error).await;
        match &self.uri.item {
            FileItem::Path(path) => missing::explain(&self.drive(), path, error).await,
            _ => error,
        }
    }

    pub(super) async fn explain(&self, error: graph::Error) -> ToolError {
        access::explain(self.reader.ctx, self.reach, &self.uri.drive, error).await
    }

    /// Shows an item, or what it leads to.
    async fn show(self, item: DriveItem) -> Result<Read, ToolError> {
        let Some((drive, id)) = item.target() else { return self.show_itself(item).await };
        let uri = FileUri::new(drive.clone(), FileItem::Id(id.clone()));
        let target = Source { uri, ..self };
        let found = target.metadata().await?;
        let mut read = target.show_itself(found).await?;
        read.notices
            .push("The address is that of a shortcut; this is what it leads to.".to_owned());
        Ok(read)
    }

    async fn show_itself(self, item: DriveItem) -> Result<Read, ToolError> {
        let link = item.web_url.clone();
        let read = if item.folder.is_some() || item.root.is_some() {
            listing::read(&self, &item).await
        } else {
            self.file(&item).await
        };
        read.map_err(|error| content::with_link(error, link))
    }

    /// Describes an item.
    pub(super) async fn describe(&self, kind: &'static str, item: &DriveItem) -> Item {
        let ((zone, _), path) = tokio::join!(self.reader.zone(), self.path(item));
        let details = json!({
            "path": path,
            "author": fields::person(item.created_by.as_ref()),
            "createdDateTime": moment(item.created_date_time, zone),
            "lastModifiedBy": fields::person(item.last_modified_by.as_ref()),
            "lastModifiedDateTime": moment(item.last_modified_date_time, zone),
            "childCount": item.folder.as_ref().and_then(|folder| folder.child_count),
        });
        let declared = item.file.as_ref().and_then(|file| file.mime_type.as_deref());
        // This type says that SharePoint knows none.
        let declared = declared.filter(|declared| *declared != "application/octet-stream");
        Item {
            web_url: item.web_url.clone(),
            content_type: declared.map(one_line),
            size: item.size.filter(|_| item.file.is_some()),
            ..Item::new(self.uri.to_string(), kind, fields::name(item)).with_details(details)
        }
    }

    /// Returns the folder that an item lies in, from the library on, as searches give it. The address of
    /// a document that Office opens hides it, and then that of the drive is asked for.
    async fn path(&self, item: &DriveItem) -> Option<String> {
        let place = WebPlace::of(item.web_url.as_deref()?)?;
        if place.hidden_in().is_none() {
            return Some(one_line(&place.folder()));
        }
        let folder = fields::folder(item)?;
        let drive = self.drive().root().get().await.ok()?;
        let library = WebPlace::of(drive.web_url.as_deref()?)?;
        Some(one_line(&format!("{}/{folder}", library.within_site())).trim_matches('/').to_owned())
    }

    async fn file(&self, item: &DriveItem) -> Result<Read, ToolError> {
        refuse(item)?;
        let described = self.describe("file", item).await;
        if let Some((_, kind)) = converted(item) {
            return self.conversion(item, described, kind).await;
        }
        let admitted = content::admit(self.reader, self.request, item.size, "The file").await?;
        let download = self.fetch(item, None).await?;
        let declared = item.file.as_ref().and_then(|file| file.mime_type.clone());
        let content = Content { admitted, download, name: item.name.clone(), declared };
        content::read(self.reader, self.request, described, content).await
    }

    /// Reads what only Graph can turn into text.
    async fn conversion(
        &self,
        item: &DriveItem,
        described: Item,
        kind: &str,
    ) -> Result<Read, ToolError> {
        if self.request.format == Format::Raw {
            return Err(ToolError::validation(format!(
                "format: raw is not accepted for a {kind} file; markdown and html are."
            )));
        }
        let admitted = content::admit(self.reader, self.request, None, "The file").await?;
        let download = self.fetch(item, Some(ConversionFormat::Html)).await?;
        let content = Content {
            admitted,
            download,
            name: Some("converted.html".to_owned()),
            declared: Some("text/html".to_owned()),
        };
        let mut read = content::read(self.reader, self.request, described, content).await?;
        read.notices
            .push(format!("Microsoft Graph converted this from {kind}; layout may be missing."));
        Ok(read)
    }

    async fn fetch(
        &self,
        item: &DriveItem,
        format: Option<ConversionFormat>,
    ) -> Result<Download, ToolError> {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(error) => return Err(self.explain(error).await),
        };
        let cap = content::cap(self.request);
        let found = match format {
            Some(format) => asked.content_as(item, format, cap).await,
            None => asked.content(item, cap).await,
        };
        match found {
            Ok(download) => Ok(download),
            Err(error) if error.kind() == ErrorKind::TooLarge => {
                Err(content::too_large(self.request, "The file"))
            }
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                Err(withheld(self.explain(error).await, item))
            }
            Err(error) => Err(self.explain(error).await),
        }
    }
}

fn converted(item: &DriveItem) -> Option<(&'static str, &'static str)> {
    let name = item.name.as_deref()?.to_lowercase();
    CONVERTED.into_iter().find(|(extension, _)| name.ends_with(extension))
}

/// Refuses what has no content that is to be fetched.
fn refuse(item: &DriveItem) -> Result<(), ToolError> {
    let refused = |message: &str| Err(ToolError::new(ErrorCode::UnsupportedContent, message));
    if item.malware.is_some() {
        return refused(
            "Microsoft found malware in this file, so it is not fetched. Tell its owner or an administrator.",
        );
    }
    if let Some(package) = &item.package {
        return match package.r#type.as_deref() {
            Some("oneNote") => refused(
                "This is a OneNote notebook, which is no file: open it on the web (details.webLink).",
            ),
            _ => refused("This is no file but a package: open it on the web (details.webLink)."),
        };
    }
    if item.file.is_none() {
        return refused(
            "This is neither a file nor a folder: open it on the web (details.webLink).",
        );
    }
    let declared = item.file.as_ref().and_then(|file| file.mime_type.as_deref());
    content::refuse_type(item.name.as_deref(), declared)
}

/// Says that a file whose description may be read is not given out.
fn withheld(error: ToolError, item: &DriveItem) -> ToolError {
    let error = match error.message().starts_with("Missing scope") {
        true => error,
        false => error.with_message(
            "SharePoint does not give out the content of this file: its protection, a policy against \
             downloads or a missing right forbids it. It may still open on the web (details.webLink).",
        ),
    };
    match &item.web_url {
        Some(link) => error.with_web_link(link),
        None => error,
    }
}
