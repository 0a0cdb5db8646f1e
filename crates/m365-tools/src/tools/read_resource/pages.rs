//! Cuts texts into pages, and pages into what fits one answer.

mod call;
mod cutter;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::cutter::cut_at;
pub(super) use self::{call::Call, cutter::Cutter};
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
    /// The lines that name its pages and the call that gets more.
    pub(super) footer: String,
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
    call: &Call<'_>,
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
    Ok(cutter.finish(pages.len(), offered, call))
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
