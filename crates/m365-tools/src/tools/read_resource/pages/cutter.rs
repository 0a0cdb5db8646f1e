//! Fills an answer with pages, and cuts one that would never fit.

use m365_extract::seam;

use super::{Call, Delivery, PageRange, PageText, TextPlace};

/// Collects pages until there is no more room.
#[derive(Debug)]
pub(in crate::tools::read_resource) struct Cutter {
    room: usize,
    text: String,
    from: usize,
    to: usize,
    rest: Option<TextPlace>,
}

impl Cutter {
    pub(in crate::tools::read_resource) const fn new(room: usize) -> Self {
        Self { room, text: String::new(), from: 0, to: 0, rest: None }
    }

    /// Keeps room for what stands elsewhere in the answer.
    pub(in crate::tools::read_resource) fn reserve(&mut self, characters: usize) {
        self.room = self.room.saturating_sub(characters);
    }

    /// Adds a page from `offset` on; says whether any of it was added, and whether more may follow.
    ///
    /// A page is only cut when it is the first, for then it would never fit.
    pub(in crate::tools::read_resource) fn push<P: PageText>(
        &mut self,
        number: usize,
        page: &P,
        offset: usize,
    ) -> (bool, bool) {
        let offset = page.text().floor_char_boundary(offset);
        let rest = page.text().get(offset..).unwrap_or_default();
        let above = above(page, offset, self.room / 2);
        let room = self.room.saturating_sub(above.chars().count());
        let whole = rest.chars().count() <= room;
        if self.from != 0 && !whole {
            return (false, false);
        }
        if self.from == 0 {
            self.from = number;
        } else {
            self.text.push_str("\n\n");
        }
        self.text.push_str(&above);
        self.to = number;
        match whole {
            true => self.add(rest),
            false => {
                let cut = cut_at(rest, room);
                self.add(rest.get(..cut).unwrap_or(rest).trim_end_matches('\n'));
                self.text.push_str(&seam(page.text(), offset + cut).end);
                self.rest = Some(TextPlace { offset: offset + cut, ..TextPlace::start_of(number) });
            }
        }
        self.room = self.room.saturating_sub(above.chars().count() + 2);
        (true, whole)
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.room = self.room.saturating_sub(text.chars().count());
    }

    /// Ends the text; below it come the line that names its pages and, when there is more of those that
    /// are `offered`, the call that gets it.
    pub(in crate::tools::read_resource) fn finish(
        mut self,
        total: usize,
        offered: usize,
        call: &Call<'_>,
    ) -> Delivery {
        let following = TextPlace::start_of(self.to + 1);
        let next = self.rest.or((self.to < offered).then_some(following));
        let next = next.filter(|_| self.from != 0);
        let pages = (total > 1 && self.from != 0).then_some(PageRange {
            from: self.from,
            to: self.to,
            total,
        });
        let footer = pages.map(footer).into_iter().chain(next.map(|next| call.at(next)));
        let footer = footer.collect::<Vec<_>>().join("\n");
        if !footer.is_empty() {
            self.text.truncate(self.text.trim_end().len());
        }
        Delivery { text: self.text, footer, pages, next }
    }
}

fn footer(pages: PageRange) -> String {
    let PageRange { from, to, total } = pages;
    if from == to {
        format!("[page {from} of {total}]")
    } else {
        format!("[pages {from}–{to} of {total}]")
    }
}

/// What stands above a page that goes on at `offset`: what it is, and the head of the table or the fence
/// that it is in the middle of, where that leaves room for the rest.
fn above<P: PageText>(page: &P, offset: usize, room: usize) -> String {
    if offset == 0 {
        return String::new();
    }
    let start = seam(page.text(), offset).start;
    let start = if start.chars().count() <= room { start } else { String::new() };
    format!("{}{start}", page.above_rest())
}

/// The end of the longest part of at most `room` characters: between lines, else words, else letters.
pub(super) fn cut_at(text: &str, room: usize) -> usize {
    let room = room.max(1);
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or(text);
    let line = head.rfind('\n').filter(|at| *at > end / 2);
    let blank = line.or_else(|| head.rfind(' ').filter(|at| *at > end / 2));
    blank.map_or_else(|| before_escape(head), |at| at + 1)
}

/// The end of a text, or the place before its last backslash if that escapes what follows.
fn before_escape(head: &str) -> usize {
    let escapes = (head.len() - head.trim_end_matches('\\').len()) % 2;
    if head.len() > escapes { head.len() - escapes } else { head.len() }
}
