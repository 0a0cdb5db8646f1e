//! The encodings that Windows uses for languages, in texts of eight bits.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, ISO_8859_2, ISO_8859_5, ISO_8859_7,
    KOI8_R, KOI8_U, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// The encoding of a language by its number (MS-LCID).
pub(super) fn encoding(language: u32) -> Option<&'static Encoding> {
    let encoding = match (language & 0x3ff, language) {
        (0, _) => return None,
        (0x04, 0x0404 | 0x0c04 | 0x1404) => BIG5,
        (0x04, _) => GBK,
        (0x11, _) => SHIFT_JIS,
        (0x12, _) => EUC_KR,
        (0x1a, 0x0c1a | 0x1c1a | 0x281a | 0x301a) => WINDOWS_1251,
        (0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x1c | 0x24, _) => WINDOWS_1250,
        (0x02 | 0x19 | 0x22 | 0x23 | 0x2f | 0x3f | 0x50, _) => WINDOWS_1251,
        (0x08, _) => WINDOWS_1253,
        (0x1f | 0x2c, _) => WINDOWS_1254,
        (0x0d, _) => WINDOWS_1255,
        (0x01 | 0x20 | 0x29, _) => WINDOWS_1256,
        (0x25..=0x27, _) => WINDOWS_1257,
        (0x2a, _) => WINDOWS_1258,
        (0x1e, _) => WINDOWS_874,
        _ => WINDOWS_1252,
    };
    Some(encoding)
}

/// The encoding that a computer uses itself which sends texts in this one.
pub(super) fn local(sent: &'static Encoding) -> Option<&'static Encoding> {
    match sent {
        _ if sent == UTF_8 => None,
        _ if sent == ISO_2022_JP || sent == EUC_JP => Some(SHIFT_JIS),
        _ if sent == KOI8_R || sent == KOI8_U || sent == ISO_8859_5 => Some(WINDOWS_1251),
        _ if sent == ISO_8859_2 => Some(WINDOWS_1250),
        _ if sent == ISO_8859_7 => Some(WINDOWS_1253),
        _ if sent == GB18030 => Some(GBK),
        _ => Some(sent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_its_encoding() {
        assert_eq!(encoding(1041), Some(SHIFT_JIS));
        assert_eq!(encoding(1028), Some(BIG5));
        assert_eq!(encoding(2052), Some(GBK));
        assert_eq!(encoding(1049), Some(WINDOWS_1251));
        assert_eq!(encoding(1031), Some(WINDOWS_1252));
        assert_eq!(encoding(0), None);
    }

    #[test]
    fn what_is_sent_in_iso_2022_is_kept_in_shift_jis() {
        assert_eq!(local(ISO_2022_JP), Some(SHIFT_JIS));
        assert_eq!(local(UTF_8), None);
    }
}
