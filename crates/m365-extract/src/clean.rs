use std::iter::Peekable;

/// The longest terminal sequence that is removed whole, in characters.
const MAX_SEQUENCE: usize = 4096;

/// Removes what a reader cannot see: control characters and terminal sequences, zero-width and
/// bidirectional controls, tag characters, and runs of joiners or variation selectors.
///
/// Line ends become `\n` and no-break spaces become spaces. Emoji with their joiners stay, and so do
/// the joiners that Arabic and Indic writing needs. See [UTR 36] for what the characters can do.
///
/// ```
/// use m365_extract::clean_text;
///
/// assert_eq!(clean_text("pay\u{200b}load\u{202e} \u{1b}[31mred\u{1b}[0m 👩‍👩‍👧"), "payload red 👩‍👩‍👧");
/// ```
///
/// [UTR 36]: https://www.unicode.org/reports/tr36/
#[must_use]
pub fn clean_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if let Some(length) = sequence_length(c, rest) {
            rest = &rest[length..];
        } else if let Some(kept) = keep(c, last, rest) {
            out.push(kept);
            last = Some(kept);
        }
    }
    out
}

/// Shortens `text` to one paragraph of at most `max_chars` characters, cut between words where that
/// loses little; `…` marks a cut.
///
/// ```
/// use m365_extract::excerpt;
///
/// assert_eq!(excerpt("The budget\n\nis approved", 16), "The budget is…");
/// ```
#[must_use]
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let clean = clean_text(text);
    let mut out = String::new();
    for word in clean.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    match out.char_indices().nth(max_chars) {
        Some(_) => cut_at_word(&out, max_chars),
        None => out,
    }
}

fn cut_at_word(text: &str, max_chars: usize) -> String {
    let room = max_chars.saturating_sub(1);
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let head = &text[..end];
    let whole_words = if text[end..].starts_with(' ') { head } else { up_to_last_space(head) };
    format!("{}…", whole_words.trim_end())
}

/// The words before the last space, unless that gives up more than a third of the text.
fn up_to_last_space(head: &str) -> &str {
    match head.rfind(' ') {
        Some(space) if space * 3 >= head.len() * 2 => &head[..space],
        _ => head,
    }
}

/// `c` as it may be shown after `last` and before `rest`; nothing when it may not.
fn keep(c: char, last: Option<char>, rest: &str) -> Option<char> {
    match c {
        '\n' | '\t' => Some(c),
        '\r' => (!rest.starts_with('\n')).then_some('\n'),
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(' '),
        '\u{200c}' | '\u{200d}' => joins(c, last?, rest.chars().next()?).then_some(c),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => varies(c, last?).then_some(c),
        _ => (!c.is_control() && !is_invisible(c)).then_some(c),
    }
}

/// Whether a joiner between `last` and `next` changes how they look.
fn joins(joiner: char, last: char, next: char) -> bool {
    let emoji = |c| is_emoji(c) || matches!(c, '\u{fe0f}' | '\u{2640}' | '\u{2642}' | '\u{2695}');
    let shaped = is_shaped(last) && is_shaped(next);
    shaped || (joiner == '\u{200d}' && emoji(last) && emoji(next))
}

/// Whether a variation selector after `last` changes how it looks.
fn varies(selector: char, last: char) -> bool {
    match selector {
        '\u{fe0e}' | '\u{fe0f}' => is_emoji(last) || matches!(last, '0'..='9' | '#' | '*'),
        '\u{fe00}'..='\u{fe0d}' => is_ideograph(last) || is_mathematical(last),
        _ => is_ideograph(last),
    }
}

fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Letters of scripts in which a joiner or non-joiner is part of the spelling.
fn is_shaped(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}' | '\u{1800}'..='\u{18af}' | '\u{fb50}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefe}')
        && !is_invisible(c)
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

fn is_mathematical(c: char) -> bool {
    matches!(c, '\u{2200}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}')
}

/// Format characters, fillers and noncharacters that show nothing.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// How many bytes after `start` belong to the terminal sequence that it opens, by ECMA-48.
fn sequence_length(start: char, rest: &str) -> Option<usize> {
    match (start, rest.chars().next()) {
        ('\u{9b}', _) => Some(control_length(rest)),
        ('\u{1b}', Some('[')) => Some(1 + control_length(&rest[1..])),
        ('\u{90}' | '\u{9d}' | '\u{9e}' | '\u{9f}', _) => Some(string_length(rest).unwrap_or(0)),
        ('\u{1b}', Some(']' | 'P' | '^' | '_')) => {
            Some(string_length(&rest[1..]).map_or(0, |length| length + 1))
        }
        _ => None,
    }
}

/// Parameters, then one final character; only what has this form.
fn control_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    skip_while(&mut chars, |c| ('\u{20}'..='\u{3f}').contains(&c));
    match chars.next() {
        Some((at, '\u{40}'..='\u{7e}')) => at + 1,
        _ => 0,
    }
}

fn skip_while(chars: &mut Peekable<std::str::CharIndices<'_>>, part: impl Fn(char) -> bool) {
    let mut left = MAX_SEQUENCE;
    while left > 0 && chars.next_if(|(_, c)| part(*c)).is_some() {
        left -= 1;
    }
}

/// A control string up to its terminator; none when another control character comes first.
fn string_length(rest: &str) -> Option<usize> {
    let (at, end) = rest.char_indices().take(MAX_SEQUENCE).find(|(_, c)| c.is_control())?;
    match end {
        '\u{7}' | '\u{9c}' => Some(at + end.len_utf8()),
        '\u{1b}' if rest[at..].starts_with("\u{1b}\\") => Some(at + 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c03_zero_width_bidi_and_tag_characters_are_removed() {
        let text = "a\u{200b}b\u{202e}c\u{2066}d\u{e0041}\u{e007f}e\u{feff}f\u{ad}g\u{34f}h";

        assert_eq!(clean_text(text), "abcdefgh");
    }

    #[test]
    fn c03_runs_of_variation_selectors_are_removed() {
        assert_eq!(
            clean_text("a\u{fe01}\u{fe02}\u{e0121}b❤\u{fe0f}\u{fe0f}\u{e0130}"),
            "ab❤\u{fe0f}"
        );
    }

    #[test]
    fn c03_emoji_arabic_persian_and_hebrew_survive() {
        for text in ["👩‍💻 🏳️‍🌈 1️⃣ 👍🏽", "مرحبا بالعالم", "می‌خواهم", "שלום עולם", "क्‍ष"]
        {
            assert_eq!(clean_text(text), text);
        }
    }

    #[test]
    fn c05_terminal_sequences_are_removed_whole() {
        let link = "\u{1b}]8;;https://evil.example\u{1b}\\click\u{1b}]8;;\u{7}";

        assert_eq!(clean_text("\u{1b}[1;31mred\u{1b}[0m \u{9b}2Jx"), "red x");
        assert_eq!(clean_text(link), "click");
    }

    #[test]
    fn c05_an_unfinished_terminal_sequence_takes_no_text_with_it() {
        assert_eq!(clean_text("\u{1b}]0;title\nbody"), "]0;title\nbody");
    }

    #[test]
    fn line_ends_become_line_feeds() {
        assert_eq!(clean_text("a\r\nb\rc\u{2028}d\u{0}\u{a0}e"), "a\nb\nc\nd e");
    }

    #[test]
    fn an_excerpt_is_one_paragraph() {
        assert_eq!(excerpt(" one\n\ntwo\tthree ", 40), "one two three");
    }

    #[test]
    fn an_excerpt_keeps_to_its_length_in_characters() {
        let long = excerpt(&"é".repeat(50), 10);

        assert_eq!(long.chars().count(), 10);
    }
}
