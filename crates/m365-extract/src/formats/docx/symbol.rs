//! Characters of fonts in which letters look like signs.

use crate::xml::Element;

/// A font whose characters are not what they seem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    Symbol,
    Wingdings,
}

/// Wingdings by its codes, as far as documents use it.
const WINGDINGS: &[(u32, char)] = &[
    (0x21, '✏'),
    (0x28, '☎'),
    (0x29, '✆'),
    (0x2a, '✉'),
    (0x4a, '☺'),
    (0x4b, '😐'),
    (0x4c, '☹'),
    (0x6c, '●'),
    (0x6e, '■'),
    (0x6f, '☐'),
    (0x71, '❑'),
    (0x72, '❒'),
    (0x76, '❖'),
    (0x78, '☒'),
    (0x9f, '•'),
    (0xa1, '○'),
    (0xa7, '▪'),
    (0xa8, '☐'),
    (0xab, '★'),
    (0xd8, '➢'),
    (0xdf, '←'),
    (0xe0, '→'),
    (0xe1, '↑'),
    (0xe2, '↓'),
    (0xe7, '←'),
    (0xe8, '→'),
    (0xe9, '↑'),
    (0xea, '↓'),
    (0xf0, '⇨'),
    (0xfb, '✗'),
    (0xfc, '✓'),
    (0xfd, '☒'),
    (0xfe, '☑'),
];

/// The letters of the font Symbol from `A` and from `a` on.
const UPPER: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const LOWER: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";

/// Symbol by its other codes.
const SYMBOL: &[(u32, char)] = &[
    (0x22, '∀'),
    (0x24, '∃'),
    (0x40, '≅'),
    (0xa3, '≤'),
    (0xa5, '∞'),
    (0xab, '↔'),
    (0xac, '←'),
    (0xad, '↑'),
    (0xae, '→'),
    (0xaf, '↓'),
    (0xb0, '°'),
    (0xb1, '±'),
    (0xb3, '≥'),
    (0xb4, '×'),
    (0xb6, '∂'),
    (0xb7, '•'),
    (0xb8, '÷'),
    (0xb9, '≠'),
    (0xba, '≡'),
    (0xbb, '≈'),
    (0xbc, '…'),
    (0xc5, '⊕'),
    (0xc6, '∅'),
    (0xc7, '∩'),
    (0xc8, '∪'),
    (0xce, '∈'),
    (0xcf, '∉'),
    (0xd1, '∇'),
    (0xd2, '®'),
    (0xd3, '©'),
    (0xd4, '™'),
    (0xd5, '∏'),
    (0xd6, '√'),
    (0xd7, '⋅'),
    (0xde, '⇒'),
    (0xe5, '∑'),
    (0xf2, '∫'),
];

/// The font of a run, where it is one of signs.
pub(super) fn font(run: &Element<'_>) -> Option<Font> {
    let fonts = run.child("w:rPr")?.child("w:rFonts")?;
    by_name(fonts.attribute("w:ascii").or(fonts.attribute("w:hAnsi"))?)
}

fn by_name(name: &str) -> Option<Font> {
    match name.trim().to_ascii_lowercase().as_str() {
        "symbol" => Some(Font::Symbol),
        "wingdings" => Some(Font::Wingdings),
        _ => None,
    }
}

/// The character of a `w:sym`; a bullet where it is not known.
pub(super) fn of(element: &Element<'_>) -> String {
    let code = element.attribute("w:char").and_then(|code| u32::from_str_radix(code, 16).ok());
    let font = by_name(element.attribute("w:font").unwrap_or_default());
    let Some(code) = code else { return String::new() };
    let seen = match font {
        Some(font) => sign(font, code),
        None => char::from_u32(code).filter(|c| !is_private(*c)),
    };
    String::from(seen.unwrap_or('•'))
}

/// Text as it looks in a font of signs.
pub(super) fn translate(text: &str, font: Option<Font>) -> String {
    let Some(font) = font else { return text.to_owned() };
    let seen = |c: char| if is_private(c) { sign(font, u32::from(c)).unwrap_or('•') } else { c };
    text.chars().map(seen).collect()
}

/// Word moves the codes of such fonts to where Unicode has no characters.
fn is_private(c: char) -> bool {
    matches!(c, '\u{f000}'..='\u{f0ff}')
}

fn sign(font: Font, code: u32) -> Option<char> {
    let code = code & 0xff;
    let find = |table: &[(u32, char)]| table.iter().find(|(c, _)| *c == code).map(|(_, c)| *c);
    match font {
        Font::Wingdings => find(WINGDINGS),
        Font::Symbol => find(SYMBOL).or_else(|| letter(code)),
    }
}

fn letter(code: u32) -> Option<char> {
    let at = |first: u32, letters: &str| {
        let index = usize::try_from(code.checked_sub(first)?).ok()?;
        letters.chars().nth(index)
    };
    let plain =
        char::from_u32(code).filter(|c| c.is_ascii_digit() || " +-=<>/().,%[]".contains(*c));
    match code {
        0x41..=0x5a => at(0x41, UPPER),
        0x61..=0x7a => at(0x61, LOWER),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read_as_they_look() {
        assert_eq!(sign(Font::Wingdings, 0xf0fe), Some('☑'));
        assert_eq!(translate("\u{f061}\u{f0b3}x", Some(Font::Symbol)), "α≥x");
        assert_eq!(translate("a", None), "a");
    }
}
