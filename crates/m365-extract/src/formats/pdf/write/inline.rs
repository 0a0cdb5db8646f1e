//! The text of lines as inline markdown.

use std::collections::HashSet;

use super::{Style, line::Line};
use crate::{
    escape,
    formats::pdf::{
        layout::{Piece, Segment},
        notes::Link,
    },
    links::Target,
    markdown::Blocks,
};

/// The texts of lines, one after the other: words that were broken at a line's end are whole again.
pub(super) fn joined(lines: &[&Line], style: &Style) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::new();
    for line in lines {
        append(&mut all, line.pieces.clone(), style);
    }
    all
}

/// Adds the texts of the next line.
fn append(all: &mut Vec<Piece>, line: Vec<Piece>, style: &Style) {
    let first = line.first().map(|piece| piece.text.clone()).unwrap_or_default();
    if let Some(last) = all.last_mut() {
        match hyphen(&last.text, &first, style) {
            Hyphen::None => last.text.push(' '),
            Hyphen::Real => {}
            Hyphen::Broken => {
                last.text.pop();
            }
        }
    }
    for piece in line {
        match all.last_mut() {
            Some(last) if last.mark == piece.mark && last.is_raised == piece.is_raised => {
                last.text.push_str(&piece.text);
            }
            _ => all.push(piece),
        }
    }
}

/// How a line ends.
enum Hyphen {
    /// Between words.
    None,
    /// After a hyphen that belongs to the word.
    Real,
    /// Within a word.
    Broken,
}

fn hyphen(text: &str, next: &str, style: &Style) -> Hyphen {
    let ends_east_asian = |text: &str| {
        text.chars().next_back().is_some_and(crate::formats::pdf::letters::is_east_asian)
    };
    let starts_east_asian =
        next.chars().next().is_some_and(crate::formats::pdf::letters::is_east_asian);
    if ends_east_asian(text) && starts_east_asian {
        return Hyphen::Real;
    }
    if text.ends_with('\u{ad}') {
        return Hyphen::Broken;
    }
    let Some(start) = text.strip_suffix(['-', '‐']) else { return Hyphen::None };
    let word = start.split_whitespace().next_back().unwrap_or_default();
    let rest = next.split_whitespace().next().unwrap_or_default();
    let is_word = start.chars().next_back().is_some_and(char::is_alphanumeric);
    let goes_on = rest.chars().next().is_some_and(char::is_lowercase);
    match () {
        () if !is_word => Hyphen::None,
        () if goes_on && word.chars().next_back().is_some_and(char::is_alphabetic) => {
            let is_compound = word.contains('-') || style.is_compound(&format!("{word}-{rest}"));
            if is_compound { Hyphen::Real } else { Hyphen::Broken }
        }
        () => Hyphen::Real,
    }
}

/// The text of pieces.
pub(super) fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(shown).collect()
}

/// The pieces without their first characters.
pub(super) fn without(mut pieces: Vec<Piece>, skip: usize) -> Vec<Piece> {
    let mut left = skip;
    for piece in &mut pieces {
        let count = piece.text.chars().count().min(left);
        piece.text = piece.text.chars().skip(count).collect();
        left -= count;
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// The text of a piece; digits that are raised stay so.
fn shown(piece: &Piece) -> String {
    let is_number = piece.text.chars().all(|c| c.is_ascii_digit());
    if !(piece.is_raised && is_number) {
        return without_leaders(&piece.text);
    }
    let raised = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |c: char| c.to_digit(10).and_then(|digit| raised.get(digit as usize)).copied();
    piece.text.chars().filter_map(digit).collect()
}

/// What the pieces of a page refer to.
pub(super) struct Page<'p> {
    pub(super) links: &'p [Link],
    /// The numbers of the footnotes.
    pub(super) notes: &'p HashSet<String>,
    pub(super) style: &'p Style,
}

/// A text with short marks in place of the dots that lead to a page number.
fn without_leaders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("....") {
        let dots = &rest[at..];
        let after = dots.trim_start_matches(['.', ' ']);
        let is_leader = dots.len() - after.len() > 5;
        out.push_str(&rest[..at]);
        out.push_str(if is_leader { "… " } else { &dots[..dots.len() - after.len()] });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Adds pieces to the paragraph under way.
pub(super) fn push(blocks: &mut Blocks, pieces: &[Piece], page: &Page<'_>) {
    let mut rest = pieces;
    while let Some(first) = rest.first() {
        let target = target(first, page.links);
        let is_same =
            |piece: &&Piece| self::target(piece, page.links) == target || piece.text == " ";
        let length = match &target {
            Some(_) => rest.iter().take_while(is_same).count(),
            None => 1,
        };
        let (part, others) = rest.split_at(length.max(1));
        rest = others;
        let mark = blocks.inline().mark();
        part.iter().for_each(|piece| push_piece(blocks, piece, page));
        let Some(target) = target else { continue };
        let written = blocks.inline().since(mark).to_owned();
        if !written.trim().is_empty() {
            blocks.inline().replace_since(mark, &target.write(&written, page.style.links));
            let ends_in_space = part.last().is_some_and(|piece| piece.text.ends_with(' '));
            blocks.inline().push_text(if ends_in_space { " " } else { "" });
        }
    }
}

fn target(piece: &Piece, links: &[Link]) -> Option<Target> {
    let link = links.get(usize::from(piece.mark.link).checked_sub(1)?)?;
    Target::parse(&link.target, None)
}

fn push_piece(blocks: &mut Blocks, piece: &Piece, page: &Page<'_>) {
    if piece.is_note_mark() && page.notes.contains(&piece.text) {
        return blocks.inline().push_markdown(&format!("[^{}]", piece.text.trim()));
    }
    let text = shown(piece);
    let is_marked =
        piece.mark.is_bold && !page.style.is_all_bold && text.contains(char::is_alphanumeric);
    if !is_marked {
        return blocks.inline().push_text(&text);
    }
    let start = &text[..text.len() - text.trim_start().len()];
    let end = &text[text.trim_end().len()..];
    blocks.inline().push_text(start);
    let mark = blocks.inline().mark();
    blocks.inline().push_text(text.trim());
    let bold = format!("**{}**", blocks.inline().since(mark).trim_end());
    blocks.inline().replace_since(mark, &bold);
    blocks.inline().push_text(end);
}

/// The text of a cell.
pub(super) fn cell(segments: &[Segment], links: &[Link], style: &Style) -> String {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut line = None;
    for segment in segments {
        match line.replace(segment.line) {
            Some(last) if last == segment.line => {
                pieces.push(Piece { text: " ".to_owned(), ..Piece::default() });
                pieces.extend(segment.pieces.iter().cloned());
            }
            _ => append(&mut pieces, segment.pieces.clone(), style),
        }
    }
    let mut out = String::new();
    let mut written: Option<Target> = None;
    for (number, piece) in pieces.iter().enumerate() {
        out.push_str(&shown(piece));
        let own = target(piece, links);
        let next = pieces.get(number + 1).and_then(|next| target(next, links));
        if let Some(own) =
            own.filter(|own| next.as_ref() != Some(own) && written.as_ref() != Some(own))
        {
            let text = std::mem::take(&mut out);
            out = own.write(&text, style.links);
            written = Some(own);
        }
    }
    escape::text(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_that_lead_to_a_number_are_shortened() {
        assert_eq!(without_leaders("1 Scope ............ 7"), "1 Scope … 7");
        assert_eq!(without_leaders("and so on.... it went"), "and so on.... it went");
        assert_eq!(without_leaders("wait..."), "wait...");
    }
}
