//! PowerPoint presentations of before 2007.

mod text;

use std::collections::HashSet;

use office_oxide::ppt::{PptDocument, SlideText, TextRun, TextType};

use super::{
    Reader,
    office::{self, INCOMPLETE, span::Look},
    slide::{Slide, Slides},
};
use crate::{
    document::{Document, Input, Options},
    format::Format,
    markdown::{Blocks, Gap},
    refusal::{Refusal, RefusalKind},
};

/// Reads PowerPoint's binary format ([MS-PPT]).
///
/// [MS-PPT]: https://learn.microsoft.com/openspecs/office_file_formats/ms-ppt/
#[derive(Debug)]
pub(super) struct Ppt;

impl Reader for Ppt {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let office = office::open(input.bytes, Format::Ppt)?;
        let damaged = || Refusal::of(RefusalKind::Damaged, Format::Ppt);
        let deck = office.as_ppt().ok_or_else(damaged)?;
        let look = Look { links: options.links, marks_bold: true };
        let (slides, is_cut) = slides(deck, look);
        let is_incomplete = is_cut || !deck.text_complete();
        if is_incomplete && !slides.has_text() {
            return Err(damaged());
        }
        let given = deck.summary_properties().and_then(|properties| properties.title.clone());
        Ok(slides.into_document(given, [is_incomplete.then_some(INCOMPLETE)]))
    }
}

/// All slides, and whether something of them was left out.
fn slides(deck: &PptDocument, look: Look) -> (Slides, bool) {
    let (mut slides, mut footers) = (Slides::default(), HashSet::new());
    let mut is_cut = false;
    for slide in &deck.slides {
        if slides.is_full() {
            return (slides, true);
        }
        let (slide, is_slide_cut) = read(slide, look, &mut footers);
        slides.push(slide);
        is_cut |= is_slide_cut;
    }
    (slides, is_cut)
}

/// A slide, and whether a part of it was left out.
fn read(slide: &SlideText, look: Look, footers: &mut HashSet<String>) -> (Slide, bool) {
    let (mut title, mut body, mut notes) = (String::new(), Blocks::default(), Blocks::default());
    for run in slide.text_runs.iter().filter(|run| is_shown(run, footers)) {
        match run.text_type {
            TextType::Notes => text::write(run, look, &mut notes),
            TextType::Title | TextType::CenterTitle if title.is_empty() => {
                title = text::title(run, look, &mut body);
            }
            _ => text::write(run, look, &mut body),
        }
    }
    let mut is_cut = false;
    slide.tables.iter().for_each(|table| is_cut |= text::table(table, look, &mut body));
    let (body, notes) = (done(body), done(notes));
    let slide = Slide { title, is_hidden: slide.hidden, body, notes, comments: Vec::new() };
    (slide, is_cut)
}

/// Whether a text is the slide's own: not a number, nor a date or footer that stood before.
fn is_shown(run: &TextRun, footers: &mut HashSet<String>) -> bool {
    let text = run.text.trim();
    match run.placeholder_role.as_deref() {
        // A lone asterisk stands for a number or date that PowerPoint fills in.
        _ if text.is_empty() || text == "*" => false,
        Some("sldNum") => false,
        Some("dt" | "ftr" | "hdr") => footers.insert(text.to_owned()),
        _ => true,
    }
}

fn done(mut blocks: Blocks) -> String {
    blocks.flush(Gap::Paragraph);
    blocks.take_page()
}
