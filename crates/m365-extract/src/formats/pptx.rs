//! PowerPoint presentations (ECMA-376, PresentationML), also shows, templates, macro-enabled ones
//! and the strict edition.
//!
//! The reader is our own: those that there are do not tell where a placeholder is and what stands
//! before its paragraphs, which both come from the layout, and unpack every picture.

mod bullet;
mod comments;
mod deck;
mod diagram;
mod layout;
mod package;
mod shape;
mod slide;
mod text;

use self::deck::Deck;
use super::{
    Reader,
    office::{INCOMPLETE, span::Look},
    slide::{Slide, title},
};
use crate::{
    document::{Document, Input, Options, Page},
    escape,
    format::Format,
    limits::MAX_PAGES,
    refusal::{Refusal, RefusalKind},
};

/// The most text that is written, in bytes; the rest is left out.
const MAX_TEXT: usize = 8 * 1024 * 1024;
/// What to tell the reader of a presentation that is longer than what is read.
const CUT: &str = "The file holds more slides than are read; the last ones are missing.";
/// What stands in the place of a slide that cannot be read.
const UNREADABLE: &str = "*This slide is damaged and cannot be read.*";

/// Reads PowerPoint presentations.
#[derive(Debug)]
pub(super) struct Pptx;

impl Reader for Pptx {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let mut deck = Deck::open(input.bytes)?;
        let look = Look { links: options.links, marks_bold: true };
        let (pages, is_cut) = pages(&mut deck, look);
        if pages.is_empty() {
            let kind = if deck.is_incomplete { RefusalKind::Damaged } else { RefusalKind::Empty };
            return Err(Refusal::of(kind, Format::Pptx));
        }
        let title = title(deck.title(), &pages);
        let incomplete = deck.is_incomplete.then(|| INCOMPLETE.to_owned());
        let warnings = incomplete.into_iter().chain(is_cut.then(|| CUT.to_owned())).collect();
        Ok(Document { title, pages, warnings, ..Document::default() })
    }
}

/// The pages of all slides, and whether there are more of them.
fn pages(deck: &mut Deck<'_>, look: Look) -> (Vec<Page>, bool) {
    let slides = std::mem::take(&mut deck.slides);
    let mut pages = Vec::new();
    let mut size = 0;
    for (path, section) in &slides {
        if size > MAX_TEXT || pages.len() >= MAX_PAGES {
            return (pages, true);
        }
        let slide = slide::read(deck, path, look).unwrap_or_else(|| unreadable(deck));
        let slide = in_section(slide, section.as_deref());
        let page = slide.into_page(pages.len() + 1);
        size += page.markdown.len();
        pages.push(page);
    }
    (pages, false)
}

fn unreadable(deck: &mut Deck<'_>) -> Slide {
    deck.is_incomplete = true;
    Slide { body: UNREADABLE.to_owned(), ..Slide::default() }
}

/// The slide with the name of the section that it begins.
fn in_section(slide: Slide, section: Option<&str>) -> Slide {
    let Some(name) = section else { return slide };
    let line = format!("*Section: {}*", escape::text(&crate::excerpt(name, 100)));
    let body = if slide.body.is_empty() { line } else { format!("{line}\n\n{}", slide.body) };
    Slide { body, ..slide }
}
