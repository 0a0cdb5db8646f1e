use jiff::tz::TimeZone;
use m365_extract::mail::{self, BodyKind, MailBody};
use m365_graph::{self as graph, Attachment, ErrorKind, ItemBody, Message, MessageId};
use serde::Serialize;

use super::{
    input::Format,
    item::{AttachmentItem, Item},
    mail::Source,
    plain,
    reader::{Read, Reader, blocking, moment},
};
use crate::{
    ToolError,
    mail::{
        access::{self, Access},
        fields::{self, Person},
    },
    uri::MailItem,
};

/// What is asked of a message that is read, apart from its body.
const HEADER: [&str; 19] = [
    "id",
    "subject",
    "from",
    "sender",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "importance",
    "isRead",
    "isDraft",
    "flag",
    "categories",
    "conversationId",
    "parentFolderId",
    "webLink",
];

/// Reads a message: header fields, body, and what is attached.
pub(super) async fn read(
    source: &Source<'_>,
    id: &MessageId,
    full: bool,
) -> Result<Read, ToolError> {
    source.request.refuse_sheet()?;
    if source.request.format != Format::Markdown {
        source.need_content().await?;
    }
    let request = source.mail().message(id).select(&fields(source)).prefer_html();
    let asked = source.ask(request.get()).await;
    let (mut message, zone) = asked.map_err(of_a_message)?;
    let attachments = attachments(source, id, &message).await?;
    let body = message.body.take();
    let mut item = describe(source, &message, zone);
    item.attachments = attachments.iter().map(|one| attachment_item(source, id, one)).collect();
    let notices = bounded(&mut item, source.reader);
    let text = match source.request.format {
        Format::Markdown => markdown(source, &mut item, body, id, full).await?,
        Format::Html => harmless(body.unwrap_or_default()).await?,
        Format::Raw => mime(source, id).await?,
    };
    let mut read = source.reader.with_pages(source.request, item, &plain::split(text).await?)?;
    read.notices.extend(notices);
    if source.access == Access::Basic {
        let scope = access::READ;
        read.notices.push(format!("Missing scope '{scope}': body and attachments are left out."));
    }
    Ok(read)
}

/// Says what is looked for where nothing is found: the id may be one of something else.
fn of_a_message(error: ToolError) -> ToolError {
    if error.details().graph_code.as_deref() != Some("ErrorItemNotFound") {
        return error;
    }
    error.with_message(
        "There is no message of this id in this mailbox, or none that the user may see. mail:///messages/ \
         takes ids of messages only: an event is read as calendar:///events/{id}.",
    )
}

/// Shortens lists that would not fit an answer, and says so.
pub(super) fn bounded(item: &mut Item, reader: &Reader<'_>) -> Vec<String> {
    let room = reader.list_room();
    let attachments = ("attachments", shorten(&mut item.attachments, room / 2, reader));
    let people = [
        ("To recipients", shorten(&mut item.to, room / 6, reader)),
        ("Cc recipients", shorten(&mut item.cc, room / 6, reader)),
        ("Bcc recipients", shorten(&mut item.bcc, room / 12, reader)),
        ("reply addresses", shorten(&mut item.reply_to, room / 12, reader)),
        attachments,
    ];
    let cut = people.into_iter().filter(|(_, left)| *left > 0);
    cut.map(|(what, left)| format!("{left} more {what} are not listed.")).collect()
}

/// Keeps what fits `room` characters; returns how many entries were left out.
pub(super) fn shorten<T: Serialize>(
    list: &mut Vec<T>,
    mut room: usize,
    reader: &Reader<'_>,
) -> usize {
    let mut fits = |entry: &T| {
        let length = reader.length(entry);
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    };
    let kept = list.iter().take_while(|entry| fits(entry)).count();
    let left = list.len() - kept;
    list.truncate(kept);
    left
}

/// Without the scope for them, bodies must not even be asked for.
fn fields(source: &Source<'_>) -> Vec<&'static str> {
    let body = (source.access == Access::Full).then_some("body");
    HEADER.into_iter().chain(body).collect()
}

/// Describes a message by its header fields.
pub(super) fn describe(source: &Source<'_>, message: &Message, zone: &TimeZone) -> Item {
    let conversation = message.conversation_id.clone().map(MailItem::Conversation);
    Item {
        conversation: conversation.map(|item| source.sibling(item)),
        web_url: message.web_link.clone(),
        ..header(source.item("message", fields::line(message.subject.as_deref())), message, zone)
    }
}

/// Fills in what a message says of itself, attached or not.
pub(super) fn header(item: Item, message: &Message, zone: &TimeZone) -> Item {
    let sender = fields::sender(message);
    let reply_to = Person::all(&message.reply_to);
    let flag = message.flag.as_ref().and_then(|flag| flag.flag_status.clone());
    Item {
        reply_to: reply_to.into_iter().filter(|one| Some(one) != sender.as_ref()).collect(),
        sender,
        to: Person::all(&message.to_recipients),
        cc: Person::all(&message.cc_recipients),
        bcc: Person::all(&message.bcc_recipients),
        received_date_time: moment(message.received_date_time, zone),
        sent_date_time: moment(message.sent_date_time, zone),
        importance: fields::importance(message),
        is_read: message.is_read,
        is_draft: message.is_draft.filter(|draft| *draft),
        flag: flag.filter(|status| status != "notFlagged"),
        categories: message.categories.iter().map(|one| fields::one_line(one)).collect(),
        ..item
    }
}

/// Lists the attachments, if there are any; pictures in the body do not count as such for Graph.
async fn attachments(
    source: &Source<'_>,
    id: &MessageId,
    message: &Message,
) -> Result<Vec<Attachment>, ToolError> {
    let inline = message.body.as_ref().is_some_and(|body| body.content.contains("cid:"));
    if source.access == Access::Basic || !(inline || message.has_attachments == Some(true)) {
        return Ok(Vec::new());
    }
    let page = source.mail().message(id).attachments().await;
    Ok(page.map_err(|error| source.explain(error))?.items)
}

fn attachment_item(source: &Source<'_>, message: &MessageId, one: &Attachment) -> AttachmentItem {
    let id = one.id.clone();
    let uri = id.map(|id| source.sibling(MailItem::Attachment { message: message.clone(), id }));
    AttachmentItem { uri, ..unaddressed(one) }
}

/// Describes an attachment that has no address of its own.
pub(super) fn unaddressed(one: &Attachment) -> AttachmentItem {
    AttachmentItem {
        uri: None,
        name: fields::line(one.name.as_deref()),
        content_type: one.content_type.as_deref().map(fields::one_line),
        size: one.size,
        is_inline: one.is_inline.filter(|inline| *inline),
    }
}

async fn markdown(
    source: &Source<'_>,
    item: &mut Item,
    body: Option<ItemBody>,
    id: &MessageId,
    full: bool,
) -> Result<String, ToolError> {
    let body = rendered(body.unwrap_or_default()).await?;
    if full {
        return Ok(body.full_markdown);
    }
    if body.quoted {
        let whole = MailItem::Message { id: id.clone(), full: true };
        item.with_quoted_history = Some(source.sibling(whole));
    }
    Ok(body.markdown)
}

/// Gives a body as HTML that loads and does nothing, and hides nothing.
pub(super) async fn harmless(body: ItemBody) -> Result<String, ToolError> {
    let ItemBody { content, content_type, .. } = body;
    let is_page = content_type != Some(graph::BodyKind::Text);
    blocking(move || plain::written(&content, Format::Html, is_page)).await
}

/// Turns a body into markdown.
pub(super) async fn rendered(body: ItemBody) -> Result<MailBody, ToolError> {
    let kind = match body.content_type {
        Some(graph::BodyKind::Text) => BodyKind::Text,
        _ => BodyKind::Html,
    };
    blocking(move || mail::body(&body.content, kind)).await
}

async fn mime(source: &Source<'_>, id: &MessageId) -> Result<String, ToolError> {
    let download = source.mail().message(id).mime(plain::CAP).await;
    let download = download.map_err(|error| match error.kind() {
        ErrorKind::TooLarge => plain::too_large("The message"),
        _ => source.explain(error),
    })?;
    plain::cleaned(download.bytes).await
}
