//! Slides of presentations, whatever the format: what is on one, and in which order it is read.

mod order;

pub(super) use self::order::{Area, reading_order};
use super::office::NO_TEXT;
use crate::{
    clean::excerpt,
    document::{Document, Page, PageKind},
    escape,
    limits::MAX_PAGES,
};

/// The most text that is written, in bytes; the rest is left out.
pub(super) const MAX_TEXT: usize = 8 * 1024 * 1024;
/// What stands in the place of a slide that cannot be read.
const UNREADABLE: &str = "*This slide is damaged and cannot be read.*";

/// The longest title, in characters.
const MAX_TITLE: usize = 300;

/// A slide on its way to a page; all texts are markdown.
#[derive(Debug, Default)]
pub(super) struct Slide {
    pub(super) title: String,
    pub(super) is_hidden: bool,
    pub(super) body: String,
    /// What the speaker says.
    pub(super) notes: String,
    pub(super) comments: Vec<String>,
}

impl Slide {
    /// The page of this slide, which is the one of this number.
    fn into_page(self, number: usize) -> Page {
        let is_hidden = self.is_hidden;
        let heading = match self.title.as_str() {
            "" => format!("## Slide {number}"),
            title => format!("## {title}"),
        };
        let hidden = if is_hidden { "*Hidden slide.*" } else { "" };
        let notes = notes(&self.notes);
        let mut blocks = vec![heading.as_str(), hidden, &self.body, &notes];
        blocks.extend(self.comments.iter().map(String::as_str));
        blocks.retain(|block| !block.is_empty());
        let markdown = blocks.join("\n\n");
        let label = Some(self.title).filter(|title| !title.is_empty());
        Page { kind: PageKind::Slide, label, is_hidden, markdown, ..Page::default() }
    }

    /// Whether nothing stands on it.
    fn is_empty(&self) -> bool {
        let texts = [&self.title, &self.body, &self.notes];
        texts.iter().all(|text| text.is_empty()) && self.comments.is_empty()
    }
}

/// The speaker's notes behind their mark; a list or table begins on a line of its own.
fn notes(text: &str) -> String {
    let begins_block = text.starts_with(['-', '|', '#', '`', '>']);
    match text {
        "" => String::new(),
        text if begins_block => format!("**Notes:**\n\n{text}"),
        text => format!("**Notes:** {text}"),
    }
}

/// The slides of a presentation so far.
#[derive(Debug, Default)]
pub(super) struct Slides {
    pages: Vec<Page>,
    size: usize,
    has_text: bool,
}

impl Slides {
    /// Adds the next slide.
    pub(super) fn push(&mut self, slide: Slide) {
        self.has_text |= !slide.is_empty();
        self.push_page(slide);
    }

    /// Adds a slide that cannot be read.
    pub(super) fn push_unreadable(&mut self) {
        self.push_page(Slide { body: UNREADABLE.to_owned(), ..Slide::default() });
    }

    fn push_page(&mut self, slide: Slide) {
        let page = slide.into_page(self.pages.len() + 1);
        self.size += page.markdown.len();
        self.pages.push(page);
    }

    /// Whether no more slides are read.
    pub(super) fn is_full(&self) -> bool {
        self.size > MAX_TEXT || self.pages.len() >= MAX_PAGES
    }

    /// Whether there is text on any of them.
    pub(super) fn has_text(&self) -> bool {
        self.has_text
    }

    /// The presentation, with the title that its author or a program gave it.
    pub(super) fn into_document<'w>(
        self,
        given: Option<String>,
        warnings: impl IntoIterator<Item = Option<&'w str>>,
    ) -> Document {
        let no_text = Some(NO_TEXT).filter(|_| !self.has_text);
        let warnings = [no_text].into_iter().chain(warnings);
        let warnings = warnings.flatten().map(str::to_owned).collect();
        let title = title(given, &self.pages);
        Document { title, pages: self.pages, warnings, ..Document::default() }
    }
}

/// The title of a presentation: what its author gave it, unless a program did, or else the title
/// of the first slide that has one.
fn title(given: Option<String>, pages: &[Page]) -> Option<String> {
    let given = given.map(|title| excerpt(&escape::text(&title), MAX_TITLE));
    let is_own = |title: &String| !title.is_empty() && !title.to_lowercase().contains("powerpoint");
    given.filter(is_own).or_else(|| pages.iter().find_map(|page| page.label.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slide_says_what_it_is_and_what_is_said() {
        let slide = Slide {
            title: "Plan".into(),
            is_hidden: true,
            body: "- one".into(),
            notes: "Say hello.".into(),
            comments: vec!["**Comment (Ann):** why?".into()],
        };

        let page = slide.into_page(2);

        assert_eq!(
            page.markdown,
            "## Plan\n\n*Hidden slide.*\n\n- one\n\n**Notes:** Say hello.\n\n**Comment (Ann):** why?"
        );
        assert_eq!(page.label.as_deref(), Some("Plan"));
        assert!(page.is_hidden);
    }

    #[test]
    fn a_slide_without_title_is_named_by_its_number() {
        let page = Slide { body: "x".into(), ..Slide::default() }.into_page(3);

        assert_eq!((page.markdown.as_str(), page.label), ("## Slide 3\n\nx", None));
    }

    #[test]
    fn a_title_that_a_program_gave_is_not_the_title() {
        let pages = [Slide { title: "Plan".into(), ..Slide::default() }.into_page(1)];

        assert_eq!(title(Some("PowerPoint Presentation".into()), &pages).as_deref(), Some("Plan"));
        assert_eq!(title(Some("Budget".into()), &pages).as_deref(), Some("Budget"));
        assert_eq!(title(None, &[]), None);
    }
}
