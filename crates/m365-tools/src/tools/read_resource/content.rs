//! The content of a file, wherever it came from: an attachment or a drive.

use m365_extract::{Document, Image, Input, Options, Refusal, RefusalKind, clean_text, safe_html};
use m365_graph::Download;

use super::{
    input::Format,
    item::Item,
    message,
    pages::{self, PAGE_CHARS},
    reader::{Read, Reader, blocking},
    request::Request,
};
use crate::{ErrorCode, ToolError, words::same_name};

/// The largest file that is read.
pub(super) const CAP: usize = 50 * 1024 * 1024;

/// The largest picture that is handed on; a host holds it several times, and a model scales it down.
const IMAGE_CAP: usize = 4 * 1024 * 1024;

/// A file's bytes, and what others say of it.
pub(super) struct Content {
    pub(super) download: Download,
    pub(super) name: Option<String>,
    /// The media type that somebody declared.
    pub(super) declared: Option<String>,
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
        Format::Markdown => document(reader, request, item, content).await,
        Format::Html => html(reader, request, item, content).await,
        Format::Raw => {
            let text = clean_text(text(request, &content.download.bytes)?);
            reader.with_pages(request, item, &pages::split(&text))
        }
    }
}

/// Refuses what is larger than [`CAP`]; `what` is e.g. `The attachment`.
pub(super) fn too_large(what: &str) -> ToolError {
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
fn text<'a>(request: &Request, bytes: &'a [u8]) -> Result<&'a str, ToolError> {
    request.refuse_sheet()?;
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or_else(|| {
        let message = "format: only text in UTF-8 is given as it is; use markdown.";
        ToolError::new(ErrorCode::UnsupportedContent, message)
    })
}

/// Gives a page, or another text, as HTML that does nothing.
async fn html(
    reader: &Reader<'_>,
    request: &Request,
    item: Item,
    content: Content,
) -> Result<Read, ToolError> {
    let text = text(request, &content.download.bytes)?.to_owned();
    let is_page = is_page(&content);
    let html = blocking(move || match is_page {
        true => safe_html(&text),
        false => message::preformatted(&text),
    });
    reader.with_pages(request, item, &pages::split(&html.await?))
}

fn is_page(content: &Content) -> bool {
    let declared = content.declared.as_deref().unwrap_or_default().to_lowercase();
    let name = content.name.as_deref().unwrap_or_default().to_lowercase();
    declared.contains("html") || [".html", ".htm", ".xhtml"].iter().any(|end| name.ends_with(end))
}

async fn document(
    reader: &Reader<'_>,
    request: &Request,
    mut item: Item,
    content: Content,
) -> Result<Read, ToolError> {
    let document =
        blocking(move || extract(&content)).await?.map_err(|refusal| refused(&refusal))?;
    if let [image] = document.images.as_slice()
        && document.markdown().trim().is_empty()
    {
        return picture(item, image.clone());
    }
    if item.title.is_empty() {
        item.title = document.title.clone().unwrap_or_default();
    }
    let mut read = reader.with_pages(request, item, &selected(request, &document)?)?;
    read.notices = document.warnings;
    Ok(read)
}

fn extract(content: &Content) -> Result<Document, Refusal> {
    let input = Input::new(&content.download.bytes);
    let input = content.name.as_deref().into_iter().fold(input, Input::named);
    let input = content.declared.as_deref().into_iter().fold(input, Input::declared_as);
    m365_extract::extract(&input, &Options::default().max_input(CAP).page_chars(PAGE_CHARS))
}

fn refused(refusal: &Refusal) -> ToolError {
    let code = match refusal.kind() {
        RefusalKind::TooLarge => ErrorCode::TooLarge,
        _ => ErrorCode::UnsupportedContent,
    };
    ToolError::new(code, format!("{refusal} It can be opened on the web (details.webLink)."))
}

fn picture(item: Item, image: Image) -> Result<Read, ToolError> {
    if image.bytes.len() > IMAGE_CAP {
        let message = "The picture is larger than the 4 MiB that are handed on.";
        return Err(ToolError::new(ErrorCode::TooLarge, message));
    }
    Ok(Read { item, images: vec![image], ..Read::default() })
}

/// Returns the pages of a document, each below its name, or the one sheet that was asked for.
fn selected(request: &Request, document: &Document) -> Result<Vec<String>, ToolError> {
    let Some(sheet) = &request.selection.sheet else {
        return Ok(document.pages.iter().map(named).collect());
    };
    let is_wanted = |label: &String| same_name(label, sheet);
    let wanted = document.pages.iter().filter(|page| page.label.as_ref().is_some_and(is_wanted));
    let pages: Vec<_> = wanted.map(named).collect();
    if pages.is_empty() {
        let labels: Vec<_> =
            document.pages.iter().filter_map(|page| page.label.as_deref()).collect();
        return Err(ToolError::validation(match labels.as_slice() {
            [] => "sheet: only an Excel workbook has sheets; leave it out.".to_owned(),
            labels => format!("sheet: {sheet:?} is not accepted; the sheets are {labels:?}."),
        }));
    }
    Ok(pages)
}

fn named(page: &m365_extract::Page) -> String {
    match &page.label {
        Some(label) => format!("## {label}\n\n{}", page.markdown),
        None => page.markdown.clone(),
    }
}
