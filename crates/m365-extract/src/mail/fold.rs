//! What is left when history, signature, notices and banners are folded away.

use std::ops::Range;

use super::words;
use crate::markdown::{Line, Role};

/// The most lines of a signature below its `--`.
const SIGNATURE_LINES: usize = 15;
/// The most lines of what a mailing list adds.
const FOOTER_LINES: usize = 8;
/// How often is looked for quotes, signature and notice, which come in any order.
const ROUNDS: usize = 4;
/// The longest notice that one word gives away, in bytes.
const SHORT_NOTICE: usize = 400;
/// The length from which on a notice is one that more of its kind follows, in bytes.
const LONG_NOTICE: usize = 120;
/// The most paragraphs in which a notice is looked for.
const NOTICE_PARAGRAPHS: usize = 5;
/// The longest banner, in bytes.
const BANNER_LENGTH: usize = 600;

/// The lines of the newest part, or all of them where nothing would be left.
pub(super) fn newest(lines: &[Line]) -> Range<usize> {
    let all = 0..lines.len();
    let end = end(lines);
    let range = start(&lines[..end])..end;
    if lines[range.clone()].iter().any(is_new) { range } else { all }
}

fn is_new(line: &Line) -> bool {
    line.role == Role::New && !is_ornament(&line.text)
}

/// Where what the sender wrote ends.
fn end(lines: &[Line]) -> usize {
    let cuts = [without_tail, without_signature, without_footer, without_notice];
    let rounds = std::iter::repeat_n(cuts, ROUNDS).flatten();
    rounds.fold(lines.len(), |end, cut| cut(&lines[..end]))
}

fn without_tail(lines: &[Line]) -> usize {
    lines.iter().rposition(is_new).map_or(0, |last| last + 1)
}

/// Cuts at `--`, which RFC 3676 4.3 puts above a signature.
fn without_signature(lines: &[Line]) -> usize {
    let tail = lines.len().saturating_sub(SIGNATURE_LINES);
    let found = lines[tail..]
        .iter()
        .rposition(|line| matches!(line.text.as_str(), "-- " | "--") && line.role == Role::New);
    found.map_or(lines.len(), |at| tail + at)
}

/// Cuts at the line above what a mailing list adds.
fn without_footer(lines: &[Line]) -> usize {
    let tail = lines.len().saturating_sub(FOOTER_LINES);
    let is_rule = |line: &Line| line.text.len() >= 40 && line.text.bytes().all(|byte| byte == b'_');
    let found = lines[tail..].iter().rposition(is_rule).map(|at| tail + at);
    let found = found.filter(|at| has(&joined(&lines[*at..]), words::FOOTERS));
    found.unwrap_or(lines.len())
}

/// Cuts a last line that a program signs with, or at the notice that a company ends its mail with.
fn without_notice(lines: &[Line]) -> usize {
    if lines.last().is_some_and(|line| words::names_program(&line.text)) {
        return lines.len() - 1;
    }
    let mut end = lines.len();
    for number in 0..NOTICE_PARAGRAPHS {
        let start = start_of_last(&lines[..end]);
        let paragraph = &lines[start..end];
        if is_notice(paragraph) && (number == 0 || is_long(paragraph)) {
            return start + first_of_notice(paragraph);
        }
        let empty = lines[..start].iter().rev().take_while(|line| line.text.trim().is_empty());
        end = start - empty.count();
    }
    lines.len()
}

fn start_of_last(lines: &[Line]) -> usize {
    lines.iter().rposition(|line| line.text.trim().is_empty()).map_or(0, |at| at + 1)
}

fn is_long(paragraph: &[Line]) -> bool {
    joined(paragraph).len() > LONG_NOTICE
}

/// Whether a paragraph says that it is meant for its recipient alone, or something of that kind.
fn is_notice(paragraph: &[Line]) -> bool {
    let text = joined(paragraph);
    let is_legal = has(&text, words::CONFIDENTIAL) && has(&text, words::RECIPIENT);
    is_legal || (has(&text, words::NOTICES) && text.len() <= SHORT_NOTICE)
}

/// Where a notice begins in a paragraph that may end what its author wrote.
fn first_of_notice(paragraph: &[Line]) -> usize {
    const KINDS: [&[&str]; 3] = [words::CONFIDENTIAL, words::RECIPIENT, words::NOTICES];
    let is_of_notice = |line: &Line| {
        let text = line.text.to_lowercase();
        KINDS.iter().any(|kind| has(&text, kind))
    };
    paragraph.iter().position(is_of_notice).unwrap_or_default()
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Where what the sender wrote begins: below the banners that gateways put on top.
fn start(lines: &[Line]) -> usize {
    let mut start = 0;
    loop {
        let empty = lines[start..].iter().take_while(|line| is_ornament(&line.text)).count();
        let paragraph = lines[start + empty..].iter().take_while(|line| !is_ornament(&line.text));
        let end = start + empty + paragraph.count();
        if !is_banner(&lines[start + empty..end]) {
            return start;
        }
        start = end;
    }
}

fn is_banner(lines: &[Line]) -> bool {
    let text = joined(lines);
    text.len() <= BANNER_LENGTH && has(&text, words::BANNERS)
}

fn joined(lines: &[Line]) -> String {
    let texts: Vec<String> = lines.iter().map(|line| line.text.to_lowercase()).collect();
    texts.join(" ")
}

/// Empty lines, rules and quote marks alone.
fn is_ornament(line: &str) -> bool {
    let line = line.trim();
    line.chars().all(|c| matches!(c, '-' | '_' | '>' | '=' | '*' | ' ')) && line != "--"
}
