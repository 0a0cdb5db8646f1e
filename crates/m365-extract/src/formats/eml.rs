mod bounds;
mod head;
mod parts;
mod protection;

use mail_parser::{
    Addr, Address, DateTime, HeaderValue, Message, MessageParser, MessagePart, PartType,
};

use self::protection::Protection;
use super::{Reader, ics};
use crate::{
    charset,
    document::{Document, Input, LinkStyle, Options},
    format::Format,
    mail::letter::{Letter, enumerate, mailbox},
    refusal::{Refusal, RefusalKind},
};

/// Messages within messages are shown to this depth; deeper ones are named.
const MAX_NESTED: usize = 3;

/// Messages as they travel (RFC 5322, RFC 2045).
pub(crate) struct Eml;

impl Reader for Eml {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let wide = charset::wide_text(input.bytes);
        let bytes = wide.as_ref().map_or(input.bytes, |text| text.as_bytes());
        let (bytes, lost_parts) = bounds::cut(bytes);
        let (bytes, lost_fields) = head::prepare(bytes);
        let damaged = || Refusal::of(RefusalKind::Damaged, Format::Eml);
        let message = MessageParser::default().parse(&bytes).ok_or_else(damaged)?;
        let protection = protection::of(&message);
        if protection == Protection::Rights {
            return Err(Refusal::of(RefusalKind::Protected, Format::Eml));
        }
        let mut document = letter(&message, options.links, 0).into_document(options);
        if document.markdown().is_empty() {
            return Err(Refusal::of(RefusalKind::Empty, Format::Eml));
        }
        let notes = [
            (lost_parts, "The message has more parts than are read."),
            (lost_fields, "A field of the message is longer than what is read."),
            (protection == Protection::Key, "The body of the message is encrypted."),
        ];
        let notes = notes.into_iter().filter(|(applies, _)| *applies);
        document.warnings.extend(notes.map(|(_, note)| note.to_owned()));
        Ok(document)
    }
}

/// The message in a MIME entity, e.g. one that is signed as a whole.
pub(super) fn entity(bytes: &[u8], links: LinkStyle, depth: usize) -> Option<Letter> {
    let (bytes, _) = bounds::cut(bytes);
    let message = MessageParser::default().parse(bytes)?;
    Some(letter(&message, links, depth))
}

fn letter(message: &Message<'_>, links: LinkStyle, depth: usize) -> Letter {
    let mut letter = Letter::default();
    fields(&mut letter, message);
    if protection::of(message) == Protection::None {
        letter.body(parts::body(message, links));
    }
    enclosures(&mut letter, message, links, depth);
    letter
}

fn fields(letter: &mut Letter, message: &Message<'_>) {
    let mailboxes = |value: Option<&Address<'_>>| value.map(addresses).unwrap_or_default();
    let sent = message.date().map(DateTime::to_rfc3339).unwrap_or_default();
    let fields = letter.fields();
    fields.markdown("From", mailboxes(message.from()));
    fields.markdown("Reply to", mailboxes(reply_elsewhere(message)));
    fields.markdown("Sent", sent);
    fields.markdown("To", mailboxes(message.to()));
    fields.markdown("Cc", mailboxes(message.cc()));
    fields.markdown("Bcc", mailboxes(message.bcc()));
    letter.subject(message.subject().unwrap_or_default());
    let importance = message.header("Importance").and_then(HeaderValue::as_text);
    if importance.is_some_and(|value| value.trim().eq_ignore_ascii_case("high")) {
        letter.fields().text("Importance", "High");
    }
}

fn first<'a>(addresses: &'a Address<'_>) -> Option<&'a str> {
    addresses.first()?.address.as_deref()
}

/// Where answers go, unless that is where the message came from.
fn reply_elsewhere<'a>(message: &'a Message<'_>) -> Option<&'a Address<'a>> {
    let from = message.from().and_then(first);
    message.reply_to().filter(|reply_to| first(reply_to) != from)
}

fn addresses(addresses: &Address<'_>) -> String {
    enumerate(addresses.iter().map(address))
}

fn address(address: &Addr<'_>) -> String {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    mailbox(&text(address.name.as_deref()), &text(address.address.as_deref()))
}

/// What came with the message: messages and invitations are shown, the rest is listed.
fn enclosures(letter: &mut Letter, message: &Message<'_>, links: LinkStyle, depth: usize) {
    for part in message.attachments() {
        match &part.body {
            PartType::Message(inner) if depth < MAX_NESTED => {
                letter.enclose(self::letter(inner, links, depth + 1));
            }
            PartType::Text(text) if parts::is_invitation(part) => {
                letter.section(ics::markdown(text, links));
            }
            _ if parts::is_of_page(part) => {}
            _ => match signed(part, links, depth) {
                Some(inner) => letter.absorb(inner),
                None => letter.attach(parts::attachment(part)),
            },
        }
    }
}

fn signed(part: &MessagePart<'_>, links: LinkStyle, depth: usize) -> Option<Letter> {
    let content = protection::signed_content(part).filter(|_| depth < MAX_NESTED)?;
    entity(&content, links, depth + 1)
}
