mod open_block;

use self::open_block::OpenBlock;
use crate::{
    document::{Document, Heading, Options, Page, PageKind},
    escape,
};

/// The warning of a document whose text was cut to [`Options::max_output`].
pub const CUT: &str = "The text is longer than what is returned; the rest was left out.";

/// The most headings that are listed.
const MAX_OUTLINE: usize = 200;

/// Cuts a text without pages into several, and a document to the text that `options` ask for.
pub(crate) fn bound(mut document: Document, options: &Options) -> Document {
    if let [page] = document.pages.as_slice()
        && page.kind == PageKind::Part
    {
        document.pages = parts(page, options.page_chars);
    }
    document.outline = outline(&document.pages);
    let wanted = wanted(&document.pages, options);
    let mut left = options.max_output;
    let mut cut = false;
    for (page, is_wanted) in document.pages.iter_mut().zip(wanted) {
        if !is_wanted {
            page.markdown.clear();
        }
        if truncate(&mut page.markdown, left) {
            page.is_cut = true;
            cut = true;
            close(&mut page.markdown);
        }
        left = left.saturating_sub(page.markdown.len());
    }
    if let Some(newest) = &mut document.newest_part {
        cut |= truncate(newest, options.max_output);
    }
    if cut {
        document.warnings.push(CUT.to_owned());
    }
    document
}

fn parts(page: &Page, max: usize) -> Vec<Page> {
    let texts = split(&page.markdown, max).into_iter();
    texts.map(|markdown| Page { markdown, ..page.clone() }).collect()
}

/// Tells of each page whether its text is asked for.
pub(crate) fn wanted(pages: &[Page], options: &Options) -> Vec<bool> {
    let sheet = options.sheet.as_deref().map(str::to_lowercase);
    let is_sheet = |page: &Page, name: &str| {
        page.label.as_ref().is_some_and(|label| label.to_lowercase() == name)
    };
    let sheet = sheet.filter(|name| pages.iter().any(|page| is_sheet(page, name)));
    let is_wanted = |(number, page): (usize, &Page)| {
        number >= options.first_page && sheet.as_deref().is_none_or(|name| is_sheet(page, name))
    };
    (1..).zip(pages).map(is_wanted).collect()
}

/// The headings of all pages.
fn outline(pages: &[Page]) -> Vec<Heading> {
    let numbered = (1..).zip(pages);
    numbered.flat_map(|(number, page)| headings(number, page)).take(MAX_OUTLINE).collect()
}

fn headings(number: usize, page: &Page) -> Vec<Heading> {
    let mut open = OpenBlock::default();
    let heading = |line: &str| {
        let is_code = open.is_code();
        open.follow(line);
        if is_code { None } else { heading(line, number) }
    };
    page.markdown.split('\n').filter_map(heading).collect()
}

/// A heading by CommonMark 4.2, as we write it.
fn heading(line: &str, page: usize) -> Option<Heading> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let text = text.strip_prefix(' ').filter(|_| (1..=6).contains(&level))?;
    Some(Heading { level, text: text.to_owned(), page })
}

/// Cuts `text` to at most `max` bytes between two characters; says whether it did.
pub(crate) fn truncate(text: &mut String, max: usize) -> bool {
    let cut = text.len() > max;
    if cut {
        text.truncate(text.floor_char_boundary(max));
    }
    cut
}

/// Closes the block that a cut left open.
fn close(text: &mut String) {
    let end = OpenBlock::after(text).end();
    text.push_str(&end);
}

/// What keeps the two parts of a text whole that is cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seam {
    /// Goes behind the first part: it closes a fenced block.
    pub end: String,
    /// Goes before the second part: it opens the fenced block again, or repeats the head of the table.
    pub start: String,
}

/// Returns what keeps `markdown` whole where it is cut at a byte; nothing between two blocks.
///
/// ```
/// let text = "| Month | kNOK |\n| --- | --- |\n| May | 5 |\n| June | 6 |";
/// let at = text.find("| June").unwrap_or_default();
///
/// assert_eq!(m365_extract::seam(text, at).start, "| Month | kNOK |\n| --- | --- |\n");
/// ```
#[must_use]
pub fn seam(markdown: &str, at: usize) -> Seam {
    let (before, rest) = markdown.split_at(markdown.floor_char_boundary(at));
    let begins_line = before.is_empty() || before.ends_with('\n');
    let open = OpenBlock::after(before.strip_suffix('\n').unwrap_or(before));
    let end = open.end();
    let next = if begins_line { rest.lines().next().unwrap_or_default() } else { "" };
    let start = open.start(next).map(|start| start + "\n").unwrap_or_default();
    Seam { end, start }
}

/// Cuts `text` into pages of at most about `max` characters, between lines, and between paragraphs
/// where one ends in the second half of a page. A fenced block is closed and opened again, and a table
/// begins with its head on each page.
fn split(text: &str, max: usize) -> Vec<String> {
    let mut pages = Vec::new();
    let mut page = PageInProgress::default();
    for line in text.split('\n').flat_map(|line| pieces(line, max)) {
        if page.is_full(line, max) {
            pages.push(page.turn(line));
        }
        page.push(line);
    }
    pages.push(page.text);
    pages
}

/// `line` itself, or its parts of `max` characters.
fn pieces(line: &str, max: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        match text.char_indices().nth(max) {
            Some((at, _)) => {
                let at = before_escape(text, at);
                rest = Some(&text[at..]);
                Some(&text[..at])
            }
            None => rest.take(),
        }
    })
}

/// `at`, or the place before it when a backslash there escapes what follows.
fn before_escape(text: &str, at: usize) -> usize {
    if at > 1 && escape::ends_in_escape(&text[..at]) { at - 1 } else { at }
}

#[derive(Default)]
struct PageInProgress {
    text: String,
    chars: usize,
    open: OpenBlock,
}

impl PageInProgress {
    fn is_full(&self, line: &str, max: usize) -> bool {
        let ends_paragraph = line.is_empty() && !self.open.is_code() && self.chars > max / 4 * 3;
        let is_over = self.chars + line.chars().count() > max && !self.open.is_head_of(line);
        self.chars > 0 && (ends_paragraph || is_over)
    }

    fn push(&mut self, line: &str) {
        if self.chars == 0 && line.is_empty() && !self.open.is_code() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
        self.chars += line.chars().count() + 1;
        self.open.follow(line);
    }

    /// Ends this page, returns it, and begins the one that goes on with `next`.
    fn turn(&mut self, next: &str) -> String {
        let mut done = std::mem::take(&mut self.text);
        self.chars = 0;
        done.push_str(&self.open.end());
        self.text = self.open.start(next).unwrap_or_default();
        done.truncate(done.trim_end().len());
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_paragraphs() {
        let text = "aaaa aaaa\n\nbbbb bbbb\n\ncccc";

        let pages = split(text, 12);

        assert_eq!(pages, ["aaaa aaaa", "bbbb bbbb", "cccc"]);
    }

    #[test]
    fn a_line_longer_than_a_page_is_cut_without_loss() {
        let text = "x".repeat(25);

        let pages = split(&text, 10);

        assert_eq!(pages.concat(), text);
        assert!(pages.iter().all(|page| page.len() <= 10));
    }

    #[test]
    fn c04_a_cut_does_not_part_a_backslash_from_what_it_disarms() {
        assert_eq!(split(r"aaaa\<img src=x>", 5), ["aaaa", r"\<img", " src=", "x>"]);
        assert_eq!(split(r"aa\\\<img>", 5), [r"aa\\", r"\<img", ">"]);
    }

    #[test]
    fn a_fence_that_crosses_pages_is_closed_and_opened_again() {
        let pages = split("```rust\none two\nthree four\n```", 16);

        assert_eq!(pages, ["```rust\none two\n```", "```rust\nthree four\n```"]);
    }

    #[test]
    fn a_table_that_crosses_pages_begins_with_its_head_on_each() {
        let text = "| No. |\n| --- |\n| 1 |\n| 2 |\n| 3 |\n\nEnd";

        let pages = split(text, 24);

        assert_eq!(pages, ["| No. |\n| --- |\n| 1 |", "| No. |\n| --- |\n| 2 |\n| 3 |\n\nEnd"]);
    }

    #[test]
    fn a_table_that_ends_with_its_page_is_not_begun_again() {
        assert_eq!(
            split("| No. |\n| --- |\n| 1 |\n\nEnd of it", 24),
            ["| No. |\n| --- |\n| 1 |", "End of it"]
        );
    }

    #[test]
    fn a_head_stays_with_its_table() {
        let pages = split("one two three\n| No. |\n| --- |\n| 1 |", 21);

        assert!(pages.iter().all(|page| !page.ends_with("| No. |")), "{pages:?}");
    }

    #[test]
    fn a_text_cut_anywhere_goes_on_with_the_block_that_it_was_cut_in() {
        let seam_at = |text: &str, next: &str| seam(text, text.find(next).unwrap());
        let code = "```rust\none\ntwo\n```\nend";
        let table = "| a |\n| --- |\n| 1 |\n| 2 |\n\nend";

        assert_eq!(seam_at(code, "two"), Seam { end: "\n```".into(), start: "```rust\n".into() });
        assert_eq!(
            seam_at(table, "| 2"),
            Seam { end: "".into(), start: "| a |\n| --- |\n".into() }
        );
        for (text, next) in
            [(code, "end"), (table, "end"), (table, "2"), (table, "| ---"), (table, "| a")]
        {
            assert_eq!(seam_at(text, next), Seam::default(), "{next}");
        }
    }

    #[test]
    fn a_fence_is_closed_where_the_text_is_cut() {
        let text = "````rust\none two three four five six\n````".to_owned();

        let document = bound(Document::of(None, text), &Options::default().max_output(20));

        assert_eq!(document.markdown(), "````rust\none two thr\n````");
        assert_eq!(document.warnings, [CUT]);
        assert!(document.pages[0].is_cut);
    }

    #[test]
    fn a_fence_that_its_author_closed_is_not_closed_again() {
        let text = "```a```\n```\none\n```` \ntwo three".to_owned();

        let document = bound(Document::of(None, text), &Options::default().max_output(25));

        assert_eq!(document.markdown(), "```a```\n```\none\n```` \ntwo");
    }

    #[test]
    fn a_fence_in_a_quote_or_list_is_closed_and_opened_again() {
        let pages = split("> - ```\n>   one two\n>   three four\n>   ```", 24);

        assert_eq!(pages, ["> - ```\n>   one two\n>   ```", ">   ```\n>   three four\n>   ```"]);
    }

    #[test]
    fn text_is_cut_between_two_characters() {
        let mut text = "aé".to_owned();

        assert!(truncate(&mut text, 2));
        assert_eq!(text, "a");
    }
}
