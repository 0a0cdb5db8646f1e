//! Cuts texts into pages, and pages into what fits one answer.

use std::borrow::Cow;

use m365_extract::seam;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ToolError;

/// How long a page of a text without pages of its own is, in characters.
pub(super) const PAGE_CHARS: usize = 8_000;

/// Which pages are asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
    pub(super) sheet: Option<String>,
}

/// A place in a text: a page from 1, and how many bytes of it were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TextPlace {
    pub(super) page: usize,
    pub(super) offset: usize,
    /// The first page that was read when the offset was counted: what stands on a page may depend on
    /// those before it, as with headers, which are shown once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first: Option<usize>,
}

impl TextPlace {
    /// The beginning of a page.
    pub(super) const fn start_of(page: usize) -> Self {
        Self { page, offset: 0, first: None }
    }
}

/// Which pages of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct PageRange {
    /// The first page, from 1.
    pub(super) from: usize,
    /// The last page.
    pub(super) to: usize,
    /// How many there are.
    pub(super) total: usize,
}

/// What of a text fits an answer.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    pub(super) text: String,
    pub(super) pages: Option<PageRange>,
    pub(super) next: Option<TextPlace>,
}

/// A page as it is cut.
pub(super) trait PageText {
    /// All of it.
    fn text(&self) -> &str;

    /// What stands above the rest of it in a later answer.
    fn above_rest(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
}

impl PageText for String {
    fn text(&self) -> &str {
        self
    }
}

/// Gives as many of `pages` as fit `room` characters, from `place` or else as selected.
pub(super) fn deliver<P: PageText>(
    pages: &[P],
    selection: &Selection,
    place: Option<TextPlace>,
    room: usize,
    uri: &str,
) -> Result<Delivery, ToolError> {
    let (start, last) = range(selection, place, pages.len())?;
    let mut cutter = Cutter::new(room);
    for (at, page) in pages.iter().enumerate().take(last).skip(start.page - 1) {
        let offset = if at + 1 == start.page { start.offset } else { 0 };
        if !cutter.push(at + 1, page, offset).1 {
            break;
        }
    }
    let offered = if selection.sheet.is_some() { last } else { pages.len() };
    Ok(cutter.finish(pages.len(), offered, uri))
}

/// Returns where to start and the last page, both from 1 to `total`.
pub(super) fn range(
    selection: &Selection,
    place: Option<TextPlace>,
    total: usize,
) -> Result<(TextPlace, usize), ToolError> {
    let start = place.unwrap_or(TextPlace::start_of(selection.start.unwrap_or(1)));
    if start.page > total.max(1) {
        return Err(ToolError::validation(format!(
            "startPage: {} is not accepted; the text has {total} page{}.",
            start.page,
            if total == 1 { "" } else { "s" }
        )));
    }
    // A cursor may lead beyond the pages asked for at first: then it asks for the rest.
    let end = selection.end.filter(|end| *end >= start.page).unwrap_or(total);
    Ok((TextPlace { page: start.page.max(1), ..start }, end.min(total)))
}

/// Collects pages until there is no more room.
#[derive(Debug)]
pub(super) struct Cutter {
    room: usize,
    text: String,
    from: usize,
    to: usize,
    rest: Option<TextPlace>,
}

impl Cutter {
    pub(super) const fn new(room: usize) -> Self {
        Self { room, text: String::new(), from: 0, to: 0, rest: None }
    }

    /// Keeps room for what stands elsewhere in the answer.
    pub(super) fn reserve(&mut self, characters: usize) {
        self.room = self.room.saturating_sub(characters);
    }

    /// Adds a page from `offset` on; says whether any of it was added, and whether more may follow.
    ///
    /// A page is only cut when it is the first, for then it would never fit.
    pub(super) fn push<P: PageText>(
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

    /// Ends the text with the line that names its pages and, when there is more of those that are
    /// `offered`, the call that gets it.
    pub(super) fn finish(mut self, total: usize, offered: usize, uri: &str) -> Delivery {
        let following = TextPlace::start_of(self.to + 1);
        let next = self.rest.or((self.to < offered).then_some(following));
        let next = next.filter(|_| self.from != 0);
        let pages = (total > 1 && self.from != 0).then_some(PageRange {
            from: self.from,
            to: self.to,
            total,
        });
        let footer = pages.map(footer).into_iter().chain(next.map(|next| call(next, uri)));
        let footer = footer.collect::<Vec<_>>().join("\n");
        if !footer.is_empty() {
            self.text.truncate(self.text.trim_end().len());
            self.text.push_str("\n\n");
            self.text.push_str(&footer);
        }
        Delivery { text: self.text, pages, next }
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

fn call(next: TextPlace, uri: &str) -> String {
    let uri = serde_json::Value::from(uri);
    match next.offset {
        0 => format!("More: read_resource {{\"uri\":{uri},\"startPage\":{}}}", next.page),
        _ => "More: the same read_resource call with nextCursor as cursor".to_owned(),
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
fn cut_at(text: &str, room: usize) -> usize {
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

/// Cuts a text into pages of at most [`PAGE_CHARS`], between paragraphs or lines where possible.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut pages = Vec::new();
    let mut rest = text.trim();
    while rest.chars().nth(PAGE_CHARS).is_some() {
        let end = rest.char_indices().nth(PAGE_CHARS).map_or(rest.len(), |(at, _)| at);
        let head = rest.get(..end).unwrap_or(rest);
        let paragraph = head.rfind("\n\n").filter(|at| *at > end / 2);
        let cut = paragraph.unwrap_or_else(|| cut_at(rest, PAGE_CHARS));
        let (page, tail) = rest.split_at(cut);
        pages.push(page.trim_end().to_owned());
        rest = tail.trim_start_matches('\n');
    }
    pages.push(rest.to_owned());
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(count: usize, length: usize) -> Vec<String> {
        (1..=count).map(|page| format!("{page}").repeat(length)).collect()
    }

    fn delivered(pages: &[String], selection: Selection, room: usize) -> Delivery {
        deliver(pages, &selection, None, room, "mail:///messages/A").unwrap()
    }

    #[test]
    fn the_footer_names_the_pages_and_the_call_for_more() {
        let found = delivered(&pages(9, 10), Selection::default(), 40);

        assert!(found.text.ends_with(
            "\n\n[pages 1–3 of 9]\nMore: read_resource {\"uri\":\"mail:///messages/A\",\"startPage\":4}"
        ));
        assert_eq!(found.next, Some(TextPlace::start_of(4)));
    }

    #[test]
    fn a_single_page_is_named_as_one_and_one_in_all_not_at_all() {
        let last = Selection { start: Some(3), ..Selection::default() };

        assert!(delivered(&pages(3, 10), last, 100).text.ends_with("\n\n[page 3 of 3]"));
        assert_eq!(delivered(&pages(1, 10), Selection::default(), 100).text, "1111111111");
    }

    #[test]
    fn a_table_cut_by_an_answer_goes_on_with_its_head() {
        let table = "| No. | Lot |\n| --- | --- |\n| 1 | 4471 |\n| 2 | 4480 |\n| 3 | 4490 |";
        let pages = [table.to_owned()];

        let first = delivered(&pages, Selection::default(), 45);
        let more = deliver(&pages, &Selection::default(), first.next, 60, "u").unwrap();

        assert!(
            first.text.starts_with("| No. | Lot |\n| --- | --- |\n| 1 | 4471 |\n\n"),
            "{first:?}"
        );
        assert_eq!(more.text, "| No. | Lot |\n| --- | --- |\n| 2 | 4480 |\n| 3 | 4490 |");
    }

    #[test]
    fn c04_a_cut_does_not_part_a_backslash_from_what_it_disarms() {
        let pages = [r"aaaa\<img src=x>".to_owned()];

        let first = delivered(&pages, Selection::default(), 5);

        assert_eq!(first.next, Some(TextPlace { offset: 4, ..TextPlace::start_of(1) }));
    }

    #[test]
    fn a_sheet_ends_with_itself() {
        let sheet = Selection { start: Some(2), end: Some(2), sheet: Some("Lines".to_owned()) };

        let found = delivered(&pages(3, 4), sheet, 100);

        assert_eq!((found.next, found.text.as_str()), (None, "2222\n\n[page 2 of 3]"));
    }

    #[test]
    fn a_page_beyond_the_end_is_refused() {
        let beyond = Selection { start: Some(4), ..Selection::default() };

        assert!(deliver(&pages(3, 1), &beyond, None, 100, "u").is_err());
    }

    #[test]
    fn an_end_page_ends_the_answer_and_not_the_text() {
        let two = Selection { end: Some(2), ..Selection::default() };

        let found = delivered(&pages(5, 4), two, 1_000);

        assert_eq!(found.pages, Some(PageRange { from: 1, to: 2, total: 5 }));
        assert_eq!(found.next, Some(TextPlace::start_of(3)));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_between_pages_and_answers(
            text in "(\\PC{0,40}\\n{0,2}){1,8}", room in 10usize..60,
        ) {
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            let pages = vec![text.clone(), "end".to_owned()];
            let (mut place, mut read) = (None, String::new());

            loop {
                let found = deliver(&pages, &Selection::default(), place, room, "u").unwrap();
                let body = found.text.rsplit_once("\n\n[page").map_or("", |(body, _)| body);
                read.push_str(body);
                place = found.next;
                if place.is_none() { break; }
            }

            proptest::prop_assert_eq!(squeezed(&read), squeezed(&(text + "end")));
        }

        #[test]
        fn pages_of_a_text_hold_all_of_it(text in "([a-z ]{1,3000}\\n{1,2}){1,12}") {
            let pages = split(&text);

            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            proptest::prop_assert!(pages.iter().all(|page| page.chars().count() <= PAGE_CHARS + 1));
            proptest::prop_assert_eq!(squeezed(&pages.join("\n")), squeezed(&text));
        }
    }
}
