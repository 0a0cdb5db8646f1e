//! The content of a file, wherever it came from: an attachment or a drive.

use m365_extract::{Document, Image, Options, Refusal, RefusalKind, isolation::File};
use m365_graph::Download;

use super::{
    document,
    input::Format,
    item::Item,
    pages::{self, PAGE_CHARS},
    plain,
    reader::{Read, Reader, blocking},
    request::Request,
};
use crate::{Admitted, ErrorCode, ToolError};

/// The largest file that is read as markdown.
const CAP: usize = 50 * 1024 * 1024;

/// A file's bytes, and what others say of it.
pub(super) struct Content {
    /// The leave to hold them.
    pub(super) admitted: Admitted,
    pub(super) download: Download,
    pub(super) name: Option<String>,
    /// The media type that somebody declared.
    pub(super) declared: Option<String>,
}

/// The extensions of files that hold sound or moving pictures.
const FILMS: [&str; 16] = [
    "aac", "avi", "flac", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "ogg", "wav",
    "webm", "wma", "wmv",
];

/// Refuses what need not be downloaded to know that it has no text.
pub(super) fn refuse_type(name: Option<&str>, declared: Option<&str>) -> Result<(), ToolError> {
    let refused = |message: &str| Err(ToolError::new(ErrorCode::UnsupportedContent, message));
    let declared = declared.unwrap_or_default().to_lowercase();
    let extension = name.and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_lowercase());
    let extension = extension.as_deref().unwrap_or_default();
    let is_film = declared.starts_with("video/") || declared.starts_with("audio/");
    if is_film || FILMS.contains(&extension) {
        return refused(
            "Video and sound are not read: open it on the web (details.webLink). What was said in a \
             meeting, the meetingTranscriptUrl of its event gives.",
        );
    }
    if declared.contains("onenote") || matches!(extension, "one" | "onepkg" | "onetoc2") {
        return refused("OneNote files are not read: open it on the web (details.webLink).");
    }
    Ok(())
}

/// Waits until a file of `size` bytes may be downloaded; `what` is e.g. `The attachment`.
pub(super) async fn admit(
    reader: &Reader<'_>,
    request: &Request,
    size: Option<u64>,
    what: &str,
) -> Result<Admitted, ToolError> {
    let cap = cap(request) as u64;
    let size = size.unwrap_or(cap);
    if size > cap {
        return Err(too_large(request, what));
    }
    reader.ctx.extraction().admit(size).await
}

/// Gives the text or the picture that a file holds.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    item: Item,
    content: Content,
) -> Result<Read, ToolError> {
    if content.download.bytes.is_empty() {
        let mut read = reader.with_pages(request, item, &[String::new()])?;
        read.notices.push("It is empty: 0 bytes.".to_owned());
        return Ok(read);
    }
    match request.format {
        Format::Markdown => markdown(reader, request, item, content).await,
        Format::Html | Format::Raw => unread(reader, request, item, content).await,
    }
}

/// The largest file that is read in the form that is asked for.
pub(super) fn cap(request: &Request) -> usize {
    if request.format == Format::Markdown { CAP } else { plain::CAP }
}

/// Refuses what is larger than [`cap`]; `what` is e.g. `The attachment`.
pub(super) fn too_large(request: &Request, what: &str) -> ToolError {
    if request.format != Format::Markdown {
        return plain::too_large(what);
    }
    ToolError::new(ErrorCode::TooLarge, format!("{what} is larger than the 50 MiB that are read."))
}

/// What cannot be read here, a person can still open on the web, there or at a nearer address that is
/// known already.
pub(super) fn with_link(error: ToolError, link: Option<String>) -> ToolError {
    let unread = matches!(error.code(), ErrorCode::UnsupportedContent | ErrorCode::TooLarge);
    match link {
        Some(link) if unread && error.details().web_link.is_none() => error.with_web_link(link),
        _ => error,
    }
}

/// Takes a file for text.
fn text(bytes: &[u8]) -> Result<&str, ToolError> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or_else(|| {
        let message = "format: html and raw are given of text in UTF-8 only; use markdown.";
        ToolError::new(ErrorCode::UnsupportedContent, message)
    })
}

/// Gives a text as it is, or as HTML that does nothing.
async fn unread(
    reader: &Reader<'_>,
    request: &Request,
    item: Item,
    content: Content,
) -> Result<Read, ToolError> {
    request.refuse_sheet()?;
    let format = request.format;
    let pages = blocking(move || {
        let written = |text: &str| plain::written(text, format, is_page(&content));
        text(&content.download.bytes).map(|text| pages::split(&written(text)))
    });
    reader.with_pages(request, item, &pages.await??)
}

fn is_page(content: &Content) -> bool {
    let declared = content.declared.as_deref().unwrap_or_default().to_lowercase();
    let name = content.name.as_deref().unwrap_or_default().to_lowercase();
    declared.contains("html") || [".html", ".htm", ".xhtml"].iter().any(|end| name.ends_with(end))
}

/// Gives the markdown of a document, or the picture that a file is.
async fn markdown(
    reader: &Reader<'_>,
    request: &Request,
    mut item: Item,
    content: Content,
) -> Result<Read, ToolError> {
    let document = extract(request, content).await?.map_err(|refusal| refused(&refusal, &item))?;
    if let [image] = document.images.as_slice()
        && document.markdown().trim().is_empty()
    {
        request.refuse_sheet()?;
        return Ok(picture(item, image.clone(), document.warnings));
    }
    if item.title.is_empty() {
        item.title = document.title.clone().unwrap_or_default();
    }
    document::read(reader, request, item, document)
}

async fn extract(
    request: &Request,
    content: Content,
) -> Result<Result<Document, Refusal>, ToolError> {
    let file = File::new(content.download.bytes);
    let file = content.name.into_iter().fold(file, File::named);
    let file = content.declared.into_iter().fold(file, File::declared_as);
    content.admitted.extract(file, &options(request)).await
}

/// What lies before the pages that are asked for need not be written.
fn options(request: &Request) -> Options {
    let options = Options::default().max_input(CAP).page_chars(PAGE_CHARS);
    let options = options.first_page(document::first_page(request));
    request.selection.sheet.iter().fold(options, Options::sheet)
}

/// Says why there is no text, and where a person finds it.
pub(super) fn refused(refusal: &Refusal, item: &Item) -> ToolError {
    let code = match refusal.kind() {
        RefusalKind::TooLarge => ErrorCode::TooLarge,
        RefusalKind::Protected => ErrorCode::Forbidden,
        _ => ErrorCode::UnsupportedContent,
    };
    match &item.web_url {
        Some(link) => {
            let message = format!("{refusal} It can be opened on the web (details.webLink).");
            ToolError::new(code, message).with_web_link(link)
        }
        None => ToolError::new(code, refusal.to_string()),
    }
}

fn picture(item: Item, image: Image, notices: Vec<String>) -> Read {
    Read { item, images: vec![image], notices, ..Read::default() }
}
