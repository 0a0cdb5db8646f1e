//! Identifiers as Graph spells them, checked by shape before they may stand in a path.

use crate::{Error, ErrorKind, Result};

mod calendar;
mod files;
mod kind;
mod mailbox;
mod meetings;
mod teams;

use kind::id_type;

pub use calendar::{CalendarId, EventId};
pub use files::{DriveId, ItemId, ListId, PageId, SiteId};
pub use mailbox::{Address, Mailbox, WellKnownFolder};
pub use meetings::{AttendanceReportId, InsightId, JoinUrl, OnlineMeetingId, TranscriptId};
pub use teams::{ChannelId, ChatId, ChatMessageId, HostedContentId, TeamId, UserId};

/// The longest id that is let through, in characters; Exchange's ids have about 152.
const MAX_ID: usize = 1024;

id_type! {
    /// The id of a message: it changes when the message moves to another folder.
    MessageId: rest_spelling
}

id_type! {
    /// The id of a mail folder, or a well-known name such as `inbox`.
    FolderId: rest_spelling
}

id_type! {
    /// The id of an attachment, valid together with its message's.
    AttachmentId: rest_spelling
}

id_type! {
    /// The id of a conversation: the same in all its messages, and stable.
    ConversationId: rest_spelling
}

impl From<WellKnownFolder> for FolderId {
    fn from(folder: WellKnownFolder) -> Self {
        Self(folder.as_str().to_owned())
    }
}

/// Exchange writes `-` for `/` and `_` for `+`: unlike RFC 4648 base64url, where the two are
/// swapped. So characters are replaced, and nothing is decoded.
fn rest_spelling(id: &str) -> Result<String> {
    shaped(id, |id| id.bytes().all(is_id_byte))?;
    Ok(id.replace('+', "_").replace('/', "-"))
}

const fn is_id_byte(byte: u8) -> bool {
    is_opaque_byte(byte) || matches!(byte, b'+' | b'/')
}

/// Takes an id of which only the alphabet is known: base64url, padded or not.
fn opaque(id: &str) -> Result<String> {
    shaped(id, |id| id.bytes().all(is_opaque_byte))
}

const fn is_opaque_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'=')
}

/// Takes a GUID with its hyphens.
fn guid(id: &str) -> Result<String> {
    shaped(id, is_guid)
}

fn is_guid(id: &str) -> bool {
    let lengths = id.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Takes an id of reasonable length that `fits`.
fn shaped(id: &str, fits: impl FnOnce(&str) -> bool) -> Result<String> {
    if !(1..=MAX_ID).contains(&id.len()) || !fits(id) {
        return Err(Error::new(ErrorKind::BadRequest).with_code("invalidId"));
    }
    Ok(id.to_owned())
}
