//! Messages as MIME (RFC 5322, RFC 2045 to 2047).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    data::random::mix,
    graph::mail::{
        Mailbox,
        attachment::{Attachment, Content},
        item,
        message::{Contact, Message},
    },
};

/// A header field and its value.
type Field = (String, String);

/// An attachment as MIME needs it.
pub(crate) struct Part {
    name: String,
    content_type: String,
    content_id: Option<String>,
    bytes: Vec<u8>,
}

impl Part {
    /// Takes the attachments that have content.
    pub(crate) fn of(attachments: &[Attachment]) -> Vec<Self> {
        attachments.iter().filter_map(Self::new).collect()
    }

    fn new(attachment: &Attachment) -> Option<Self> {
        let (content_type, bytes) = match &attachment.content {
            Content::File(bytes) => {
                (attachment.content_type.as_deref()?.to_owned(), bytes.to_vec())
            }
            Content::Item(own) => match item::raw(own) {
                (kind, bytes) if kind == "text/plain" => ("message/rfc822".to_owned(), bytes),
                raw => raw,
            },
            Content::Reference => return None,
        };
        let content_id = attachment.content_id.as_deref().map(str::to_owned);
        Some(Self { name: attachment.name.to_string(), content_type, content_id, bytes })
    }

    fn write(&self) -> String {
        let name = encoded(&self.name);
        let place = match &self.content_id {
            Some(id) => format!("inline; filename=\"{name}\"\r\nContent-ID: <{id}>"),
            None => format!("attachment; filename=\"{name}\""),
        };
        let head = format!(
            "Content-Type: {}; name=\"{name}\"\r\nContent-Disposition: {place}",
            self.content_type,
        );
        // A message inside a message must not be encoded (RFC 2046, 5.2.1).
        match (self.content_type.as_str(), std::str::from_utf8(&self.bytes)) {
            ("message/rfc822", Ok(text)) => format!("{head}\r\n\r\n{text}"),
            _ => format!(
                "{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
                folded(&self.bytes)
            ),
        }
    }
}

/// Returns a message's Message-ID.
pub(crate) fn message_id(message: &Message) -> String {
    let from = message.from.as_ref().map(|from| from.address.as_ref()).unwrap_or_default();
    let domain = from.split_once('@').map_or("fjordlight.example", |(_, domain)| domain);
    let number = mix(u64::from(message.key) ^ u64::from(message.thread) << 32);
    format!("<{number:016x}{:04x}@{domain}>", message.key)
}

/// Writes a message's header fields as Graph lists them.
pub(crate) fn headers(mailbox: &Mailbox, message: &Message) -> Value {
    let fields = fields(mailbox, message);
    fields.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// Writes a message as MIME.
pub(crate) fn message(mailbox: &Mailbox, message: &Message) -> String {
    let body = mailbox.body(message);
    let parts = Part::of(&message.attachments);
    write(&fields(mailbox, message), &body.plain(), &body.html(), &parts)
}

fn fields(mailbox: &Mailbox, message: &Message) -> Vec<Field> {
    let received = format!("by mail.fjordlight.example; {}", date(message.received));
    let mut fields = vec![field("Received", &received)];
    let people: [(&str, &[Contact]); 3] =
        [("To", &message.to), ("Cc", &message.cc), ("Reply-To", &message.reply_to)];
    fields.extend(head(message.title(), message.from.as_ref(), &people, message.sent));
    fields.push(field("Message-ID", &message_id(message)));
    if let Some(earlier) = message.answers.and_then(|key| mailbox.by_key(key)) {
        fields.push(field("In-Reply-To", &message_id(earlier)));
        fields.push(field("References", &message_id(earlier)));
    }
    fields
}

/// Writes the header fields that every message has.
pub(crate) fn head(
    subject: &str,
    from: Option<&Contact>,
    people: &[(&str, &[Contact])],
    sent: Timestamp,
) -> Vec<Field> {
    let mut fields: Vec<_> = from.iter().map(|from| field("From", &named(from))).collect();
    for (name, contacts) in people.iter().filter(|(_, contacts)| !contacts.is_empty()) {
        let list: Vec<_> = contacts.iter().map(named).collect();
        fields.push(field(name, &list.join(", ")));
    }
    fields.push(field("Subject", &encoded(subject)));
    fields.push(field("Date", &date(sent)));
    fields
}

/// Puts a message together.
pub(crate) fn write(head: &[Field], text: &str, html: &str, parts: &[Part]) -> String {
    let boundary = boundary(head);
    let head: String = head.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let body = alternatives(&boundary, text, html);
    if parts.is_empty() {
        return format!("{head}MIME-Version: 1.0\r\n{body}");
    }
    let mixed = format!("=_mixed_{boundary}");
    let parts: String =
        parts.iter().map(|part| format!("--{mixed}\r\n{}\r\n", part.write())).collect();
    format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{mixed}\"\r\n\r\n--{mixed}\r\n{body}\r\n{parts}--{mixed}--\r\n"
    )
}

/// A message inside another one must not share its boundary.
fn boundary(head: &[Field]) -> String {
    let bytes = head.iter().flat_map(|(_, value)| value.bytes());
    format!("{:016x}", bytes.fold(0, |sum, byte| mix(sum ^ u64::from(byte))))
}

fn alternatives(boundary: &str, text: &str, html: &str) -> String {
    let part = |kind: &str, content: &str| {
        format!(
            "--=_{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            folded(content.as_bytes()),
        )
    };
    format!(
        "Content-Type: multipart/alternative; boundary=\"=_{boundary}\"\r\n\r\n{}{}--=_{boundary}--\r\n",
        part("text/plain", text),
        part("text/html", html),
    )
}

fn field(name: &str, value: &str) -> Field {
    (name.to_owned(), value.to_owned())
}

fn named(contact: &Contact) -> String {
    match contact.name.as_ref() {
        "" => contact.address.to_string(),
        name => format!("{} <{}>", encoded(name), contact.address),
    }
}

/// Writes what is not ASCII as encoded words (RFC 2047).
fn encoded(text: &str) -> String {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let words = chars.chunks(12).map(|chunk| {
        let chunk: String = chunk.iter().collect();
        format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(chunk))
    });
    words.collect::<Vec<_>>().join("\r\n ")
}

fn folded(bytes: &[u8]) -> String {
    let encoded = BASE64_STANDARD.encode(bytes);
    let lines = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy);
    lines.collect::<Vec<_>>().join("\r\n")
}

fn date(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
