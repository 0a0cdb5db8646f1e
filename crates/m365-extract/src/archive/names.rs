//! Names that programs of before Unicode wrote in the encoding of their country.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};

use crate::charset;

/// How the names of one archive that are not in UTF-8 are encoded, where they show it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    legacy: Option<&'static Encoding>,
}

impl Names {
    /// Looks at all names together: one alone is too short to tell.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a [u8]>) -> Self {
        let odd: Vec<&[u8]> = names.filter(|name| std::str::from_utf8(name).is_err()).collect();
        let guess = charset::guess(&odd.join(&b'\n'));
        let is_known = [BIG5, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS].contains(&guess);
        Self { legacy: is_known.then_some(guess) }
    }

    /// The name; `western` gives it in the code page that the format began with.
    pub(super) fn decode(self, raw: &[u8], western: impl Fn() -> String) -> String {
        match (std::str::from_utf8(raw), self.legacy) {
            (Ok(name), _) => name.to_owned(),
            (Err(_), Some(encoding)) => encoding.decode(raw).0.into_owned(),
            (Err(_), None) => western(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(raw: &[u8]) -> String {
        Names::of([raw].into_iter()).decode(raw, || "western".to_owned())
    }

    #[test]
    fn names_in_japanese_are_read() {
        let raw = SHIFT_JIS.encode("日本語のファイル名、会議の資料.txt").0;

        assert_eq!(decoded(&raw), "日本語のファイル名、会議の資料.txt");
    }

    #[test]
    fn names_in_unicode_need_no_mark() {
        assert_eq!(decoded("ü.txt".as_bytes()), "ü.txt");
        assert_eq!(decoded(b"\x81.txt"), "western");
    }
}
