use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes looked at to guess an encoding.
const GUESS_FROM: usize = 256 * 1024;
/// Bytes in which a page has to name its encoding, by the HTML standard.
const META_WITHIN: usize = 1024;

/// How many whole characters of several bytes make up for a broken one: few enough in no other
/// encoding.
const WHOLE_PER_BROKEN: usize = 20;

/// Decodes a text: byte order mark, valid UTF-8, `declared`, then a guess. What cannot be decoded
/// becomes U+FFFD.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> String {
    let encoding = bom(bytes)
        .or_else(|| utf8(bytes))
        .or_else(|| declared.and_then(|label| Encoding::for_label(label.as_bytes())))
        .or_else(|| utf16(bytes))
        .unwrap_or_else(|| guess(bytes));
    encoding.decode(bytes).0.into_owned()
}

/// Decodes a web page: like [`decode`], but what the page says of itself goes before `declared`.
pub(crate) fn decode_html(bytes: &[u8], declared: Option<&str>) -> String {
    let meta = meta_charset(bytes);
    decode(bytes, meta.as_deref().or(declared))
}

/// The text of a file in UTF-16; none when it is in another encoding.
pub(crate) fn wide_text(bytes: &[u8]) -> Option<String> {
    let encoding = bom(bytes).or_else(|| utf16(bytes)).filter(|encoding| *encoding != UTF_8)?;
    Some(encoding.decode(bytes).0.into_owned())
}

/// The `charset` parameter of a media type.
pub(crate) fn of_media_type(media_type: &str) -> Option<&str> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The encoding that Windows knows by a number.
pub(crate) fn of_code_page(number: u32) -> Option<&'static Encoding> {
    let label = match number {
        437 | 850 | 20127 => "windows-1252",
        866 => "ibm866",
        932 => "shift_jis",
        936 | 52936 => "gbk",
        949 | 51949 => "euc-kr",
        950 => "big5",
        1200 => "utf-16le",
        10000 => "macintosh",
        10007 => "x-mac-cyrillic",
        20866 => "koi8-r",
        20932 | 51932 => "euc-jp",
        21866 => "koi8-u",
        38598 => "iso-8859-8-i",
        50220..=50222 => "iso-2022-jp",
        54936 => "gb18030",
        65001 => "utf-8",
        874 | 1250..=1258 => return Encoding::for_label(format!("windows-{number}").as_bytes()),
        28591..=28606 => {
            return Encoding::for_label(format!("iso-8859-{}", number - 28590).as_bytes());
        }
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

fn bom(bytes: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_bom(bytes).map(|(encoding, _)| encoding)
}

/// UTF-8 with at least one character of several bytes is not mistaken for anything else, so it
/// goes before a declaration, which is often left over from another program. Few broken characters
/// among many, or one that the end cuts, do not change that. Escape sequences announce ISO-2022,
/// which is ASCII to the eye.
fn utf8(bytes: &[u8]) -> Option<&'static Encoding> {
    let (mut whole, mut broken, mut end) = (0_usize, 0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        if chunk.valid().contains('\u{0}') {
            return None;
        }
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        end += chunk.valid().len() + chunk.invalid().len();
        broken += usize::from(!chunk.invalid().is_empty() && !is_cut(chunk.invalid(), bytes, end));
    }
    (whole > 0 && broken * WHOLE_PER_BROKEN <= whole).then_some(UTF_8)
}

/// Whether these are the first bytes of a character, and the last of the text.
fn is_cut(invalid: &[u8], bytes: &[u8], end: usize) -> bool {
    end == bytes.len()
        && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none())
}

/// UTF-16 without a mark: western text has a NUL in every other place, and that of other scripts is
/// nearly all letters, with line ends, blanks or full stops between.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    if head.len() < 4 {
        return None;
    }
    let nuls = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (nuls(0), nuls(1), head.len() / 2);
    match (even, odd) {
        _ if odd * 10 >= pairs * 4 && even * 20 <= pairs => Some(UTF_16LE),
        _ if even * 10 >= pairs * 4 && odd * 20 <= pairs => Some(UTF_16BE),
        _ => [UTF_16LE, UTF_16BE].into_iter().find(|encoding| is_of_letters(head, encoding)),
    }
}

fn is_of_letters(head: &[u8], encoding: &'static Encoding) -> bool {
    let text = encoding.decode_without_bom_handling(head).0;
    let is_letter = |c: &char| {
        matches!(c, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
            || matches!(c, '\u{ff01}'..='\u{ff5e}' | ' '..='~' | '\r' | '\n' | '\t')
            // Greek to Arabic, Thai, and the dashes and quotation marks of all: bytes that no text
            // of single bytes has.
            || matches!(c, '\u{370}'..='\u{6ff}' | '\u{e00}'..='\u{e7f}' | '\u{2010}'..='\u{2027}')
    };
    let is_between = |c: char| matches!(c, '\n' | ' ' | '\u{3001}' | '\u{3002}' | '\u{ff0c}');
    let letters = text.chars().filter(is_letter).count();
    text.contains(is_between) && letters * 20 >= text.chars().count() * 19
}

/// The encoding that the text looks like.
pub(crate) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(GUESS_FROM)], bytes.len() <= GUESS_FROM);
    detector.guess(None, Utf8Detection::Allow)
}

/// The encoding that a page names in `<meta charset>` or `<meta http-equiv>`, or an XML declaration.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head: String = bytes[..bytes.len().min(META_WITHIN)]
        .iter()
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let named = head
        .split("<meta")
        .skip(1)
        .find_map(|tag| tag.split('>').next()?.split_once("charset="))
        .or_else(|| head.strip_prefix("<?xml")?.split("?>").next()?.split_once("encoding="))?;
    let value = named.1.trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c));
    Some(value[..end.unwrap_or(value.len())].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_wins() {
        assert_eq!(decode(b"\xff\xfeh\x00i\x00", Some("windows-1252")), "hi");
    }

    #[test]
    fn utf_16_is_recognised_without_a_mark() {
        assert_eq!(decode(b"h\x00e\x00l\x00l\x00o\x00", None), "hello");
        assert_eq!(decode(b"\x00h\x00e\x00l\x00l\x00o", None), "hello");
    }

    #[test]
    fn c13_utf_16_of_east_asia_is_recognised_without_a_mark() {
        let text = "会議は三時に始まります。\n資料を見てください。";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();

        assert_eq!(decode(&little, None), text);
        assert_eq!(decode(&big, None), text);
    }

    #[test]
    fn c13_utf_16_of_other_scripts_is_recognised_without_a_mark() {
        let texts = ["Совещание — в пятницу.\n", "Η συνάντηση θα γίνει.\n", "הפגישה ביום שישי\n"];
        for text in texts {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();

            assert_eq!(decode(&little, None), text);
            assert_eq!(decode(&big, None), text);
        }
    }

    #[test]
    fn legacy_encodings_of_east_asia_are_not_taken_for_utf_16() {
        let text = "会議は三時に始まります。\n資料を見てください。";
        for encoding in [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP, encoding_rs::GBK] {
            let bytes = encoding.encode(text).0;
            assert_eq!(utf16(&bytes), None, "{}", encoding.name());
        }
        assert_eq!(utf16(b"plain text, as it is"), None);
    }

    #[test]
    fn a_declared_encoding_is_used() {
        assert_eq!(decode(b"\x8bx", Some("windows-1252")), "‹x");
    }

    #[test]
    fn c13_valid_utf_8_goes_before_a_wrong_declaration() {
        assert_eq!(decode("Café".as_bytes(), Some("iso-8859-1")), "Café");
    }

    #[test]
    fn c13_a_text_of_utf_8_may_end_within_a_character() {
        let text = "これはページです。".as_bytes();

        assert_eq!(decode(&text[..text.len() - 1], None), "これはページです\u{fffd}");
    }

    #[test]
    fn c13_a_broken_character_does_not_change_the_encoding_of_the_others() {
        let text = [&b"\xd0"[..], "Привет из профиля, коллеги!".as_bytes()].concat();

        assert_eq!(decode(&text, None), "\u{fffd}Привет из профиля, коллеги!");
    }

    #[test]
    fn c13_invalid_utf_8_is_replaced() {
        assert_eq!(decode(b"a\xff\xc3b", Some("utf-8")), "a\u{fffd}\u{fffd}b");
    }

    #[test]
    fn a_page_names_its_own_encoding() {
        let page = b"<html><meta http-equiv=x content='text/html; charset=koi8-r'>\xf0\xd2";

        assert!(decode_html(page, Some("utf-8")).ends_with("Пр"));
    }

    #[test]
    fn code_pages_are_known_by_their_numbers() {
        let name = |number| of_code_page(number).map(Encoding::name);

        assert_eq!(name(932), Some("Shift_JIS"));
        assert_eq!(name(1251), Some("windows-1251"));
        assert_eq!(name(28592), Some("ISO-8859-2"));
        assert_eq!(name(874), Some("windows-874"));
        assert_eq!(name(7), None);
    }

    #[test]
    fn the_charset_of_a_media_type_may_be_quoted() {
        assert_eq!(of_media_type("text/plain; Charset=\"utf-8\""), Some("utf-8"));
        assert_eq!(of_media_type("text/plain"), None);
    }
}
