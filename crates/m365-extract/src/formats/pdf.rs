//! PDF documents (ISO 32000).
//!
//! The text of a page has places, but no words, lines, paragraphs or tables: these are found again
//! from where the characters stand.

mod budget;
mod catalog;
mod font;
mod guard;
mod ink;
mod interpreter;
mod layers;
mod layout;
mod letters;
mod notes;
mod running;
mod state;
mod stream;
mod strings;
mod write;

use hayro_font::kurbo::Affine;
use hayro_syntax::{
    DecryptionError, LoadPdfError, Pdf as Parsed, object::Dict, page::Page as PdfPage,
};

use self::{
    budget::Budget,
    font::Fonts,
    interpreter::Shared,
    layers::Layers,
    layout::{Item, Texts},
    notes::{Comment, Link},
};
use super::Reader;
use crate::{
    document::{Document, Input, Options, Page, PageKind},
    escape,
    format::Format,
    limits::MAX_PAGES,
    refusal::{Refusal, RefusalKind},
};

/// The most pages that a warning lists.
const MAX_LISTED: usize = 10;

/// PDF documents.
pub(crate) struct Pdf;

impl Reader for Pdf {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let refuse = |kind| Refusal::of(kind, Format::Pdf);
        guard::check(input.bytes).map_err(refuse)?;
        let parsed = Parsed::new(input.bytes.to_vec()).map_err(|error| refuse(reason(error)))?;
        if parsed.pages().is_empty() {
            return Err(refuse(RefusalKind::Damaged));
        }
        Reading::of(&parsed, options).document().map_err(refuse)
    }
}

fn reason(error: LoadPdfError) -> RefusalKind {
    match error {
        LoadPdfError::Decryption(DecryptionError::MissingIDEntry) | LoadPdfError::Invalid => {
            RefusalKind::Damaged
        }
        LoadPdfError::Decryption(_) => RefusalKind::Encrypted,
    }
}

/// A document that is being read.
struct Reading<'a> {
    parsed: &'a Parsed,
    options: &'a Options,
    catalog: Dict<'a>,
    shared: Shared<'a>,
    pages: Vec<Texts>,
    links: Vec<Vec<Link>>,
    comments: Vec<Vec<Comment>>,
    state: Found,
}

/// What the reader of the document should know.
#[derive(Default)]
struct Found {
    /// Pages of which something was left out, because reading it would cost too much.
    cut: Vec<usize>,
    /// Pages whose fonts do not say what their characters stand for.
    unmapped: Vec<usize>,
    /// Pages with a picture and without text.
    blank: Vec<usize>,
    /// The names of files that are attached to pages.
    files: Vec<String>,
    is_stopped: bool,
}

impl<'a> Reading<'a> {
    fn of(parsed: &'a Parsed, options: &'a Options) -> Self {
        let catalog = catalog::of(parsed);
        let shared =
            Shared { fonts: Fonts::new(), layers: Layers::of(&catalog), budget: Budget::new() };
        let (pages, links, comments) = (Vec::new(), Vec::new(), Vec::new());
        let state = Found::default();
        Self { parsed, options, catalog, shared, pages, links, comments, state }
    }

    fn document(mut self) -> Result<Document, RefusalKind> {
        self.read_pages();
        let mut attachments = catalog::attachments(&self.catalog);
        attachments.append(&mut self.state.files);
        attachments.sort();
        attachments.dedup();
        let has_text = self.pages.iter().any(|page| !page.is_empty())
            || self.comments.iter().any(|comments| !comments.is_empty());
        if !has_text
            && attachments.is_empty()
            && self.options.first_page <= self.parsed.pages().len()
        {
            return Err(self.no_text());
        }
        running::remove(&mut self.pages);
        let title = catalog::title(self.parsed, &self.catalog, &mut self.shared.budget);
        let (texts, heading) = self.written();
        let mut document = Document { title: title.or(heading), ..Document::default() };
        document.warnings = self.warnings();
        document.pages = texts.into_iter().map(page).collect();
        name_attachments(&mut document, &attachments);
        Ok(document)
    }

    /// Reads the pages that are asked for, until there is more text than is returned.
    fn read_pages(&mut self) {
        let mut chars = 0;
        for (number, page) in (1..).zip(self.parsed.pages().iter().take(MAX_PAGES)) {
            let is_wanted = number >= self.options.first_page;
            self.state.is_stopped |=
                chars > self.options.max_output || self.shared.budget.is_spent();
            if is_wanted && !self.state.is_stopped {
                self.read_page(number, page);
                chars += self.pages.last().map_or(0, Texts::chars);
            } else {
                self.pages.push(Texts::default());
                self.links.push(Vec::new());
                self.comments.push(Vec::new());
            }
        }
    }

    fn read_page(&mut self, number: usize, page: &PdfPage<'a>) {
        self.shared.budget.turn();
        let to_page = Affine::new(page.initial_transform(true).as_coeffs());
        let notes = notes::all(page, &mut self.shared.budget);
        let links = notes::links(&notes, to_page);
        let mut ink = interpreter::draw(page, &notes, to_page, &mut self.shared);
        ink.see(interpreter::bounds(page));
        ink.join_links(&links);
        let texts = layout::texts(&ink);
        if self.shared.budget.take_exceeded() {
            self.state.cut.push(number);
        }
        if ink.unmapped > 3 && ink.unmapped * 4 > ink.glyphs.len() {
            self.state.unmapped.push(number);
        } else if texts.is_empty() && !ink.pictures.is_empty() {
            self.state.blank.push(number);
        }
        self.pages.push(texts);
        self.links.push(links);
        self.comments.push(notes::comments(&notes, to_page));
        self.state.files.extend(notes::files(&notes).iter().filter_map(catalog::file_name));
    }

    fn no_text(&self) -> RefusalKind {
        let is_costly = !self.state.cut.is_empty() && self.state.blank.is_empty();
        if is_costly { RefusalKind::TooLarge } else { RefusalKind::NoText }
    }

    /// The markdown of all pages, and the first heading of the highest level.
    fn written(&mut self) -> (Vec<String>, Option<String>) {
        let pages: Vec<Vec<Item>> =
            std::mem::take(&mut self.pages).into_iter().map(layout::items).collect();
        let style = write::Style::of(&pages, catalog::bookmarks(&self.catalog), self.options.links);
        let mut title = None;
        let mut texts = Vec::with_capacity(pages.len());
        for ((items, links), comments) in pages.into_iter().zip(&self.links).zip(&self.comments) {
            let written = write::page(items, &style, links, comments);
            title = write::higher(title, written.title);
            texts.push(written.markdown);
        }
        (texts, title.map(|(_, text)| text))
    }

    fn warnings(&self) -> Vec<String> {
        let Found { cut, unmapped, blank, .. } = &self.state;
        let mut warnings = Vec::new();
        let count = self.parsed.pages().len();
        if count > MAX_PAGES {
            warnings
                .push(format!("The document has {count} pages; the first {MAX_PAGES} are read."));
        }
        if !blank.is_empty() {
            warnings.push(format!("{} no text, only pictures, as of a scan.", have(blank)));
        }
        if !unmapped.is_empty() {
            warnings
                .push(format!("{} text in fonts that do not say what they show.", have(unmapped)));
        }
        if !cut.is_empty() {
            warnings.push(format!("{} more content than can be read safely.", have(cut)));
        }
        if self.state.is_stopped && self.shared.budget.is_spent() {
            warnings.push("The document has more content than can be read safely.".to_owned());
        }
        warnings
    }
}

fn page(markdown: String) -> Page {
    Page { kind: PageKind::Page, markdown, ..Page::default() }
}

/// `Page 2 has` or `Pages 2, 5 and 7 have`.
fn have(pages: &[usize]) -> String {
    let listed: Vec<String> = pages.iter().take(MAX_LISTED).map(usize::to_string).collect();
    let more = pages.len().saturating_sub(MAX_LISTED);
    match listed.split_last() {
        Some((only, [])) => format!("Page {only} has"),
        _ if more > 0 => format!("Pages {} and {more} more have", listed.join(", ")),
        Some((last, others)) => format!("Pages {} and {last} have", others.join(", ")),
        None => String::new(),
    }
}

/// Lists the attached files behind the last page.
fn name_attachments(document: &mut Document, names: &[String]) {
    let Some(last) = document.pages.last_mut().filter(|_| !names.is_empty()) else { return };
    let listed: Vec<String> =
        names.iter().map(|name| format!("- {}", escape::text(name))).collect();
    let gap = if last.markdown.is_empty() { "" } else { "\n\n" };
    last.markdown.push_str(&format!("{gap}Attachments:\n\n{}", listed.join("\n")));
}
