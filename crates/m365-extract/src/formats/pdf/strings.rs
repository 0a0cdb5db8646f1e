//! Text strings outside of pages (ISO 32000-1, 7.9.2.2).

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

/// What PDFDocEncoding has from 0x80 to 0xA0.
const SPECIAL: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
    'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
];

/// Decodes a text string.
pub(super) fn text(bytes: &[u8]) -> String {
    let encoding = match bytes {
        [0xfe, 0xff, ..] => UTF_16BE,
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xef, 0xbb, 0xbf, ..] => UTF_8,
        _ => return bytes.iter().map(|byte| document_char(*byte)).collect(),
    };
    encoding.decode(bytes).0.into_owned()
}

fn document_char(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|at| SPECIAL.get(usize::from(at)));
    special.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_are_read_in_each_of_their_encodings() {
        assert_eq!(text(b"\xfe\xff\x20\x14"), "—");
        assert_eq!(text("\u{feff}é".as_bytes()), "é");
        assert_eq!(text(b"\x93fl\x94 \xe9\xa0"), "ﬁflﬂ é€");
    }
}
