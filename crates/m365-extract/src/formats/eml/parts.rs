//! The parts of a message: what is its text, what is attached.

use mail_parser::{
    ContentType, Encoding, Message, MessagePart, MimeHeaders, PartType,
    decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode},
};

use crate::{
    charset,
    document::LinkStyle,
    mail::{
        Part,
        attachment::Attachment,
        flowed,
        letter::{Body, MAX_NAMED},
    },
};

/// The body: of alternatives the one that says more.
pub(super) fn body(message: &Message<'_>, links: LinkStyle) -> Body {
    Body::choose(parts(message, &message.text_body), parts(message, &message.html_body), links)
}

fn parts(message: &Message<'_>, ids: &[u32]) -> Vec<Part> {
    let parts = ids.iter().take(MAX_NAMED).filter_map(|id| message.part(*id));
    parts.filter_map(|part| text(message, part)).collect()
}

fn text(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Part> {
    match &part.body {
        PartType::Text(text) => {
            let text = again(message, part, charset::decode).unwrap_or_else(|| text.to_string());
            Some(Part::Text(unwrapped(part, text)))
        }
        PartType::Html(text) => {
            let page = again(message, part, charset::decode_html);
            Some(Part::Html(page.unwrap_or_else(|| text.to_string())))
        }
        _ => None,
    }
}

/// The text of a part once more, where it is not in the encoding that is declared, or none is.
fn again(
    message: &Message<'_>,
    part: &MessagePart<'_>,
    decode: impl Fn(&[u8], Option<&str>) -> String,
) -> Option<String> {
    part.text_contents().filter(|text| text.contains('\u{fffd}'))?;
    let declared = part.content_type().and_then(|kind| kind.attribute("charset"));
    let declared = declared.filter(|charset| !charset.eq_ignore_ascii_case("utf-8"));
    let raw = message.raw_message().get(range(part))?;
    match part.encoding {
        Encoding::None => Some(decode(raw, declared)),
        Encoding::Base64 => Some(decode(&base64_decode(raw)?, declared)),
        Encoding::QuotedPrintable => Some(decode(&quoted_printable_decode(raw)?, declared)),
    }
}

fn range(part: &MessagePart<'_>) -> std::ops::Range<usize> {
    let place = |offset: u32| usize::try_from(offset).unwrap_or_default();
    place(part.raw_body_offset())..place(part.raw_end_offset())
}

/// A text with the lines joined that its program broke.
fn unwrapped(part: &MessagePart<'_>, text: String) -> String {
    let says = |name: &str, value: &str| {
        let said = part.content_type().and_then(|kind| kind.attribute(name));
        said.is_some_and(|said| said.eq_ignore_ascii_case(value))
    };
    if says("format", "flowed") { flowed::join(&text, says("delsp", "yes")) } else { text }
}

/// Whether a part is the event that a message invites to, rather than a calendar that is attached.
pub(super) fn is_invitation(part: &MessagePart<'_>) -> bool {
    has_type(part, "text/calendar")
        && !part.content_disposition().is_some_and(ContentType::is_attachment)
}

/// Whether a part is a picture or style sheet of a page that was saved with it (RFC 2557).
pub(super) fn is_of_page(part: &MessagePart<'_>) -> bool {
    part.content_location().is_some() && part.attachment_name().is_none()
}

/// What is attached besides messages: its name, type and size.
pub(super) fn attachment(part: &MessagePart<'_>) -> Attachment {
    let subject = part.message().and_then(Message::subject);
    let name = part.attachment_name().or(subject).map(str::to_owned);
    let kind = part.content_type().map(media_type);
    Attachment { name, kind, size: Some(size(part)) }
}

fn size(part: &MessagePart<'_>) -> usize {
    match &part.body {
        PartType::Message(_) => range(part).len(),
        _ => part.len(),
    }
}

/// A type as it is written, in lower case, e.g. `text/plain`.
pub(super) fn media_type(kind: &ContentType<'_>) -> String {
    let whole = match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    };
    whole.to_ascii_lowercase()
}

/// Whether a part has this type.
pub(super) fn has_type(part: &MessagePart<'_>, name: &str) -> bool {
    part.content_type().is_some_and(|kind| media_type(kind) == name)
}
