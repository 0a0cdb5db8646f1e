//! Keeps text from being taken for markdown that acts: pictures, links, raw HTML, our own lines.

use crate::clean::clean_text;

/// Cleans a text of one or several paragraphs and disarms what would act in it.
pub(crate) fn text(raw: &str) -> String {
    disarm(&clean_text(raw))
}

/// Disarms pictures, links, link definitions, raw HTML and lines that look like our page footer.
///
/// Nothing is removed: a backslash goes before the character that would act. A text that was disarmed
/// before stays as it is. Control and invisible characters are not looked at: see
/// [`clean_text`](crate::clean_text).
///
/// ```
/// use m365_extract::disarm;
///
/// assert_eq!(disarm("![x](https://t.example/?d=1)"), "!\\[x]\\(https://t.example/?d=1)");
/// assert_eq!(disarm("[page 1 of 2]"), "\\[page 1 of 2]");
/// assert_eq!(disarm("Budget (Q3) [draft]"), "Budget (Q3) [draft]");
/// ```
#[must_use]
pub fn disarm(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(disarm_line).collect();
    lines.join("\n")
}

fn disarm_line(line: &str) -> String {
    let marked = disarm_marks(line, "");
    if acts_at_start(line) { escape_bracket(&marked) } else { marked }
}

/// Cleans a part of a paragraph that stands behind `before` and disarms the marks in it; the
/// paragraph as a whole goes through [`paragraph`].
pub(crate) fn inline(raw: &str, before: &str) -> String {
    let text = clean_text(raw);
    let marked = disarm_marks(&text, before);
    if completes_tag(before, &text) { format!("\\{marked}") } else { marked }
}

/// Whether `before` ends in the first characters of a tag that `text` goes on with.
fn completes_tag(before: &str, text: &str) -> bool {
    let (start, slash) = before.strip_suffix('/').map_or((before, ""), |start| (start, "/"));
    start.ends_with('<') && opens_tag(&format!("{slash}{text}"))
}

fn disarm_marks(text: &str, before: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut last = before.chars().next_back().unwrap_or(' ');
    let mut escaped = ends_in_escape(before);
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let acts = match c {
            '[' => matches!(last, '!' | ']'),
            '(' => last == ']',
            '<' => opens_tag(rest),
            _ => false,
        };
        if acts && !escaped {
            out.push('\\');
        }
        out.push(c);
        escaped = c == '\\' && !escaped;
        last = c;
    }
    out
}

/// Whether what follows `text` is escaped: a backslash that is not itself escaped stands before it.
pub(crate) fn ends_in_escape(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Escapes the first bracket of a line that acts by what it begins with.
fn escape_bracket(line: &str) -> String {
    line.replacen('[', "\\[", 1)
}

fn escape_start(line: &str) -> String {
    let at = line.len() - line.trim_start().len();
    format!("{}\\{}", &line[..at], &line[at..])
}

/// Whether the start of a line makes it more than text, whatever stands around it.
fn acts_at_start(line: &str) -> bool {
    imitates_footer(line) || is_definition(line)
}

/// Whether `<` before `rest` opens a tag, comment or instruction by CommonMark 6.6, rather than an
/// address in angle brackets.
pub(crate) fn opens_tag(rest: &str) -> bool {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    match name.chars().next() {
        Some('!' | '?') => true,
        Some(c) if c.is_ascii_alphabetic() => {
            let after = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
            after.chars().next().is_none_or(|c| c.is_whitespace() || c == '>' || c == '/')
        }
        _ => false,
    }
}

/// Whether a text looks like the address of a mailbox, or a list of them, and can be written in angle
/// brackets.
pub(crate) fn is_address(text: &str) -> bool {
    let has_mark = |c: char| c.is_whitespace() || "<>[]()\"`\\".contains(c);
    text.contains('@') && !text.contains(has_mark) && !opens_tag(text)
}

/// `[label]: target` at the start of a line, quote or item, which arms every `[label]`.
fn is_definition(line: &str) -> bool {
    let is_mark = |c: char| c.is_ascii_digit() || " \t>-+*.)".contains(c);
    let line = line.trim_start_matches(is_mark);
    line.starts_with('[') && line.contains("]:")
}

/// `[pages 1–6 of 14]`, which ends a page of ours.
fn imitates_footer(line: &str) -> bool {
    let line = line.trim_start();
    let head = line.get(..5).unwrap_or_default();
    head.eq_ignore_ascii_case("[page")
}

/// Puts code in a fence that it cannot end: longer than any run of backticks inside.
///
/// ```
/// use m365_extract::fenced;
///
/// assert_eq!(fenced("a\n```\nb\n", "md"), "````md\na\n```\nb\n````");
/// ```
#[must_use]
pub fn fenced(code: &str, language: &str) -> String {
    let fence = "`".repeat(longest_run(code, '`').max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", code.trim_end_matches('\n'))
}

/// A span of code on one line.
pub(crate) fn code_span(code: &str) -> String {
    let code = code.replace('\n', " ");
    let marks = "`".repeat(longest_run(&code, '`') + 1);
    let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    format!("{marks}{pad}{code}{pad}{marks}")
}

fn longest_run(text: &str, mark: char) -> usize {
    let runs = text.split(|c| c != mark).map(str::len);
    runs.max().unwrap_or_default()
}

/// Escapes what would begin a heading, quote, table, fence or link definition, or look like our page
/// footer, in a paragraph that is none of these.
pub(crate) fn paragraph(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(line_start).collect();
    lines.join("\n")
}

fn line_start(line: &str) -> String {
    let first = line.chars().next().unwrap_or_default();
    let structural = match first {
        '#' => line.trim_start_matches('#').starts_with(' '),
        '>' | '|' => true,
        '`' => line.starts_with("```"),
        '~' => line.starts_with("~~~"),
        _ => false,
    };
    match () {
        () if structural => escape_start(line),
        () if acts_at_start(line) => escape_bracket(line),
        () => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c04_markdown_pictures_and_links_do_not_act() {
        assert_eq!(
            disarm("![x](https://evil.example/?d=1)"),
            "!\\[x]\\(https://evil.example/?d=1)"
        );
        assert_eq!(disarm("[a](b) [c][d]"), "[a]\\(b) [c]\\[d]");
    }

    #[test]
    fn c04_reference_definitions_do_not_act() {
        assert_eq!(
            disarm("text\n  [id]: https://evil.example"),
            "text\n  \\[id]: https://evil.example"
        );
        assert_eq!(disarm("> - [id]: x\n1. [id]: y"), "> - \\[id]: x\n1. \\[id]: y");
    }

    #[test]
    fn c04_raw_html_does_not_act_and_addresses_stay() {
        assert_eq!(disarm("<img src=x> </a> <!-- x"), "\\<img src=x> \\</a> \\<!-- x");
        assert_eq!(
            disarm("Ann <ann@contoso.example> <https://contoso.example>"),
            "Ann <ann@contoso.example> <https://contoso.example>"
        );
    }

    #[test]
    fn c04_backslashes_of_the_text_do_not_arm_a_tag() {
        assert_eq!(disarm(r"\<img src=x>"), r"\<img src=x>");
        assert_eq!(disarm(r"\\<img src=x>"), r"\\\<img src=x>");
        assert_eq!(disarm(r"\\\<img src=x>"), r"\\\<img src=x>");
        assert_eq!(inline("<img src=x>", r"\\"), r"\<img src=x>");
    }

    #[test]
    fn c04_what_would_be_a_tag_is_no_address() {
        assert!(is_address("ann+x@contoso.example"));
        for text in ["img src=https://evil.example/@", "a/@b", "script", "a@b>", "![a@b](c)"] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn c05_a_line_like_our_page_footer_is_escaped() {
        assert_eq!(disarm("[pages 1–6 of 14]"), "\\[pages 1–6 of 14]");
    }

    #[test]
    fn a_fence_is_longer_than_those_inside() {
        assert_eq!(fenced("a\n````\nb", "md"), "`````md\na\n````\nb\n`````");
        assert_eq!(code_span("a`b"), "``a`b``");
    }

    #[test]
    fn a_paragraph_does_not_turn_into_structure() {
        assert_eq!(
            paragraph("# not a heading\n> no quote\nplain #1"),
            "\\# not a heading\n\\> no quote\nplain #1"
        );
    }
}
