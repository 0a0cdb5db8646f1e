use super::{guid, id_type, opaque, shaped};
use crate::Result;

id_type! {
    /// The id of a chat: `19:…@thread.v2`, `19:…@unq.gbl.spaces`, or `48:notes` for the notes to
    /// oneself. What stands for the dots is nobody's but Teams's: any signs but blanks and those that
    /// divide an address.
    ChatId: chat
}

id_type! {
    /// The id of a channel: `19:…@thread.tacv2`, or `19:…@thread.skype` for an old one.
    ChannelId: channel
}

id_type! {
    /// The id of a team, a GUID.
    TeamId: guid
}

id_type! {
    /// The id of a message in a chat or channel: the milliseconds at which it was sent.
    ChatMessageId: number
}

id_type! {
    /// The id of what a message shows and Teams keeps, such as a pasted image.
    HostedContentId: opaque
}

id_type! {
    /// The object id of a person, a GUID.
    UserId: guid
}

fn chat(id: &str) -> Result<String> {
    shaped(id, |id| id == "48:notes" || thread(id).is_some_and(|kind| kind != "thread.tacv2"))
}

fn channel(id: &str) -> Result<String> {
    let kinds = ["thread.tacv2", "thread.skype"];
    shaped(id, |id| thread(id).is_some_and(|kind| kinds.contains(&kind)))
}

/// Returns what stands behind the last `@` of a thread's id.
fn thread(id: &str) -> Option<&str> {
    let (name, kind) = id.strip_prefix("19:")?.rsplit_once('@')?;
    let named = |byte: u8| byte.is_ascii_graphic() && !b"/\\%?#\"<>".contains(&byte);
    let dotted = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let fits = !name.is_empty() && name.bytes().all(named) && kind.bytes().all(dotted);
    (fits && !id.contains("..") && !kind.starts_with('.') && !kind.is_empty()).then_some(kind)
}

fn number(id: &str) -> Result<String> {
    shaped(id, |id| id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit()))
}
