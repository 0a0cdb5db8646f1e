//! One message, with the pictures that it shows.

use jiff::tz::TimeZone;
use m365_extract::{Image, Options, clean_text, disarm, fenced, isolation::File};
use m365_graph::{
    BodyKind, ChannelId, ChatId, ChatMember, ChatMessage, ChatMessageId, ChatMessageRequest,
    HostedContentId, TeamId,
};
use serde_json::json;

use super::{
    super::{
        input::Format,
        item::Item,
        pages, plain,
        reader::{Read, blocking},
    },
    Source, channel, shown,
};
use crate::{
    Extraction, ToolError,
    mail::fields::line,
    teams::{
        body::{self, Rendered, Snippet},
        chats,
    },
    uri::TeamsUri,
};

/// How many pictures of a message are shown, and how large each may be.
const IMAGES: usize = 5;
const IMAGE_CAP: usize = 4 * 1024 * 1024;

/// How long a piece of code may be, in bytes.
const CODE_CAP: usize = 256 * 1024;

/// Reads a message of a chat.
pub(super) async fn read(
    source: &Source<'_>,
    chat: &ChatId,
    id: &ChatMessageId,
) -> Result<Read, ToolError> {
    let request = source.api().chat(chat).message(id);
    let (found, about, (zone, _)) = tokio::join!(
        request.clone().get(),
        chats::get(source.reader.ctx, chat),
        source.reader.zone()
    );
    let message = found.map_err(|error| source.explain(error, "message"))?;
    let about = about.unwrap_or_default();
    let title = chats::title(&about, &source.own);
    let details = json!({"chat": TeamsUri::Chat(chat.clone()).to_string(), "chatTitle": title});
    let item = described(source, title_of(&message, title.clone()), &message, &about.members, zone);
    with_text(source, item.with_details(details), &message, request).await
}

/// Reads one reply to a post.
pub(super) async fn read_reply(
    source: &Source<'_>,
    team: &TeamId,
    channel: &ChannelId,
    post: &ChatMessageId,
    id: &ChatMessageId,
) -> Result<Read, ToolError> {
    let request = source.api().channel(team, channel).post(post).reply(id);
    let (found, title, (zone, _)) = tokio::join!(
        request.clone().get(),
        channel::title(source, team, channel),
        source.reader.zone()
    );
    let message = found.map_err(|error| source.explain(error, "message"))?;
    let thread = TeamsUri::ChannelMessage {
        team: team.clone(),
        channel: channel.clone(),
        message: post.clone(),
    };
    let details = json!({"post": thread.to_string(), "channel": title});
    let item = described(source, title_of(&message, title.clone()), &message, &[], zone);
    with_text(source, item.with_details(details), &message, request).await
}

fn title_of(message: &ChatMessage, place: String) -> String {
    let subject = line(message.subject.as_deref());
    if subject.is_empty() { place } else { subject }
}

fn described(
    source: &Source<'_>,
    title: String,
    message: &ChatMessage,
    members: &[ChatMember],
    zone: &TimeZone,
) -> Item {
    shown::item(&source.uri, title, message, members, (zone, source.reader.ctx.cloud()))
}

/// Adds the text in the form that is asked for, and the pictures.
async fn with_text(
    source: &Source<'_>,
    item: Item,
    message: &ChatMessage,
    request: ChatMessageRequest,
) -> Result<Read, ToolError> {
    let mut text = text(source.request.format, message).await?;
    if source.request.format != Format::Markdown {
        return source.reader.with_pages(source.request, item, &pages::split(&text));
    }
    let Rendered { images, snippets, .. } = body::markdown(message);
    text.push_str(&code(&snippets, &request).await);
    let mut read = source.reader.with_pages(source.request, item, &pages::split(&text))?;
    if source.request.text_place().is_none() {
        add_images(source, &mut read, &images, &request).await;
    }
    Ok(read)
}

/// Reads the pieces of code that are kept apart, each in a fence that it cannot end.
async fn code(snippets: &[Snippet], request: &ChatMessageRequest) -> String {
    let mut text = String::new();
    for Snippet { title, id } in snippets.iter().take(IMAGES) {
        let content = request.clone().hosted_content(id, CODE_CAP).await;
        let said = match content {
            Ok(content) => {
                fenced(clean_text(&String::from_utf8_lossy(&content.bytes)).trim_end(), "")
            }
            Err(_) => "(could not be read)".to_owned(),
        };
        text.push_str(&format!("\n\n{}\n{said}", disarm(title)));
    }
    text
}

async fn text(format: Format, message: &ChatMessage) -> Result<String, ToolError> {
    let message = message.clone();
    blocking(move || match format {
        Format::Markdown => shown::text(&message),
        Format::Html | Format::Raw => {
            let body = message.body.unwrap_or_default();
            plain::written(&body.content, format, body.content_type != Some(BodyKind::Text))
        }
    })
    .await
}

/// Adds pictures, and says which could not be shown.
pub(super) async fn add_images(
    source: &Source<'_>,
    read: &mut Read,
    wanted: &[HostedContentId],
    request: &ChatMessageRequest,
) {
    let extraction = source.reader.ctx.extraction();
    for (at, id) in wanted.iter().enumerate() {
        if at == IMAGES {
            let more = wanted.len() - IMAGES;
            read.notices.push(format!("{more} more pictures of the message are not shown."));
            return;
        }
        match image(extraction, request, id).await {
            Some(images) => read.images.extend(images),
            None => read.notices.push(format!("Picture {} could not be shown.", at + 1)),
        }
    }
}

/// Anybody in the chat made the file: only what is read as a picture is one.
async fn image(
    extraction: &Extraction,
    request: &ChatMessageRequest,
    id: &HostedContentId,
) -> Option<Vec<Image>> {
    let admitted = extraction.admit(IMAGE_CAP as u64).await.ok()?;
    let download = request.clone().hosted_content(id, IMAGE_CAP).await.ok()?;
    let read = admitted.extract(File::new(download.bytes), &Options::default()).await;
    let images = read.ok()?.ok()?.images;
    (!images.is_empty()).then_some(images)
}
