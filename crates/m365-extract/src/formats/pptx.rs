//! PowerPoint presentations (ECMA-376, PresentationML), also shows, templates, macro-enabled ones
//! and the strict edition.
//!
//! The reader is our own: those that there are do not tell where a placeholder is and what stands
//! before its paragraphs, which both come from the layout, and unpack every picture.

mod bullet;
mod comments;
mod deck;
mod layout;
mod package;
mod shape;
mod slide;
mod text;

use self::deck::Deck;
use super::{
    Reader,
    office::{HIDDEN, INCOMPLETE, span::Look, undescribed},
    slide::{Slide, Slides},
};
use crate::{
    document::{Document, Input, Options},
    escape,
    refusal::Refusal,
};

/// What to tell the reader of a presentation that is longer than what is read.
const CUT: &str = "The file holds more slides than are read; the last ones are missing.";

/// Reads PowerPoint presentations.
#[derive(Debug)]
pub(super) struct Pptx;

impl Reader for Pptx {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let mut deck = Deck::open(input.bytes)?;
        let look = Look { links: options.links, marks_bold: true };
        let (slides, is_cut) = slides(&mut deck, look);
        if let Some(refusal) = deck.lost.clone().filter(|_| !slides.has_text()) {
            return Err(refusal);
        }
        let given = deck.title();
        let incomplete = deck.lost.is_some().then_some(INCOMPLETE);
        let missing = if is_cut { Some(CUT) } else { incomplete };
        let hidden = deck.has_hidden.then_some(HIDDEN);
        let mut document = slides.into_document(given, [missing, hidden]);
        document.warnings.extend(undescribed(deck.pictures));
        Ok(document)
    }
}

/// All slides, and whether there are more of them.
fn slides(deck: &mut Deck<'_>, look: Look) -> (Slides, bool) {
    let mut slides = Slides::default();
    for (path, section) in std::mem::take(&mut deck.slides) {
        if slides.is_full() {
            return (slides, true);
        }
        match slide::read(deck, &path, look) {
            Some(slide) => slides.push(in_section(slide, section.as_deref())),
            None => slides.push_unreadable(),
        }
    }
    (slides, false)
}

/// The slide with the name of the section that it begins.
fn in_section(slide: Slide, section: Option<&str>) -> Slide {
    let Some(name) = section else { return slide };
    let line = format!("*Section: {}*", escape::text(&crate::excerpt(name, 100)));
    let body = if slide.body.is_empty() { line } else { format!("{line}\n\n{}", slide.body) };
    Slide { body, ..slide }
}
