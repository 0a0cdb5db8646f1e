use m365_graph::{
    Attachment, AttachmentId, AttachmentKind, ErrorKind, Message, MessageId, MessageRequest,
};

use super::{
    attached,
    content::{self, Content},
    item::Item,
    mail::Source,
    reader::{Read, moment},
    reference,
};
use crate::{ToolError, mail::fields, uri::MailItem};

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
        AttachmentKind::Reference => reference::read(source, item.message, &attachment).await,
        _ => file(source, item, asked(), &attachment, id).await,
    };
    read.map_err(|error| content::with_link(error, web_link))
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

async fn file(
    source: &Source<'_>,
    item: Item,
    message: MessageRequest,
    attachment: &Attachment,
    id: &AttachmentId,
) -> Result<Read, ToolError> {
    content::refuse_type(attachment.name.as_deref(), attachment.content_type.as_deref())?;
    let admitted =
        content::admit(source.reader, source.request, attachment.size, "The attachment").await?;
    let cap = content::cap(source.request);
    let download = message.attachment_bytes(id, cap).await.map_err(|error| match error.kind() {
        ErrorKind::TooLarge => content::too_large(source.request, "The attachment"),
        _ => source.explain(error),
    })?;
    let content = Content {
        admitted,
        download,
        name: attachment.name.clone(),
        declared: attachment.content_type.clone(),
    };
    content::read(source.reader, source.request, item, content).await
}
