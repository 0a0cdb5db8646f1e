use jiff::tz::TimeZone;
use m365_extract::disarm;
use m365_graph::{ConversationId, ErrorKind, Message, MessageId, Page, odata};
use serde_json::{Map, Value, json};

use super::{
    item::Item,
    mail::Source,
    message,
    pages::{self, Cutter},
    reader::{Read, moment},
};
use crate::{
    ErrorCode, ToolError,
    mail::{
        access::{self, Access},
        fields::{self, known},
    },
    uri::MailItem,
};

/// What is asked of each message to order and list them; bodies come as they fit.
const FIELDS: [&str; 7] =
    ["id", "subject", "from", "sender", "receivedDateTime", "hasAttachments", "isRead"];

/// How many messages a page of the list has.
const PAGE: u32 = 100;

/// How many bodies are read at once.
const BATCH: usize = 5;

/// Reads the messages of a conversation, oldest first; each is a page of the text.
pub(super) async fn read(source: &Source<'_>, id: &ConversationId) -> Result<Read, ToolError> {
    source.request.refuse_sheet()?;
    source.request.refuse_format("a conversation")?;
    let (page, zone) = source.ask(list(source, id)).await?;
    let incomplete = page.incomplete;
    let mut messages = page.items;
    // Exchange refuses an order beside this filter.
    messages.sort_by_key(|message| (message.received_date_time, message.id.clone()));
    let Some(first) = messages.first() else { return Err(empty()) };
    let mut item = source.item("conversation", fields::line(first.subject.as_deref()));
    item.message_count = u64::try_from(messages.len()).ok();
    let mut read = with_texts(source, item, &messages, zone).await?;
    if source.access == Access::Basic {
        read.notices.push(format!("Missing scope '{}': bodies are left out.", access::READ));
    }
    if let Some(reason) = incomplete {
        read.notices.push(format!("The conversation may be incomplete: {reason}."));
    }
    Ok(read)
}

async fn list(source: &Source<'_>, id: &ConversationId) -> m365_graph::Result<Page<Message>> {
    let filter = format!("conversationId eq {}", odata::string(id.as_str()));
    let query = source.mail().messages().filter(&filter).select(&FIELDS).top(PAGE);
    query.pages().collect().await
}

fn empty() -> ToolError {
    ToolError::new(
        ErrorCode::NotFound,
        "There are no messages of this conversation in the mailbox. They may have been deleted.",
    )
}

/// Reads as many messages as fit.
async fn with_texts(
    source: &Source<'_>,
    mut item: Item,
    messages: &[Message],
    zone: &TimeZone,
) -> Result<Read, ToolError> {
    let selection = &source.request.selection;
    let (start, last) = pages::range(selection, source.request.text_place(), messages.len())?;
    let asked = messages.get(start.page - 1..last).unwrap_or_default();
    let mut cutter = Cutter::new(source.reader.room_beside(&item));
    let mut number = start.page;
    'full: for some in asked.chunks(BATCH) {
        for (message, text) in some.iter().zip(texts(source, some).await?) {
            let page = format!("{}\n\n{text}", heading(message, number, messages.len(), zone));
            let entry = entry(source, message, zone);
            cutter.reserve(source.reader.length(&entry));
            let offset = if number == start.page { start.offset } else { 0 };
            let (given, more) = cutter.push(number, &page, offset);
            item.items.extend(given.then_some(entry));
            if !more {
                break 'full;
            }
            number += 1;
        }
    }
    let call = source.request.call(&item.uri);
    let found = cutter.finish(messages.len(), messages.len(), &call);
    Ok(Read::delivered(item, found))
}

/// Reads the newest part of each message's body; one that is gone by now says so.
async fn texts(source: &Source<'_>, messages: &[Message]) -> Result<Vec<String>, ToolError> {
    if source.access == Access::Basic {
        return Ok(vec![String::new(); messages.len()]);
    }
    let ids: Vec<&MessageId> = messages.iter().filter_map(|message| message.id.as_ref()).collect();
    let parts =
        ids.iter().map(|id| source.mail().message(id).select(&["body"]).prefer_html().batched());
    let answers = source.reader.ctx.graph().batch(parts.collect()).await;
    let mut texts = Vec::with_capacity(messages.len());
    for answer in answers.map_err(|error| source.explain(error))? {
        texts.push(match answer {
            Ok(message) => message::rendered(message.body.unwrap_or_default()).await?.markdown,
            Err(error) if error.kind() == ErrorKind::NotFound => "(no longer there)".to_owned(),
            Err(error) => return Err(source.explain(error)),
        });
    }
    Ok(texts.into_iter().map(|text| indented_marks(&text)).collect())
}

/// A line that begins like our headings must not pass for one.
fn indented_marks(text: &str) -> String {
    let mark = |line: &str| line.trim_start().to_lowercase().starts_with("--- message ");
    let lines =
        text.lines().map(|line| if mark(line) { format!("\\{line}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}

fn heading(message: &Message, number: usize, total: usize, zone: &TimeZone) -> String {
    let sender = fields::sender(message).map(|sender| disarm(&super::attached::written(&sender)));
    let received = moment(message.received_date_time, zone);
    let parts = [Some(format!("--- message {number} of {total}")), sender, received];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn entry(source: &Source<'_>, message: &Message, zone: &TimeZone) -> Map<String, Value> {
    let named = |id: &MessageId| source.sibling(MailItem::Message { id: id.clone(), full: false });
    let fields = json!({
        "uri": message.id.as_ref().map(named),
        "type": "message",
        "sender": fields::sender(message),
        "receivedDateTime": moment(message.received_date_time, zone),
        "hasAttachments": message.has_attachments,
        "isRead": message.is_read,
    });
    known(fields)
}
