//! From bytes and code units to characters.

use encoding_rs::UTF_8;

use super::fonts::Coding;

/// Gathers the bytes of a text until its encoding is needed.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    bytes: Vec<u8>,
    /// Whether a byte was written as `\'hh`, so that the text is no UTF-8 by mistake.
    is_escaped: bool,
    high: Option<u16>,
    /// Characters that follow for programs that do not know `\u`.
    skip: usize,
}

impl Decoder {
    /// A byte written as `\'hh`.
    pub(super) fn push_byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else {
            self.bytes.push(byte);
            self.is_escaped |= !byte.is_ascii();
        }
    }

    /// Bytes that stand for themselves.
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        self.bytes.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
    }

    /// A code unit of UTF-16, in whose place older programs show the next `skip` characters.
    pub(super) fn push_unit(&mut self, value: i32, skip: usize) -> Option<char> {
        self.skip = skip;
        let unit = u16::try_from(value & 0xffff).unwrap_or_default();
        let pair = [self.high.take().unwrap_or(unit), unit];
        let units = if pair[0] == unit { &pair[1..] } else { &pair[..] };
        match char::decode_utf16(units.iter().copied()).next()? {
            Ok(c) => Some(c),
            Err(error) => {
                self.high = Some(error.unpaired_surrogate()).filter(|unit| *unit < 0xdc00);
                None
            }
        }
    }

    /// A character that is written as a control symbol; none when it is to be passed over.
    pub(super) fn push_symbol(&mut self, symbol: char) -> Option<char> {
        let is_skipped = self.skip > 0;
        self.skip = self.skip.saturating_sub(1);
        (!is_skipped).then_some(symbol)
    }

    /// Ends what is passed over: a control word or a group follows.
    pub(super) fn end_skip(&mut self) {
        self.skip = 0;
    }

    /// The text gathered so far.
    pub(super) fn take(&mut self, coding: Coding) -> Option<String> {
        if self.bytes.is_empty() {
            return None;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let is_escaped = std::mem::take(&mut self.is_escaped);
        Some(decode(&bytes, is_escaped, coding))
    }
}

fn decode(bytes: &[u8], is_escaped: bool, coding: Coding) -> String {
    let encoding = match coding {
        Coding::Symbol => return bytes.iter().map(|byte| greek(*byte)).collect(),
        Coding::Pictures => return bytes.iter().map(|byte| picture(*byte)).collect(),
        // Programs that know no encodings at all write UTF-8.
        Coding::Text(_) if !is_escaped && std::str::from_utf8(bytes).is_ok() => UTF_8,
        Coding::Text(encoding) => encoding,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// A character of the private use area, where Word puts those of fonts without Unicode.
pub(super) fn of_private_use(c: char) -> char {
    match u32::from(c) {
        code @ 0xf020..=0xf0ff => picture(u8::try_from(code & 0xff).unwrap_or_default()),
        _ => c,
    }
}

fn greek(byte: u8) -> char {
    const LETTERS: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
    match byte {
        b'A'..=b'z' => LETTERS.chars().nth(usize::from(byte - b'A')).unwrap_or(' '),
        0xa3 => '≤',
        0xb1 => '±',
        0xb3 => '≥',
        0xb4 => '×',
        0xb9 => '≠',
        0xae => '→',
        0xac => '←',
        0x80.. => '•',
        _ => char::from(byte),
    }
}

/// What the pictures that mark items and boxes stand for; others are marks of some kind, too.
fn picture(byte: u8) -> char {
    match byte {
        b' ' => ' ',
        0x6f | 0x70 | 0x71 | 0x72 | 0xa8 => '☐',
        0xfb | 0xfd => '☒',
        0xfc => '✓',
        0xfe => '☑',
        0xe0 | 0xe8 | 0xf0 => '→',
        _ => '•',
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{SHIFT_JIS, WINDOWS_1252};

    use super::*;

    fn text(decoder: &mut Decoder, coding: Coding) -> String {
        decoder.take(coding).unwrap_or_default()
    }

    #[test]
    fn bytes_of_one_character_may_be_written_in_two_ways() {
        let mut decoder = Decoder::default();
        decoder.push_byte(0x83);
        decoder.push_bytes(b"e");

        assert_eq!(text(&mut decoder, Coding::Text(SHIFT_JIS)), "テ");
    }

    #[test]
    fn what_stands_for_a_code_unit_is_passed_over() {
        let mut decoder = Decoder::default();

        assert_eq!(decoder.push_unit(-10179, 1), None);
        decoder.push_bytes(b"?");
        assert_eq!(decoder.push_unit(-8704, 2), Some('😀'));
        decoder.push_byte(b'?');
        decoder.push_bytes(b"?a");
        assert_eq!(text(&mut decoder, Coding::Text(WINDOWS_1252)), "a");
    }

    #[test]
    fn a_text_in_utf_8_is_no_mojibake() {
        let mut decoder = Decoder::default();
        decoder.push_bytes("é".as_bytes());

        assert_eq!(text(&mut decoder, Coding::Text(WINDOWS_1252)), "é");
    }

    #[test]
    fn letters_of_the_font_symbol_are_greek() {
        let mut decoder = Decoder::default();
        decoder.push_bytes(b"aWb\xb3");

        assert_eq!(text(&mut decoder, Coding::Symbol), "αΩβ≥");
    }
}
