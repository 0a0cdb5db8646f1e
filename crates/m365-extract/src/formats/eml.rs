mod bounds;

use mail_parser::{Addr, Address, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::Reader;
use crate::{
    charset,
    clean::excerpt,
    document::{Document, Input, LinkStyle, Options},
    escape,
    format::Format,
    html, mail,
    refusal::{Refusal, RefusalKind},
};

/// Messages within messages are shown to this depth; deeper ones are named.
const MAX_NESTED: usize = 3;
/// The most addresses of a field and attachments of a message that are named.
const MAX_NAMED: usize = 100;
/// The longest name, subject or address, in characters.
const MAX_FIELD: usize = 500;

/// Messages as they travel (RFC 5322, RFC 2045).
pub(crate) struct Eml;

impl Reader for Eml {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let wide = charset::wide_text(input.bytes);
        let bytes = wide.as_ref().map_or(input.bytes, |text| text.as_bytes());
        let (bytes, was_cut) = bounds::cut(bytes);
        let damaged = || Refusal::of(RefusalKind::Damaged, Format::Eml);
        let message = MessageParser::default().parse(bytes).ok_or_else(damaged)?;
        let title = message.subject().map(field).filter(|subject| !subject.is_empty());
        let mut document = Document::of(title, show(&message, options.links, 0));
        if was_cut {
            document.warnings.push("The message has more parts than are read.".to_owned());
        }
        if is_encrypted(message.root_part()) {
            document.warnings.push("The body of the message is encrypted.".to_owned());
        }
        Ok(document)
    }
}

/// A message as markdown: its fields, its body, its attachments.
fn show(message: &Message<'_>, links: LinkStyle, depth: usize) -> String {
    let sections = [fields(message), body(message, links), attachments(message, links, depth)];
    let shown: Vec<&str> = sections.iter().map(|text| text.trim()).collect();
    shown.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn fields(message: &Message<'_>) -> String {
    let fields = [
        ("From", message.from().map(addresses)),
        ("To", message.to().map(addresses)),
        ("Cc", message.cc().map(addresses)),
        ("Date", message.date().map(mail_parser::DateTime::to_rfc3339)),
        ("Subject", message.subject().map(field)),
    ];
    let line = |(name, value): (&str, Option<String>)| Some(format!("**{name}:** {}", value?));
    fields.into_iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

fn field(text: &str) -> String {
    escape::text(&excerpt(text, MAX_FIELD))
}

fn addresses(addresses: &Address<'_>) -> String {
    let mut all = addresses.iter();
    let mut shown: Vec<String> = all.by_ref().take(MAX_NAMED).map(address).collect();
    let more = all.count();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}

fn address(address: &Addr<'_>) -> String {
    match (address.name.as_deref(), address.address.as_deref()) {
        (Some(name), Some(address)) if escape::is_address(address) => {
            format!("{} <{}>", field(name), field(address))
        }
        (Some(name), Some(other)) => format!("{} {}", field(name), field(other)),
        (Some(one), None) | (None, Some(one)) => field(one),
        (None, None) => String::new(),
    }
}

/// The plain text, unless the page has more to say: a table, or much more text.
fn body(message: &Message<'_>, links: LinkStyle) -> String {
    if is_encrypted(message.root_part()) {
        return String::new();
    }
    let text = parts(message, &message.text_body, links);
    let page = parts(message, &message.html_body, links);
    if page.contains("| --- |") || page.len() > text.len() * 2 { page } else { text }
}

fn parts(message: &Message<'_>, ids: &[u32], links: LinkStyle) -> String {
    let parts = ids.iter().filter_map(|id| message.part(*id));
    let texts: Vec<String> = parts.filter_map(|part| part_text(part, links)).collect();
    texts.join("\n\n")
}

fn part_text(part: &MessagePart<'_>, links: LinkStyle) -> Option<String> {
    match &part.body {
        PartType::Text(text) => Some(mail::plain_text(text)),
        PartType::Html(page) => Some(html::render(page, links).markdown()),
        _ => None,
    }
}

/// Whether the part holds what only the recipient's key opens (RFC 1847, RFC 8551).
fn is_encrypted(part: &MessagePart<'_>) -> bool {
    let is_envelope = |kind: &str| kind != "signed-data" && kind != "certs-only";
    match part.content_type() {
        Some(kind) if kind.ctype().eq_ignore_ascii_case("multipart") => {
            kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("encrypted"))
        }
        Some(kind) => {
            let is_smime = kind.subtype().is_some_and(|subtype| subtype.ends_with("pkcs7-mime"));
            is_smime && kind.attribute("smime-type").is_some_and(is_envelope)
        }
        None => false,
    }
}

/// The attachments by name; attached messages with their text.
fn attachments(message: &Message<'_>, links: LinkStyle, depth: usize) -> String {
    let mut listed = Vec::new();
    let mut messages = Vec::new();
    for part in message.attachments().take(MAX_NAMED) {
        match &part.body {
            PartType::Message(inner) if depth < MAX_NESTED => {
                messages.push(format!("---\n\n{}", show(inner, links, depth + 1)));
            }
            _ => listed.push(format!("- {}", label(part))),
        }
    }
    let more = message.attachment_count().saturating_sub(MAX_NAMED);
    if more > 0 {
        listed.push(format!("- and {more} more"));
    }
    if !listed.is_empty() {
        messages.insert(0, format!("Attachments:\n\n{}", listed.join("\n")));
    }
    messages.join("\n\n")
}

/// `report.pdf (application/pdf, 12 bytes)`.
fn label(part: &MessagePart<'_>) -> String {
    let name = part.attachment_name().map_or_else(|| "unnamed".to_owned(), field);
    let kind = part.content_type().map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    });
    let kind = kind.map_or_else(|| "unknown type".to_owned(), |kind| field(&kind));
    format!("{name} ({kind}, {} bytes)", part.len())
}
