//! What is left when history, signature, notices and banners are folded away.

use std::ops::Range;

use super::words;
use crate::markdown::{Line, Role};

/// The most lines of a signature below its `--`.
const SIGNATURE_LINES: usize = 15;
/// How often is looked for quotes, signature and notice, which come in any order.
const ROUNDS: usize = 4;
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
    let cuts = [without_tail, without_signature, without_notice];
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

/// Cuts a last paragraph that is a legal notice or what a phone signs with.
fn without_notice(lines: &[Line]) -> usize {
    let start = lines.iter().rposition(|line| line.text.trim().is_empty()).map_or(0, |at| at + 1);
    let paragraph = joined(&lines[start..]);
    let has = |words: &[&str]| words.iter().any(|word| paragraph.contains(word));
    let is_notice = has(words::CONFIDENTIAL) && has(words::RECIPIENT);
    let signs = |line: &Line| {
        let line = line.text.to_lowercase();
        words::SENT_FROM.iter().any(|words| line.starts_with(words)) && line.len() < 160
    };
    match () {
        () if is_notice => start,
        () if lines.last().is_some_and(signs) => lines.len() - 1,
        () => lines.len(),
    }
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
    text.len() <= BANNER_LENGTH && words::BANNERS.iter().any(|words| text.contains(words))
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
