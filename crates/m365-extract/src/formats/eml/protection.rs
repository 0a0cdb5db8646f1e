//! What keeps a message from being read by others: a key (RFC 1847, RFC 8551) or a rights policy.

use mail_parser::{Message, MessagePart, MimeHeaders};

use super::parts::{has_type, media_type};
use crate::mail::signed;

/// What protects the body of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    None,
    /// Only the recipient's key opens it.
    Key,
    /// Only Office opens it, for whom a policy allows it.
    Rights,
}

pub(super) fn of(message: &Message<'_>) -> Protection {
    match () {
        () if message.attachments().any(is_rights_protected) => Protection::Rights,
        () if is_encrypted(message.root_part()) || is_armored(message) => Protection::Key,
        () => Protection::None,
    }
}

/// Whether the part is the message itself, in the container that MS-OXORMMS describes.
fn is_rights_protected(part: &MessagePart<'_>) -> bool {
    has_type(part, "application/x-microsoft-rpmsg-message")
        || part.attachment_name().is_some_and(|name| name.eq_ignore_ascii_case("message.rpmsg"))
}

fn is_encrypted(part: &MessagePart<'_>) -> bool {
    has_type(part, "multipart/encrypted")
        || (is_smime(part) && smime_type(part).is_some_and(is_envelope))
}

/// Whether the text itself is what only a key opens (RFC 9580 6.2).
fn is_armored(message: &Message<'_>) -> bool {
    let text = message.text_bodies().next().and_then(MessagePart::text_contents);
    text.is_some_and(|text| text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----"))
}

fn is_smime(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type().map(media_type);
    kind.is_some_and(|kind| kind.ends_with("/pkcs7-mime") || kind.ends_with("/x-pkcs7-mime"))
}

fn smime_type<'a>(part: &'a MessagePart<'_>) -> Option<&'a str> {
    part.content_type()?.attribute("smime-type")
}

fn is_envelope(kind: &str) -> bool {
    !["signed-data", "certs-only"].iter().any(|signed| kind.eq_ignore_ascii_case(signed))
}

/// The entity that was signed together with its signature, so that it is not text by itself.
pub(super) fn signed_content(part: &MessagePart<'_>) -> Option<Vec<u8>> {
    is_smime(part).then(|| signed::content(part.contents()))?
}
