//! Which lines of a message were said before.

use super::words::{self, Field};
use crate::markdown::{Line, Role};

/// The most lines that a header block takes, with lines that go on and empty ones.
const HEADER_LINES: usize = 14;
/// The most lines and characters of the line above a quote, which mail programs wrap.
const ATTRIBUTION_LINES: usize = 3;
const ATTRIBUTION_CHARS: usize = 400;

/// Marks the lines that begin with a `>` which someone typed as said before. In a page such a mark
/// is escaped, which tells it from the mark of a `blockquote`, and becomes one here.
pub(super) fn mark_typed(lines: &mut [Line], mark: &str) {
    for line in lines.iter_mut().filter(|line| line.text.starts_with(mark)) {
        line.text.replace_range(..mark.len(), ">");
        line.role = Role::Quoted;
    }
}

/// Marks quotes by the lines that introduce them, and everything after a repeated message's head.
pub(super) fn mark(lines: &mut [Line]) {
    let fields: Vec<Option<Field>> = lines.iter().map(|line| field(&line.text)).collect();
    let mut at = 0;
    while at < lines.len() {
        at = mark_at(lines, &fields, at);
    }
}

/// Marks what begins at a line; says where to go on. The fields are those that the lines hold.
fn mark_at(lines: &mut [Line], fields: &[Option<Field>], at: usize) -> usize {
    if lines[at].role == Role::Quoted || lines[at].text.trim().is_empty() {
        return at + 1;
    }
    if is_separator(&plain(&lines[at].text)) || is_header_block(&lines[at..], &fields[at..]) {
        return quote(lines, at, lines.len());
    }
    let Some(attribution) = attribution(&lines[at..]) else { return at + 1 };
    let below = next_text(lines, at + attribution.lines);
    match lines.get(below) {
        Some(line) if line.role == Role::Quoted => quote(lines, at, below),
        Some(line) if is_prefixed(&line.text) => quote(lines, at, end_of_prefixed(lines, below)),
        Some(_) if attribution.is_certain => quote(lines, at, lines.len()),
        _ => at + 1,
    }
}

fn quote(lines: &mut [Line], from: usize, to: usize) -> usize {
    for line in &mut lines[from..to] {
        line.role = Role::Quoted;
    }
    to
}

fn is_prefixed(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

fn next_text(lines: &[Line], at: usize) -> usize {
    let empty = lines.iter().skip(at).take_while(|line| line.text.trim().is_empty()).count();
    at + empty
}

fn end_of_prefixed(lines: &[Line], at: usize) -> usize {
    let quoted = lines[at..]
        .iter()
        .take_while(|line| is_prefixed(&line.text) || line.text.trim().is_empty());
    at + quoted.count()
}

/// `-----Original Message-----` and its kin.
fn is_separator(line: &str) -> bool {
    let line = line.to_lowercase();
    let inner = line.trim_matches(['-', '_', '=', ' ']);
    let is_framed = line.starts_with("--") || line.starts_with("__");
    (is_framed && words::SEPARATORS.contains(&inner)) || words::FORWARDS.contains(&line.as_str())
}

/// The head of a repeated message: a sender, a subject and one field more in consecutive lines.
fn is_header_block(lines: &[Line], fields: &[Option<Field>]) -> bool {
    if fields.first().is_none_or(Option::is_none) {
        return false;
    }
    let mut found: Vec<Field> = Vec::new();
    let mut misses = 0;
    for (line, field) in lines.iter().zip(fields).take(HEADER_LINES) {
        match field {
            Some(field) => (found.push(*field), misses = 0).1,
            None if line.text.trim().is_empty() => {}
            None => misses += 1,
        }
        if misses > 2 {
            break;
        }
    }
    found.len() >= 3 && found.contains(&Field::From) && found.contains(&Field::Subject)
}

/// The header field that a line holds, by its label.
fn field(line: &str) -> Option<Field> {
    let line = plain(line);
    let (label, _) = line.split_once([':', '：'])?;
    (label.chars().count() <= 24).then(|| words::field(label)).flatten()
}

/// A line without marks of emphasis, quote and list.
fn plain(line: &str) -> String {
    line.replace(['*', '\\'], "").trim_matches([' ', '>', '|']).to_owned()
}

/// The line above a quote.
struct Attribution {
    lines: usize,
    /// Whether it can be nothing else, even when no quote mark follows.
    is_certain: bool,
}

fn attribution(lines: &[Line]) -> Option<Attribution> {
    let role = lines.first()?.role;
    let mut parts: Vec<String> = Vec::new();
    for line in lines.iter().take(ATTRIBUTION_LINES).take_while(|line| line.role == role) {
        let part = plain(&line.text).to_lowercase();
        if part.is_empty() || joined_length(&parts) + part.len() > ATTRIBUTION_CHARS {
            return None;
        }
        let has_colon = part.ends_with([':', '：']);
        parts.push(part);
        if has_colon {
            return complete(&parts);
        }
        if is_above_quote(lines, parts.len()) {
            return complete(&parts).map(|found| Attribution { is_certain: false, ..found });
        }
    }
    None
}

/// Whether a quote begins at a line, or below empty ones.
fn is_above_quote(lines: &[Line], at: usize) -> bool {
    lines.get(next_text(lines, at)).is_some_and(|line| line.role == Role::Quoted)
}

fn joined_length(parts: &[String]) -> usize {
    parts.iter().map(|part| part.len() + 1).sum()
}

/// The attribution that takes all of these lines, unless fewer of them say as much.
fn complete(parts: &[String]) -> Option<Attribution> {
    let whole = parts.join(" ");
    let says_as_much = |rest: &String| kind(rest).is_some() && is_dated(rest) == is_dated(&whole);
    let mut shorter = (1..parts.len()).map(|from| parts[from..].join(" "));
    if shorter.any(|rest| says_as_much(&rest)) {
        return None;
    }
    kind(&whole).map(|is_certain| Attribution { lines: parts.len(), is_certain })
}

fn is_dated(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 4
}

/// Whether a text above a quote is an attribution, and a certain one.
fn kind(text: &str) -> Option<bool> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let has_address = text.contains('@');
    let has_colon = text.ends_with([':', '：']);
    let has_verb = words::WROTE.iter().any(|verb| text.contains(verb));
    match () {
        () if has_verb && !has_colon && !is_dated(text) => None,
        () if has_verb => Some(is_dated(text) && (has_address || digits >= 8)),
        () if is_dated(text) && has_address && text.contains('<') => Some(true),
        () => None,
    }
}
