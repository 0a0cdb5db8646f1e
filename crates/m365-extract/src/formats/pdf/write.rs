//! From the parts of a page to markdown.

mod group;
mod inline;
mod line;
mod marker;
mod style;

use std::collections::HashSet;

pub(super) use self::style::Style;
use self::{
    group::{Group, Kind},
    line::{Entry, Line},
};
use super::{
    layout::{Bounds, Item, Piece, Table},
    notes::{Comment, Link},
};
use crate::{
    clean::{clean_text, excerpt},
    escape,
    markdown::{Blocks, Gap, table},
};

/// The longest name of an author, in characters.
const MAX_AUTHOR: usize = 100;

/// The markdown of a page.
pub(super) struct Written {
    pub(super) markdown: String,
    /// Its first heading of the highest level.
    pub(super) title: Option<(usize, String)>,
}

/// Writes a page.
pub(super) fn page(
    items: Vec<Item>,
    style: &Style,
    links: &[Link],
    comments: &[Comment],
) -> Written {
    let entries = line::entries(items);
    let groups = group::groups(&entries, style);
    let mut writer = Writer {
        style,
        links,
        blocks: Blocks::default(),
        title: None,
        indents: Vec::new(),
        notes: entries.iter().filter_map(|entry| entry.line()?.note()).collect(),
        last: None,
    };
    let mut places = placed(comments, &entries);
    for group in groups {
        let (before, after): (Vec<_>, Vec<_>) =
            places.into_iter().partition(|(place, _)| *place < group.lines.end);
        places = after;
        writer.group(&group, entries.get(group.lines.clone()).unwrap_or_default());
        before.into_iter().for_each(|(_, comment)| writer.comment(comment));
    }
    places.into_iter().for_each(|(_, comment)| writer.comment(comment));
    let (lines, _) = writer.blocks.into_lines();
    let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    Written { markdown: lines.join("\n"), title: writer.title }
}

/// The heading of the higher level, the first of two that are equal.
pub(super) fn higher(
    one: Option<(usize, String)>,
    other: Option<(usize, String)>,
) -> Option<(usize, String)> {
    match (one, other) {
        (Some(one), Some(other)) if other.0 < one.0 => Some(other),
        (one, other) => one.or(other),
    }
}

/// The comments, each with the part of the page that it belongs to.
fn placed<'c>(comments: &'c [Comment], entries: &[Entry]) -> Vec<(usize, &'c Comment)> {
    let mut placed: Vec<(usize, &Comment)> =
        comments.iter().map(|comment| (place(comment, entries), comment)).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed
}

fn place(comment: &Comment, entries: &[Entry]) -> usize {
    let (x, y) = (comment.rect.center().x as f32, comment.rect.center().y as f32);
    let away = |bounds: Bounds| {
        let across = (bounds.x0 - x).max(x - bounds.x1).max(0.0);
        let down = (bounds.y0 - y).max(y - bounds.y1).max(0.0);
        down * 4.0 + across
    };
    let nearest = entries.iter().enumerate();
    let nearest = nearest.min_by(|a, b| away(a.1.bounds()).total_cmp(&away(b.1.bounds())));
    nearest.map_or(0, |(place, _)| place)
}

struct Writer<'s> {
    style: &'s Style,
    links: &'s [Link],
    blocks: Blocks,
    title: Option<(usize, String)>,
    /// Where the items of the lists that are open begin.
    indents: Vec<f32>,
    /// The numbers of the footnotes on the page.
    notes: HashSet<String>,
    /// Whether the last group was an item, and whether the next one follows on the next line.
    last: Option<(bool, bool)>,
}

impl Writer<'_> {
    fn group(&mut self, group: &Group, entries: &[Entry]) {
        if !matches!(group.kind, Kind::Item { .. }) {
            self.indents.clear();
        }
        let is_item = matches!(group.kind, Kind::Item { .. });
        if self.last.is_some_and(|(was_item, is_close)| !(is_close || was_item && is_item)) {
            self.blocks.set_apart();
        }
        self.last = Some((is_item, group.is_close && !is_item));
        let lines: Vec<&Line> = entries.iter().filter_map(Entry::line).collect();
        match &group.kind {
            Kind::Table => entries.iter().filter_map(Entry::table).for_each(|t| self.table(t)),
            Kind::Code => self.code(&lines),
            Kind::Heading(level) => self.heading(*level, &lines),
            Kind::Note(number) => self.note(number, &lines),
            Kind::Item { marker, skip } => self.item(marker, *skip, &lines),
            Kind::Paragraph => {
                let pieces = inline::joined(&lines, self.style);
                self.inline(&pieces);
                self.blocks.flush(Gap::Line);
            }
        }
    }

    fn heading(&mut self, level: usize, lines: &[&Line]) {
        let text = inline::text(&inline::joined(lines, self.style));
        self.blocks.inline().push_text(&text);
        self.blocks.flush_heading(level);
        let text = excerpt(&text, 300);
        self.title = higher(self.title.take(), Some((level, text)));
    }

    fn item(&mut self, marker: &str, skip: usize, lines: &[&Line]) {
        let x = lines.first().map_or(0.0, |line| line.bounds.x0);
        while self.indents.pop_if(|indent| *indent > x + 4.0).is_some() {}
        if self.indents.last().is_none_or(|indent| *indent < x - 4.0) {
            self.indents.push(x);
        }
        let pieces = inline::without(inline::joined(lines, self.style), skip);
        self.blocks.open_item(marker, self.indents.len().saturating_sub(1));
        self.inline(&pieces);
        self.blocks.flush(Gap::Line);
        self.blocks.close();
    }

    fn inline(&mut self, pieces: &[Piece]) {
        let page = inline::Page { links: self.links, notes: &self.notes, style: self.style };
        inline::push(&mut self.blocks, pieces, &page);
    }

    /// Lines of code; blanks at their start are made of where they begin.
    fn code(&mut self, lines: &[&Line]) {
        let left = lines.iter().map(|line| line.bounds.x0).fold(f32::MAX, f32::min);
        let width = |line: &Line| {
            let chars = line.text().chars().count().max(1) as f32;
            ((line.bounds.x1 - line.bounds.x0) / chars).max(1.0)
        };
        let shown = lines.iter().map(|line| {
            let indent = ((line.bounds.x0 - left) / width(line)).round().clamp(0.0, 80.0) as usize;
            format!("{}{}", " ".repeat(indent), clean_text(&line.text()))
        });
        let text = shown.collect::<Vec<_>>().join("\n");
        self.blocks.push(&escape::fenced(&text, ""), Gap::Line);
    }

    /// A footnote.
    fn note(&mut self, number: &str, lines: &[&Line]) {
        let pieces = inline::joined(lines, self.style);
        let text = escape::text(&inline::text(pieces.get(1..).unwrap_or_default()));
        self.blocks.push(&format!("[^{}]: {}", number.trim(), text.trim()), Gap::Line);
    }

    fn comment(&mut self, comment: &Comment) {
        let author = escape::text(&excerpt(&comment.author, MAX_AUTHOR)).replace('*', "");
        let label = if author.is_empty() { String::new() } else { format!(" ({author})") };
        let inline = self.blocks.inline();
        inline.push_markdown(&format!("**Comment{label}:**"));
        inline.push_text(&format!(" {}", comment.text));
        self.blocks.flush(Gap::Paragraph);
    }

    fn table(&mut self, rows: &Table) {
        let cell = |cell: &Vec<_>| inline::cell(cell, self.links, self.style);
        let rows: Vec<Vec<String>> =
            rows.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        self.blocks.push(&table::markdown(&rows), Gap::Paragraph);
    }
}
