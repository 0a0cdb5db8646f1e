//! Which lines belong together, and what they are.

use std::ops::Range;

use super::{
    line::{Entry, Line},
    marker::{bullet, marker, number},
    style::Style,
};

/// The most lines of a heading.
const MAX_HEADING_LINES: usize = 3;
/// How many parts of a page before and after a line are looked at to find where its column ends.
const AROUND: usize = 40;
/// The longest heading, in characters.
const MAX_HEADING: usize = 220;

/// A line of fewer characters is more often one of a form or an address than of a paragraph.
const MIN_PROSE: usize = 40;

/// Lines that belong together.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) lines: Range<usize>,
    pub(super) kind: Kind,
    /// Whether the next group follows on the next line.
    pub(super) is_close: bool,
}

/// What lines are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Paragraph,
    Heading(usize),
    /// An item of a list, whose text begins with `skip` characters of its marker.
    Item {
        marker: String,
        skip: usize,
    },
    /// Lines of code, which are kept as they are.
    Code,
    /// A footnote with its number.
    Note(String),
    Table,
}

/// The groups of a page.
pub(super) fn groups(entries: &[Entry], style: &Style) -> Vec<Group> {
    let mut grouping = Grouping { entries, style, number: None, groups: Vec::new() };
    (0..entries.len()).for_each(|at| grouping.add(at));
    let mut groups = grouping.groups;
    let are_single: Vec<bool> = groups.iter().map(|group| group.lines.len() == 1).collect();
    for (group, pair) in groups.iter_mut().zip(are_single.windows(2)) {
        group.is_close &= pair == [true, true];
    }
    groups
}

struct Grouping<'e> {
    entries: &'e [Entry],
    style: &'e Style,
    /// The number of the last item of a numbered list.
    number: Option<u32>,
    groups: Vec<Group>,
}

impl Grouping<'_> {
    fn line(&self, at: usize) -> Option<&Line> {
        self.entries.get(at)?.line()
    }

    fn add(&mut self, at: usize) {
        let Some(line) = self.line(at) else {
            return self.begin(at, Kind::Table);
        };
        let kind = self.kind(at, line);
        let joins = self.joins(at, line, &kind);
        match self.groups.last_mut().filter(|_| joins) {
            Some(group) => group.lines.end = at + 1,
            None => self.begin(at, kind),
        }
    }

    fn begin(&mut self, at: usize, kind: Kind) {
        if let Kind::Item { marker, .. } = &kind {
            self.number = number(marker).or(self.number);
        }
        let is_close = self.is_close(at);
        if let Some(last) = self.groups.last_mut() {
            last.is_close = is_close;
        }
        self.groups.push(Group { lines: at..at + 1, kind, is_close: false });
    }

    /// Whether a line stands right below the one before it, as in an address.
    fn is_close(&self, at: usize) -> bool {
        let last = at.checked_sub(1).and_then(|last| self.line(last));
        let (Some(last), Some(line)) = (last, self.line(at)) else { return false };
        let gap = (line.y - last.y) / line.size.max(last.size);
        (0.0..1.55).contains(&gap)
    }

    fn kind(&self, at: usize, line: &Line) -> Kind {
        if let Some(number) = line.note() {
            return Kind::Note(number);
        }
        if line.is_code && !self.style.is_all_code && self.is_code_block(at, line) {
            return Kind::Code;
        }
        if let Some(level) = self.heading(at, line) {
            return Kind::Heading(level);
        }
        match marker(&line.text()) {
            Some((marker, skip)) if self.begins_item(at, line, &marker) => {
                Kind::Item { marker, skip }
            }
            _ => Kind::Paragraph,
        }
    }

    /// Whether the line above or below is code, too, so that it is not just a word of it.
    fn is_code_block(&self, at: usize, line: &Line) -> bool {
        let is_near = |other: &Line| other.is_code && (other.y - line.y).abs() < line.size * 2.0;
        let above = at.checked_sub(1).and_then(|at| self.line(at));
        above.is_some_and(is_near) || self.line(at + 1).is_some_and(is_near)
    }

    fn heading(&self, at: usize, line: &Line) -> Option<usize> {
        let text = line.text();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let chars = text.chars().count();
        if line.is_turned || chars > MAX_HEADING || letters < 2 || letters * 3 < chars {
            return None;
        }
        let tagged = usize::from(line.heading);
        let tagged = Some(tagged).filter(|level| *level > 0);
        let level = tagged.or_else(|| self.style.bookmark(line));
        level.or_else(|| self.large(at, line)).or_else(|| self.bold(at, line))
    }

    /// The level of a line that is larger than other text. Several such lines below each other are a
    /// text of their own.
    fn large(&self, at: usize, line: &Line) -> Option<usize> {
        let level = self.style.level(line.size).filter(|_| line.parts == 1)?;
        let is_same = |other: &Line| (other.size - line.size).abs() < 0.3;
        let before = (0..at).rev().map_while(|at| self.line(at)).take(MAX_HEADING_LINES);
        let after =
            (at + 1..self.entries.len()).map_while(|at| self.line(at)).take(MAX_HEADING_LINES);
        let run = before.take_while(|other| is_same(other)).count()
            + after.take_while(|other| is_same(other)).count();
        let ends = line.text().trim_end().ends_with([',', ';']);
        (run < MAX_HEADING_LINES && !ends && bullet(&line.text()).is_none()).then_some(level)
    }

    /// The level of a line in bold that stands by itself.
    fn bold(&self, at: usize, line: &Line) -> Option<usize> {
        let text = line.text();
        let text = text.trim_end();
        let is_short = text.chars().count() <= 90 && text.split_whitespace().count() <= 12;
        let is_phrase = !text.ends_with(['.', ',', ';', ':', '!', '?']);
        if self.style.is_all_bold || !line.is_bold || line.parts > 1 || !is_short || !is_phrase {
            return None;
        }
        let is_large = line.size >= self.style.body * 0.97;
        (is_large && self.stands_apart(at, line)).then(|| self.style.bold_level())
    }

    /// Whether a line in bold, or the few lines that it is one of, stand apart from text in bold, and
    /// something follows.
    fn stands_apart(&self, at: usize, line: &Line) -> bool {
        let is_near = |a: &Line, b: &Line| (0.0..a.size * 1.7).contains(&(b.y - a.y));
        let (mut first, mut last) = (at, at);
        while let Some(above) = first.checked_sub(1).and_then(|above| self.line(above)) {
            let is_run = above.is_bold && is_near(above, self.line(first).unwrap_or(line));
            if !is_run || at - first > MAX_HEADING_LINES {
                break;
            }
            first -= 1;
        }
        while let Some(below) = self.line(last + 1) {
            let is_run = below.is_bold && is_near(self.line(last).unwrap_or(line), below);
            if !is_run || last - at > MAX_HEADING_LINES {
                break;
            }
            last += 1;
        }
        let above = first.checked_sub(1).and_then(|above| self.line(above));
        let is_apart = above.is_none_or(|above| {
            !is_near(above, line) || first < at || !self.is_full(at, above, line)
        });
        let is_followed = self.entries.get(last + 1).is_some();
        last - first < MAX_HEADING_LINES && is_apart && is_followed
    }

    /// Whether a line with the mark of an item begins one, and does not just go on with a text in
    /// which a number comes first on a line.
    fn begins_item(&self, at: usize, line: &Line, marker: &str) -> bool {
        let Some(value) = number(marker) else { return true };
        let last = at.checked_sub(1).and_then(|last| self.line(last));
        let follows = value == 1 || self.number.is_some_and(|last| value == last.saturating_add(1));
        follows || last.is_none_or(|last| !self.is_full(at, last, line) || !self.is_close(at))
    }

    /// Whether a line goes on with the group before it.
    fn joins(&self, at: usize, line: &Line, kind: &Kind) -> bool {
        let Some(group) = self.groups.last() else { return false };
        let Some(last) = at.checked_sub(1).and_then(|last| self.line(last)) else { return false };
        let ratio = line.size / last.size;
        if !(0.88..1.14).contains(&ratio) {
            return false;
        }
        let gap = (line.y - last.y) / line.size;
        match (&group.kind, kind) {
            (Kind::Code, Kind::Code) => (0.5..3.5).contains(&gap),
            (Kind::Heading(one), Kind::Heading(other)) => {
                one == other && (0.5..1.4).contains(&gap) && is_aligned(last, line)
            }
            (Kind::Paragraph | Kind::Item { .. } | Kind::Note(_), Kind::Paragraph) => {
                let is_item = group.kind != Kind::Paragraph;
                let is_below = (0.5..1.9).contains(&gap) && self.is_indented(group, line, is_item);
                let is_row = !last.is_flowing && chars(last) < MIN_PROSE && !begins_small(line);
                (is_below || goes_on_elsewhere(last, line, gap))
                    && !is_row
                    && self.is_full(at, last, line)
            }
            _ => false,
        }
    }

    /// Whether a line begins where the lines of its group do.
    fn is_indented(&self, group: &Group, line: &Line, is_item: bool) -> bool {
        let Some(first) = self.line(group.lines.start) else { return false };
        let last = self.line(group.lines.end - 1).unwrap_or(first);
        let (from, size) = (start(line), line.size);
        let is_single = group.lines.len() == 1;
        match () {
            () if is_item && is_single => from > start(first) - size,
            () if is_single => {
                let most = if begins_small(line) { 5.0 } else { 0.8 };
                from < start(first) + size * most && from > start(first) - size * 5.0
            }
            () => (from - start(last)).abs() < size * 0.8,
        }
    }

    /// Whether the first word of the next line did not fit on this one.
    fn is_full(&self, at: usize, line: &Line, next: &Line) -> bool {
        let (from, right) = (start(line), self.right(at, line));
        let end = end(line);
        let is_wide = end - from > (right - from) * 0.6 && chars(line) >= MIN_PROSE;
        let goes_on = begins_small(next) && !ends_sentence(line);
        line.parts == 1
            && (breaks_word(line, next)
                || end + next.first_word() + line.size * 0.2 > right - line.size * 0.5
                || (is_wide && goes_on))
    }

    /// Where the lines of a column end, around a place.
    fn right(&self, at: usize, line: &Line) -> f32 {
        let near = |other: &&Line| {
            other.parts == 1
                && (other.y - line.y).abs() < line.size * 24.0
                && (start(other) - start(line)).abs() < line.size * 4.0
                && (other.size - line.size).abs() < line.size * 0.15
        };
        let around = self.entries.iter().skip(at.saturating_sub(AROUND)).take(2 * AROUND);
        around.filter_map(Entry::line).filter(near).map(end).fold(end(line), f32::max)
    }
}

/// Whether lines of a heading begin at the same place, or have the same middle.
fn is_aligned(last: &Line, line: &Line) -> bool {
    let middle = |line: &Line| (line.bounds.x0 + line.bounds.x1) / 2.0;
    let is_near = |a: f32, b: f32| (a - b).abs() < line.size * 0.5;
    let is_aligned = is_near(start(last), start(line)) || is_near(middle(last), middle(line));
    is_aligned && !line.text().starts_with(|c: char| c.is_ascii_digit())
}

/// Where a line begins, from where it is read.
fn start(line: &Line) -> f32 {
    if line.is_right_to_left { -line.bounds.x1 } else { line.bounds.x0 }
}

/// Whether a line in another column goes on with a sentence.
fn goes_on_elsewhere(last: &Line, line: &Line, gap: f32) -> bool {
    let is_up = gap < 0.0 && line.bounds.x0 > last.bounds.x0 + line.size;
    is_up && begins_small(line) && !ends_sentence(last)
}

/// Where a line ends, from where it is read.
fn end(line: &Line) -> f32 {
    if line.is_right_to_left { -line.bounds.x0 } else { line.bounds.x1 }
}

/// Whether a word seems to go on in the next line.
fn breaks_word(line: &Line, next: &Line) -> bool {
    let text = line.text();
    let start = text.trim_end().strip_suffix('-').unwrap_or_default();
    start.ends_with(char::is_alphabetic) && begins_small(next)
}

fn ends_sentence(line: &Line) -> bool {
    line.text().trim_end().ends_with(['.', ':', '!', '?', ';'])
}

fn chars(line: &Line) -> usize {
    line.pieces.iter().map(|piece| piece.text.chars().count()).sum()
}

fn begins_small(line: &Line) -> bool {
    line.text().chars().next().is_some_and(char::is_lowercase)
}
