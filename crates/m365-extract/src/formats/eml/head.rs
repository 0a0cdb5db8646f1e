//! The head of a message, brought to what a parser takes: UTF-8, and no field without end.

use std::borrow::Cow;

use crate::charset;

/// The longest field, in bytes; what is longer is cut.
const MAX_FIELD: usize = 64 * 1024;

/// The message with its head in UTF-8, and whether a field of it was cut.
///
/// Heads are ASCII by RFC 5322 and UTF-8 by RFC 6532, but older programs write them as they write
/// the text.
pub(super) fn prepare(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let (head, rest) = bytes.split_at(end(bytes));
    let is_utf8 = std::str::from_utf8(head).is_ok();
    let has_long_field = head.len() > MAX_FIELD;
    if is_utf8 && !has_long_field {
        return (Cow::Borrowed(bytes), false);
    }
    let text = charset::decode(head, None);
    let (head, was_cut) = cut_fields(&text);
    (Cow::Owned([head.as_bytes(), rest].concat()), was_cut)
}

/// Where the empty line stands that ends the head.
fn end(bytes: &[u8]) -> usize {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
        at += line.len();
    }
    at
}

fn cut_fields(head: &str) -> (String, bool) {
    let mut out = String::with_capacity(head.len().min(2 * MAX_FIELD));
    let (mut length, mut was_cut) = (0, false);
    for line in head.split_inclusive('\n') {
        if !line.starts_with([' ', '\t']) {
            length = 0;
        }
        let room = MAX_FIELD.saturating_sub(length);
        length += line.len();
        if line.len() <= room {
            out.push_str(line);
        } else {
            was_cut = true;
            out.push_str(&line[..line.floor_char_boundary(room)]);
            out.push('\n');
        }
    }
    (out, was_cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_head_stays_as_it_is() {
        let message = "Subject: é\r\n\r\nbody \u{e9}".as_bytes();

        assert_eq!(prepare(message), (Cow::Borrowed(message), false));
    }

    #[test]
    fn a_head_in_another_encoding_becomes_utf_8_and_the_body_stays() {
        let (message, was_cut) = prepare(b"Subject: Gr\xfc\xdfe aus K\xf6ln\n\n\xfc");

        assert_eq!(
            &message[..],
            "Subject: Grüße aus Köln\n\n"
                .as_bytes()
                .iter()
                .chain(b"\xfc")
                .copied()
                .collect::<Vec<_>>()
        );
        assert!(!was_cut);
    }

    #[test]
    fn c11_a_field_without_end_is_cut_and_the_next_one_is_kept() {
        let message = format!("To: {}\n a\nSubject: x\n\nbody", "a,".repeat(MAX_FIELD));

        let (message, was_cut) = prepare(message.as_bytes());

        assert!(was_cut && message.len() < 2 * MAX_FIELD);
        assert!(message.ends_with(b"\nSubject: x\n\nbody"));
    }
}
