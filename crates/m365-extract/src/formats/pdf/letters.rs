//! Characters as they are meant: without the shapes and private codes of fonts.

use super::ink::Text;

/// The letters whose joined shapes stand from U+FE80 on, each with the number of its shapes.
const SHAPED: [(char, u32); 36] = [
    ('\u{621}', 1),
    ('\u{622}', 2),
    ('\u{623}', 2),
    ('\u{624}', 2),
    ('\u{625}', 2),
    ('\u{626}', 4),
    ('\u{627}', 2),
    ('\u{628}', 4),
    ('\u{629}', 2),
    ('\u{62a}', 4),
    ('\u{62b}', 4),
    ('\u{62c}', 4),
    ('\u{62d}', 4),
    ('\u{62e}', 4),
    ('\u{62f}', 2),
    ('\u{630}', 2),
    ('\u{631}', 2),
    ('\u{632}', 2),
    ('\u{633}', 4),
    ('\u{634}', 4),
    ('\u{635}', 4),
    ('\u{636}', 4),
    ('\u{637}', 4),
    ('\u{638}', 4),
    ('\u{639}', 4),
    ('\u{63a}', 4),
    ('\u{641}', 4),
    ('\u{642}', 4),
    ('\u{643}', 4),
    ('\u{644}', 4),
    ('\u{645}', 4),
    ('\u{646}', 4),
    ('\u{647}', 4),
    ('\u{648}', 2),
    ('\u{649}', 2),
    ('\u{64a}', 4),
];

/// The text of a character; none where it shows nothing that can be written.
pub(super) fn of_char(c: char) -> Option<Text> {
    let many = |text: &str| Some(Text::Many(text.into()));
    match c {
        '\u{fb00}' => many("ff"),
        '\u{fb01}' => many("fi"),
        '\u{fb02}' => many("fl"),
        '\u{fb03}' => many("ffi"),
        '\u{fb04}' => many("ffl"),
        '\u{fb05}' | '\u{fb06}' => many("st"),
        '\u{fef5}'..='\u{fefc}' => many(lam_alef(c)),
        '\u{fe80}'..='\u{fef4}' => shaped(c).map(Text::One),
        '\u{f020}'..='\u{f0ff}' => bullet(c).map(Text::One),
        '\u{e000}'..='\u{f8ff}' | '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{fffd}' => None,
        _ if c.is_whitespace() => Some(Text::One(' ')),
        _ => Some(Text::One(c)),
    }
}

/// The text of a character that stands for several.
pub(super) fn of_string(text: &str) -> Option<Text> {
    let mut out = String::new();
    for text in text.chars().take(64).filter_map(of_char) {
        text.push_to(&mut out);
    }
    let mut chars = out.chars();
    match (chars.next(), chars.next()) {
        (None, _) => None,
        (Some(c), None) => Some(Text::One(c)),
        _ => Some(Text::Many(out.into())),
    }
}

fn lam_alef(c: char) -> &'static str {
    match c {
        '\u{fef5}' | '\u{fef6}' => "\u{644}\u{622}",
        '\u{fef7}' | '\u{fef8}' => "\u{644}\u{623}",
        '\u{fef9}' | '\u{fefa}' => "\u{644}\u{625}",
        _ => "\u{644}\u{627}",
    }
}

fn shaped(c: char) -> Option<char> {
    let mut place = u32::from(c).checked_sub(0xfe80)?;
    for (letter, shapes) in SHAPED {
        match place.checked_sub(shapes) {
            Some(rest) => place = rest,
            None => return Some(letter),
        }
    }
    None
}

/// The marks of lists in the fonts Symbol and Wingdings.
fn bullet(c: char) -> Option<char> {
    match u32::from(c) & 0xff {
        0x20 => Some(' '),
        0xb7 | 0xa7 | 0xa8 | 0x6c | 0x6e | 0x9f | 0x76 | 0xd8 | 0xe8 | 0x71 | 0x75 => Some('•'),
        0xfc | 0xfe => Some('✓'),
        0x2d | 0xbe => Some('–'),
        0xfb | 0xfd => Some('✗'),
        _ => None,
    }
}

/// Whether a character opens an item of a list.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '●'
            | '○'
            | '◦'
            | '▪'
            | '▫'
            | '■'
            | '□'
            | '◆'
            | '◇'
            | '➢'
            | '➤'
            | '‣'
            | '⁃'
            | '∙'
            | '·'
            | '\u{2756}'
            | '\u{25b8}'
            | '\u{25ba}'
    )
}

/// Whether it is written without spaces between words.
pub(super) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff65}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether it is written from right to left.
pub(super) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
        && !('\u{660}'..='\u{669}').contains(&c)
        && !('\u{6f0}'..='\u{6f9}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_shapes_and_ligatures_become_their_letters() {
        assert_eq!(of_char('\u{fb03}'), Some(Text::Many("ffi".into())));
        assert_eq!(of_char('\u{fe8d}'), Some(Text::One('\u{627}')));
        assert_eq!(of_char('\u{fef4}'), Some(Text::One('\u{64a}')));
        assert_eq!(of_char('\u{fefb}'), Some(Text::Many("\u{644}\u{627}".into())));
    }

    #[test]
    fn a_private_code_is_a_bullet_or_nothing() {
        assert_eq!(of_char('\u{f0b7}'), Some(Text::One('•')));
        assert_eq!(of_char('\u{e123}'), None);
    }
}
