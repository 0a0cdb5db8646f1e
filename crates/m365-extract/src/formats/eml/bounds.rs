//! Keeps a message to a size that can be parsed: deep nesting costs stack, many parts cost memory.

/// The most parts of a message, and the most of them that may hold a message again.
const MAX_PARTS: usize = 1_000;
const MAX_MESSAGES: usize = 100;
/// How far behind its name a field's value is looked at.
const VALUE: usize = 128;

/// The part of a message that is read, and whether that is less than all.
pub(super) fn cut(bytes: &[u8]) -> (&[u8], bool) {
    let (mut parts, mut messages) = (0, 0);
    for line in line_starts(bytes) {
        let Some(value) = content_type(&bytes[line..]) else { continue };
        parts += 1;
        messages += usize::from(nests(value));
        if parts > MAX_PARTS || messages > MAX_MESSAGES {
            return (&bytes[..line], true);
        }
    }
    (bytes, false)
}

fn line_starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let after_break = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    std::iter::once(0).chain(after_break.map(|(at, _)| at + 1))
}

/// What follows the name of a `Content-Type` field that begins here.
fn content_type(line: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"content-type";
    let (name, value) = line.split_at_checked(NAME.len())?;
    name.eq_ignore_ascii_case(NAME).then(|| &value[..value.len().min(VALUE)])
}

/// Whether the type is a message, or a collection of them.
fn nests(value: &[u8]) -> bool {
    let value = value.to_ascii_lowercase();
    [&b"message"[..], b"digest"].iter().any(|name| value.windows(name.len()).any(|at| at == *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c11_parts_beyond_the_limit_are_cut() {
        let message = "Content-Type: text/plain\n\nx\n".repeat(MAX_PARTS + 5);

        let (kept, was_cut) = cut(message.as_bytes());

        assert!(was_cut);
        assert_eq!(kept.len(), message.len() / (MAX_PARTS + 5) * MAX_PARTS);
    }

    #[test]
    fn c11_nested_messages_beyond_the_limit_are_cut() {
        let message = "content-type:\n message/rfc822\n\n".repeat(MAX_MESSAGES + 1);

        assert!(cut(message.as_bytes()).1);
    }

    #[test]
    fn an_ordinary_message_is_read_whole() {
        let message = b"Subject: x\r\nContent-Type: text/plain\r\n\r\nbody";

        assert_eq!(cut(message), (&message[..], false));
    }
}
