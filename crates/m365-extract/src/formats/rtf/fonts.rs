//! In which encoding the bytes of a text are: that of its font, or of the document.

use std::collections::HashMap;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, IBM866, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
    WINDOWS_1257, WINDOWS_1258,
};

/// How the bytes of a font become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Characters in an encoding.
    Text(&'static Encoding),
    /// The font Symbol: Greek and signs.
    Symbol,
    /// A font of pictures, such as Wingdings.
    Pictures,
}

/// The fonts of a document.
#[derive(Debug)]
pub(super) struct Fonts {
    page: &'static Encoding,
    standard: i32,
    by_id: HashMap<i32, Font>,
    open: Option<(i32, Font)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Font {
    charset: Option<i32>,
    page: Option<&'static Encoding>,
    is_symbol: bool,
}

impl Default for Fonts {
    fn default() -> Self {
        Self { page: WINDOWS_1252, standard: 0, by_id: HashMap::new(), open: None }
    }
}

impl Fonts {
    /// Sets the document's code page (`\ansicpg`, `\mac`, `\pc`).
    pub(super) fn set_page(&mut self, page: i32) {
        self.page = by_page(page).unwrap_or(WINDOWS_1252);
    }

    /// Sets the font of text that names none (`\deff`).
    pub(super) fn set_standard(&mut self, id: i32) {
        self.standard = id;
    }

    /// A control word within the font table.
    pub(super) fn define(&mut self, word: &str, value: i32) {
        if word == "f" {
            self.close("");
            self.open = Some((value, Font::default()));
        }
        let Some((_, font)) = &mut self.open else { return };
        match word {
            "fcharset" => font.charset = Some(value),
            "cpg" => font.page = by_page(value),
            _ => {}
        }
    }

    /// Ends an entry of the font table with the font's name.
    pub(super) fn close(&mut self, name: &str) {
        if let Some((id, mut font)) = self.open.take() {
            font.is_symbol = name.trim() == "Symbol";
            self.by_id.insert(id, font);
        }
    }

    /// How the bytes of a text in this font are encoded.
    pub(super) fn coding(&self, id: Option<i32>) -> Coding {
        let font = self.by_id.get(&id.unwrap_or(self.standard)).copied().unwrap_or_default();
        match font.charset {
            Some(2) if font.is_symbol => Coding::Symbol,
            Some(2) => Coding::Pictures,
            charset => Coding::Text(font.page.unwrap_or_else(|| self.of_charset(charset))),
        }
    }

    fn of_charset(&self, charset: Option<i32>) -> &'static Encoding {
        match charset {
            Some(0) if self.tells_scripts_apart() => WINDOWS_1252,
            Some(charset) => by_charset(charset).unwrap_or(self.page),
            None => self.page,
        }
    }

    /// Whether the fonts say which of them are for the script of the code page. Programs that call
    /// every font western mean the code page of the document.
    fn tells_scripts_apart(&self) -> bool {
        let is_of_page = |font: &Font| font.charset.and_then(by_charset) == Some(self.page);
        self.by_id.values().any(is_of_page)
    }
}

/// The encodings of the character sets of fonts; none for those that mean the document's.
fn by_charset(charset: i32) -> Option<&'static Encoding> {
    match charset {
        77 => Some(MACINTOSH),
        128 => Some(SHIFT_JIS),
        129 | 130 => Some(EUC_KR),
        134 => Some(GBK),
        136 => Some(BIG5),
        161 => Some(WINDOWS_1253),
        162 => Some(WINDOWS_1254),
        163 => Some(WINDOWS_1258),
        177 => Some(WINDOWS_1255),
        178 => Some(WINDOWS_1256),
        186 => Some(WINDOWS_1257),
        204 => Some(WINDOWS_1251),
        222 => Some(WINDOWS_874),
        238 => Some(WINDOWS_1250),
        _ => None,
    }
}

fn by_page(page: i32) -> Option<&'static Encoding> {
    match page {
        866 => Some(IBM866),
        874 => Some(WINDOWS_874),
        932 => Some(SHIFT_JIS),
        936 => Some(GBK),
        949 => Some(EUC_KR),
        950 => Some(BIG5),
        1250 => Some(WINDOWS_1250),
        1251 => Some(WINDOWS_1251),
        1252 => Some(WINDOWS_1252),
        1253 => Some(WINDOWS_1253),
        1254 => Some(WINDOWS_1254),
        1255 => Some(WINDOWS_1255),
        1256 => Some(WINDOWS_1256),
        1257 => Some(WINDOWS_1257),
        1258 => Some(WINDOWS_1258),
        10_000 => Some(MACINTOSH),
        65_001 => Some(UTF_8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fonts(page: i32, charsets: &[i32]) -> Fonts {
        let mut fonts = Fonts::default();
        fonts.set_page(page);
        for (id, charset) in (0..).zip(charsets) {
            fonts.define("f", id);
            fonts.define("fcharset", *charset);
            fonts.close("Arial");
        }
        fonts
    }

    #[test]
    fn the_font_says_the_encoding() {
        let fonts = fonts(1251, &[0, 204, 128, 2]);

        assert_eq!(fonts.coding(Some(0)), Coding::Text(WINDOWS_1252));
        assert_eq!(fonts.coding(Some(1)), Coding::Text(WINDOWS_1251));
        assert_eq!(fonts.coding(Some(2)), Coding::Text(SHIFT_JIS));
        assert_eq!(fonts.coding(Some(3)), Coding::Pictures);
        assert_eq!(fonts.coding(Some(9)), Coding::Text(WINDOWS_1251));
    }

    #[test]
    fn a_program_that_knows_one_script_means_that_of_the_document() {
        assert_eq!(fonts(1251, &[0]).coding(None), Coding::Text(WINDOWS_1251));
        assert_eq!(fonts(932, &[0]).coding(Some(0)), Coding::Text(SHIFT_JIS));
    }
}
