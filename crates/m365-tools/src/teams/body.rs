//! What a message says, as markdown: its text, what it quotes, and what it carries.

mod card;
mod markup;

use m365_extract::{disarm, mail};
use m365_graph::{BodyKind, ChatAttachment, ChatMessage, HostedContentId};
use serde_json::Value;

use super::fields::{is_quote, name};
use crate::mail::fields::line;

/// A message as markdown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// The pictures that the text refers to as `[image 1]`, `[image 2]`, ….
    pub(crate) images: Vec<HostedContentId>,
    /// The pieces of code that are kept apart from the message.
    pub(crate) snippets: Vec<Snippet>,
}

/// A piece of code that Teams keeps apart from the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    pub(crate) title: String,
    pub(crate) id: HostedContentId,
}

/// Renders a message: quotes first, then its text, then what it carries.
pub(crate) fn markdown(message: &ChatMessage) -> Rendered {
    rendered(message, carried)
}

/// Returns all words of a message, for a summary or to look for some: files have no addresses here.
pub(crate) fn text(message: &ChatMessage) -> String {
    rendered(message, titled).text
}

fn rendered(
    message: &ChatMessage,
    carried: impl Fn(&ChatAttachment) -> Option<String>,
) -> Rendered {
    let (text, images) = written(message);
    let quotes = message.attachments.iter().filter(|one| is_quote(one)).filter_map(quote);
    let carried = message.attachments.iter().filter(|one| !is_quote(one)).filter_map(carried);
    let parts: Vec<String> =
        quotes.chain([text]).chain(carried).filter(|part| !part.is_empty()).collect();
    let snippets = message.attachments.iter().filter_map(snippet).collect();
    Rendered { text: parts.join("\n\n"), images, snippets }
}

fn written(message: &ChatMessage) -> (String, Vec<HostedContentId>) {
    let Some(body) = &message.body else { return Default::default() };
    if body.content_type == Some(BodyKind::Text) {
        return (plain(&body.content), Vec::new());
    }
    let rewritten = markup::rewrite(&body.content, &message.mentions);
    let text = mail::body(&rewritten.html, mail::BodyKind::Html).full_markdown;
    (text, rewritten.images)
}

fn plain(text: &str) -> String {
    mail::body(text, mail::BodyKind::Text).full_markdown
}

/// Renders a quoted or forwarded message.
fn quote(attachment: &ChatAttachment) -> Option<String> {
    let content: Value = serde_json::from_str(attachment.content.as_deref()?).ok()?;
    let field = |name: &str| content.get(name);
    let sender = field("messageSender").or_else(|| field("originalMessageSender"));
    let sender = sender.and_then(|one| serde_json::from_value(one.clone()).ok());
    let sender = sender.map(|who| unbracketed(&name(&who))).filter(|name| !name.is_empty());
    let text = match field("messagePreview").and_then(Value::as_str) {
        Some(preview) => plain(preview),
        None => {
            let original = field("originalMessageContent").and_then(Value::as_str)?;
            mail::body(&markup::rewrite(original, &[]).html, mail::BodyKind::Html).full_markdown
        }
    };
    let text = sender.map_or_else(|| text.clone(), |sender| format!("{sender}: {text}"));
    Some(text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n"))
}

/// Reads where the code of a card is kept.
fn snippet(attachment: &ChatAttachment) -> Option<Snippet> {
    let is_code = attachment.content_type.as_deref()?.ends_with(".codesnippet");
    let content = attachment.content.as_deref().filter(|_| is_code)?;
    let card: Value = serde_json::from_str(content).ok()?;
    let id = markup::hosted_content(card.get("codeSnippetUrl")?.as_str()?)?;
    let title = card.get("title").or_else(|| card.get("name")).and_then(Value::as_str);
    Some(Snippet { title: line(title), id })
}

/// Renders a file by its name and address, and anything else by its title and text.
fn carried(attachment: &ChatAttachment) -> Option<String> {
    let url = attachment.content_url.as_deref().and_then(safe_link);
    let Some(url) = url else { return titled(attachment) };
    let title = line(attachment.name.as_deref());
    let title = if title.is_empty() { "file" } else { &title };
    Some(format!("{} ({url})", bracketed(title)))
}

/// Renders a file by its name, and a card by its text.
fn titled(attachment: &ChatAttachment) -> Option<String> {
    if let Some(Snippet { title, .. }) = snippet(attachment) {
        return Some(bracketed(&format!("code: {title}")));
    }
    let kind = attachment.content_type.as_deref().unwrap_or_default();
    let title = line(attachment.name.as_deref());
    let text = attachment.content.as_deref().filter(|_| kind.contains("card"));
    let text = text.map(card::text).unwrap_or_default();
    match (title.is_empty(), text.is_empty()) {
        (true, true) => None,
        (true, false) => Some(text),
        (false, true) => Some(bracketed(&title)),
        (false, false) => Some(disarm(&format!("{title}\n{text}"))),
    }
}

/// Takes a link that can be shown: `https`, without what would end it early.
fn safe_link(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok().filter(|url| url.scheme() == "https")?;
    let plain = url.username().is_empty() && url.password().is_none();
    plain.then(|| url.as_str().replace('(', "%28").replace(')', "%29"))
}

/// Writes a text in brackets that neither end early nor pass for a mark of ours.
fn bracketed(text: &str) -> String {
    disarm(&format!("[{}]", unbracketed(text)))
}

/// Takes the brackets out of a text, so that it can stand in a link or before a colon.
fn unbracketed(text: &str) -> String {
    disarm(text.replace(['[', ']', '\\'], " ").trim())
}

/// Says what Teams reports of a chat or channel.
pub(crate) fn event(message: &ChatMessage) -> String {
    let Some(detail) = &message.event_detail else { return "an event in the chat".to_owned() };
    let kind = detail.odata_type.as_deref().unwrap_or_default();
    let kind = kind.trim_start_matches('#').trim_start_matches("microsoft.graph.");
    let kind = kind.strip_suffix("EventMessageDetail").unwrap_or(kind);
    let who = detail.initiator.as_ref().map(name).filter(|name| !name.is_empty());
    let names: Vec<String> =
        detail.members.iter().map(|one| line(one.display_name.as_deref())).collect();
    let names = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
    let what = [spaced(kind), names, line(detail.chat_display_name.as_deref())];
    let what = what.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    let text = who.map_or_else(|| what.clone(), |who| format!("{what} (by {who})"));
    disarm(&text)
}

/// Writes `membersAdded` as `members added`.
fn spaced(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() {
            text.push(' ');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests;
