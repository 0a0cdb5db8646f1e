use m365_extract::{Document, Image, Input, Options, Refusal, RefusalKind, clean_text, safe_html};
use m365_graph::{
    Attachment, AttachmentId, AttachmentKind, ErrorKind, Message, MessageId, MessageRequest,
};

use super::{
    attached,
    input::Format,
    item::Item,
    mail::Source,
    message,
    pages::{self, PAGE_CHARS},
    reader::{Read, blocking, moment},
};
use crate::{ErrorCode, ToolError, mail::fields, uri::MailItem};

/// The largest attachment that is read.
const CAP: usize = 50 * 1024 * 1024;

/// The largest picture that is handed on; a host holds it several times, and a model scales it down.
const IMAGE_CAP: usize = 4 * 1024 * 1024;

/// What is asked of the message that an attachment belongs to: its source.
const MESSAGE_FIELDS: [&str; 5] = ["subject", "from", "sender", "receivedDateTime", "webLink"];

/// Reads an attachment: a file's text or picture, or the item that it is.
pub(super) async fn read(
    source: &Source<'_>,
    message: &MessageId,
    id: &AttachmentId,
) -> Result<Read, ToolError> {
    source.need_content().await?;
    let asked = || source.mail().message(message);
    let both =
        async { tokio::try_join!(asked().select(&MESSAGE_FIELDS).get(), asked().attachment(id)) };
    let ((owner, attachment), zone) = source.ask(both).await?;
    let item = Item {
        received_date_time: moment(owner.received_date_time, zone),
        ..describe(source, message, &owner, &attachment)
    };
    let web_link = owner.web_link.clone();
    let read = match attachment.kind() {
        AttachmentKind::Item => attached::read(source, item, asked(), id, zone).await,
        AttachmentKind::Reference => Err(reference(&attachment)),
        _ => file(source, item, asked(), &attachment, id).await,
    };
    read.map_err(|error| with_link(error, web_link))
}

fn describe(
    source: &Source<'_>,
    message: &MessageId,
    owner: &Message,
    attachment: &Attachment,
) -> Item {
    let of = MailItem::Message { id: message.clone(), full: false };
    Item {
        message: Some(source.sibling(of)),
        sender: fields::sender(owner),
        web_url: owner.web_link.clone(),
        content_type: attachment.content_type.as_deref().map(fields::one_line),
        size: attachment.size,
        ..source.item("attachment", fields::line(attachment.name.as_deref()))
    }
}

/// Graph v1.0 tells neither the address nor the content of a link to a file in the cloud.
fn reference(attachment: &Attachment) -> ToolError {
    let name = fields::line(attachment.name.as_deref());
    ToolError::new(
        ErrorCode::UnsupportedContent,
        format!(
            "{name:?} is a link to a file in OneDrive or SharePoint, and Graph does not tell where it \
             leads. Open the message on the web (details.webLink), or paste the file's own link."
        ),
    )
}

/// What cannot be read here, a person can still open there.
fn with_link(error: ToolError, link: Option<String>) -> ToolError {
    let unread = matches!(error.code(), ErrorCode::UnsupportedContent | ErrorCode::TooLarge);
    match link {
        Some(link) if unread => error.with_web_link(link),
        _ => error,
    }
}

async fn file(
    source: &Source<'_>,
    item: Item,
    message: MessageRequest,
    attachment: &Attachment,
    id: &AttachmentId,
) -> Result<Read, ToolError> {
    if attachment.size.is_some_and(|size| size > CAP as u64) {
        return Err(too_large());
    }
    let download = message.attachment_bytes(id, CAP).await.map_err(|error| match error.kind() {
        ErrorKind::TooLarge => too_large(),
        _ => source.explain(error),
    })?;
    match source.request.format {
        Format::Markdown => document(source, item, attachment, download.bytes.to_vec()).await,
        Format::Html => html(source, item, attachment, &download.bytes).await,
        Format::Raw => {
            let text = clean_text(text(source, &download.bytes)?);
            source.reader.with_pages(source.request, item, &pages::split(&text))
        }
    }
}

fn too_large() -> ToolError {
    ToolError::new(ErrorCode::TooLarge, "The attachment is larger than the 50 MiB that are read.")
}

/// Takes a file for text.
fn text<'a>(source: &Source<'_>, bytes: &'a [u8]) -> Result<&'a str, ToolError> {
    source.request.refuse_sheet()?;
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or_else(|| {
        let message = "format: only text in UTF-8 is given as it is; use markdown.";
        ToolError::new(ErrorCode::UnsupportedContent, message)
    })
}

/// Gives a page, or another text, as HTML that does nothing.
async fn html(
    source: &Source<'_>,
    item: Item,
    attachment: &Attachment,
    bytes: &[u8],
) -> Result<Read, ToolError> {
    let content = text(source, bytes)?.to_owned();
    let is_page = is_page(attachment);
    let html = blocking(move || match is_page {
        true => safe_html(&content),
        false => message::preformatted(&content),
    });
    source.reader.with_pages(source.request, item, &pages::split(&html.await?))
}

fn is_page(attachment: &Attachment) -> bool {
    let declared = attachment.content_type.as_deref().unwrap_or_default().to_lowercase();
    let name = attachment.name.as_deref().unwrap_or_default().to_lowercase();
    declared.contains("html") || [".html", ".htm", ".xhtml"].iter().any(|end| name.ends_with(end))
}

async fn document(
    source: &Source<'_>,
    mut item: Item,
    attachment: &Attachment,
    bytes: Vec<u8>,
) -> Result<Read, ToolError> {
    let (name, declared) = (attachment.name.clone(), attachment.content_type.clone());
    let document = blocking(move || extract(&bytes, name.as_deref(), declared.as_deref())).await?;
    let document = document.map_err(|refusal| refused(&refusal))?;
    if let [image] = document.images.as_slice()
        && document.markdown().trim().is_empty()
    {
        return picture(item, image.clone());
    }
    if item.title.is_empty() {
        item.title = document.title.clone().unwrap_or_default();
    }
    let mut read = source.reader.with_pages(source.request, item, &selected(source, &document)?)?;
    read.notices = document.warnings;
    Ok(read)
}

fn extract(bytes: &[u8], name: Option<&str>, declared: Option<&str>) -> Result<Document, Refusal> {
    let input = Input::new(bytes);
    let input = name.into_iter().fold(input, Input::named);
    let input = declared.into_iter().fold(input, Input::declared_as);
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
fn selected(source: &Source<'_>, document: &Document) -> Result<Vec<String>, ToolError> {
    let Some(sheet) = &source.request.selection.sheet else {
        return Ok(document.pages.iter().map(named).collect());
    };
    let is_wanted = |label: &String| label.trim().to_lowercase() == sheet.trim().to_lowercase();
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
