use crate::{
    document::{Document, Heading, Options, Page, PageKind},
    escape,
};

const CUT: &str = "The text is longer than what is returned; the rest was left out.";

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
            cut = true;
            close_fence(&mut page.markdown);
        }
        left = left.saturating_sub(page.markdown.len());
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
    let mut fences = PageInProgress::default();
    let heading = |line: &str| {
        let is_code = fences.fence.is_some();
        fences.follow_fence(line);
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

/// Closes the fenced block that a cut left open.
fn close_fence(text: &mut String) {
    let mut page = PageInProgress::default();
    text.split('\n').for_each(|line| page.follow_fence(line));
    if let Some(open) = &page.fence {
        text.push('\n');
        text.push_str(fence_mark(open));
    }
}

/// Cuts `text` into pages of at most about `max` characters, between lines, and between paragraphs
/// where one ends in the second half of a page. A fenced block is closed and opened again.
fn split(text: &str, max: usize) -> Vec<String> {
    let mut pages = Vec::new();
    let mut page = PageInProgress::default();
    for line in text.split('\n').flat_map(|line| pieces(line, max)) {
        if page.is_full(line, max) {
            pages.push(page.turn());
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
    fence: Option<String>,
}

impl PageInProgress {
    fn is_full(&self, line: &str, max: usize) -> bool {
        let ends_paragraph = line.is_empty() && self.fence.is_none() && self.chars > max / 4 * 3;
        self.chars > 0 && (ends_paragraph || self.chars + line.chars().count() > max)
    }

    fn push(&mut self, line: &str) {
        if self.chars == 0 && line.is_empty() && self.fence.is_none() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
        self.chars += line.chars().count() + 1;
        self.follow_fence(line);
    }

    fn follow_fence(&mut self, line: &str) {
        match &self.fence {
            Some(open) if closes(line, fence_mark(open)) => self.fence = None,
            None => self.fence = opened(line),
            Some(_) => {}
        }
    }

    /// Ends this page, returns it, and begins the next one.
    fn turn(&mut self) -> String {
        let mut done = std::mem::take(&mut self.text);
        self.chars = 0;
        if let Some(open) = &self.fence {
            done.push('\n');
            done.push_str(fence_mark(open));
            self.text = open.clone();
        }
        done.truncate(done.trim_end().len());
        done
    }
}

/// What stands before a fence in a quote or list.
const PREFIX: [char; 15] =
    ['>', ' ', '-', '.', ')', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// The line that opens the same fenced block again (CommonMark 4.5), if this line opens one: it has
/// the marks of the quote and the indent of the list.
fn opened(line: &str) -> Option<String> {
    let fence = line.trim_start_matches(PREFIX);
    let (prefix, mark) = (&line[..line.len() - fence.len()], fence_mark(fence));
    let is_fence = mark.len() >= 3 && !fence[mark.len()..].contains('`');
    let indent = prefix.replace(|c| c != '>', " ");
    is_fence.then(|| format!("{indent}{fence}"))
}

/// Whether a line closes the fenced block that `mark` opened.
fn closes(line: &str, mark: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches(['>', ' ']).trim_end().to_owned();
    let (line, mark) = (bare(line), bare(mark));
    line.starts_with(&mark) && fence_mark(&line).len() == line.len()
}

/// A fence without its language, which also closes it.
fn fence_mark(line: &str) -> &str {
    let info = line.trim_start_matches(['>', ' ']).trim_start_matches('`');
    &line[..line.len() - info.len()]
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
    fn a_fence_is_closed_where_the_text_is_cut() {
        let text = "````rust\none two three four five six\n````".to_owned();

        let document = bound(Document::of(None, text), &Options::default().max_output(20));

        assert_eq!(document.markdown(), "````rust\none two thr\n````");
        assert_eq!(document.warnings, [CUT]);
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
