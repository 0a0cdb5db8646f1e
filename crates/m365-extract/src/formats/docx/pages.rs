//! Where pages end, as far as the file tells.

use crate::{
    document::{Page, PageKind},
    limits::MAX_PAGES,
    markdown::Blocks,
};

/// A page that is longer than this, in bytes, is several that the file does not tell apart.
const MAX_PAGE: usize = 16_000;

/// The pages of a document so far.
#[derive(Debug, Default)]
pub(super) struct Pages {
    done: Vec<Done>,
    title: Option<String>,
    /// Whether something other than text is on the page under way.
    pub(super) has_ink: bool,
    /// Whether Word noted where pages ended when it showed the document.
    pub(super) is_rendered: bool,
    /// The page that ended with a section, of which is not yet known how the next one begins.
    section: Option<usize>,
}

#[derive(Debug)]
struct Done {
    markdown: String,
    goes_on: bool,
}

impl Pages {
    /// Adds a page that ended.
    pub(super) fn push(&mut self, blocks: Blocks) {
        let (markdown, title) = blocks.into_markdown();
        self.title = self.title.take().or(title);
        let goes_on = self.done.len() >= MAX_PAGES;
        self.done.push(Done { markdown, goes_on });
        self.has_ink = false;
    }

    /// Remembers that the last page ended only if the next section begins on a new one.
    pub(super) fn end_section(&mut self) {
        self.section = self.done.len().checked_sub(1);
    }

    /// The section under way began on the page of the one before it.
    pub(super) fn join_section(&mut self, at: Option<usize>) {
        if let Some(page) = at.and_then(|at| self.done.get_mut(at)) {
            page.goes_on = true;
        }
    }

    /// The page with which the section before ended.
    pub(super) fn section(&mut self) -> Option<usize> {
        self.section.take()
    }

    /// How many pages ended.
    pub(super) fn len(&self) -> usize {
        self.done.len()
    }

    /// All pages, and the first heading. A file that does not tell its pages has one part.
    pub(super) fn finish(self) -> (Vec<Page>, Option<String>) {
        let mut texts: Vec<String> = Vec::new();
        let mut goes_on = false;
        for page in self.done {
            match texts.last_mut().filter(|_| goes_on) {
                Some(last) => append(last, &page.markdown),
                None => texts.push(page.markdown),
            }
            goes_on = page.goes_on;
        }
        let is_told = self.is_rendered || texts.iter().all(|text| text.len() <= MAX_PAGE);
        if texts.len() < 2 || !is_told {
            let mut whole = String::new();
            texts.iter().for_each(|text| append(&mut whole, text));
            return (vec![page(PageKind::Part, whole)], self.title);
        }
        (texts.into_iter().map(|text| page(PageKind::Page, text)).collect(), self.title)
    }
}

fn page(kind: PageKind, markdown: String) -> Page {
    Page { kind, markdown, ..Page::default() }
}

/// Adds a text as paragraphs of its own.
pub(super) fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}
