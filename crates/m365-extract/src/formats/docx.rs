//! Word documents (ECMA-376, WordprocessingML), also macro-enabled ones, templates and the strict
//! edition.
//!
//! The reader is our own: those that there are do not tell what was deleted from what was kept,
//! where pages ended, or which numbers Word draws before headings and items.

mod drawing;
mod field;
mod math;
mod notes;
mod numbering;
mod package;
mod pages;
mod paragraph;
mod run;
mod section;
mod story;
mod styles;
mod symbol;
mod table;

pub(super) use self::{math::text as equation, numbering::numeral};
use self::{
    numbering::Numbering,
    package::Package,
    story::{Shared, Story},
    styles::Styles,
};
use super::{Reader, office};
use crate::{
    clean::excerpt,
    document::{Document, Input, Options},
    escape,
    format::Format,
    refusal::Refusal,
    xml::{self, Element, XmlReader},
};

/// The longest title, in characters.
const MAX_TITLE: usize = 300;

/// What to tell the reader when text was left out that no one sees.
const HIDDEN: &str = "The document has hidden text, which was left out.";

/// Reads Word documents.
#[derive(Debug)]
pub(super) struct Docx;

impl Reader for Docx {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let mut package = Package::open(input.bytes)?;
        let main = package.main()?;
        let shared = shared(&mut package, options);
        let source = xml::decode(&main);
        let mut reader = XmlReader::new(&source);
        let mut story = Story::new(&shared, package.relations(), options.links);
        story.body(&mut reader);
        story.other_comments();
        story.end_page();
        let Story { pages, margins, title: styled, is_cut, has_hidden, pictures, .. } = story;
        let is_cut = is_cut || reader.problem().is_some();
        let (mut pages, heading) = pages.finish();
        let is_empty = pages.iter().all(|page| page.markdown.is_empty());
        if let Some(problem) = reader.problem().filter(|_| is_empty) {
            return Err(problem.refusal(Format::Docx));
        }
        let margins = notes::margins(&mut package, &shared, &margins, options.links);
        office::margin::add(&mut pages, margins);
        let title = styled.or_else(|| title(&mut package)).or(heading);
        let is_cut = is_cut || package.is_incomplete();
        let warnings =
            [(is_empty, office::NO_TEXT), (is_cut, office::INCOMPLETE), (has_hidden, HIDDEN)];
        let warnings = warnings.into_iter().filter(|(applies, _)| *applies);
        let warnings = warnings.map(|(_, warning)| warning.to_owned());
        let warnings = warnings.chain(office::undescribed(pictures)).collect();
        Ok(Document { title, pages, warnings, ..Document::default() })
    }
}

/// Reads what the texts of a document have in common.
fn shared(package: &mut Package<'_>, options: &Options) -> Shared {
    let mut shared = Shared {
        styles: part(package, "styles", Styles::of),
        numbering: part(package, "numbering", Numbering::of),
        drawings: drawing::parts(package, options.links).into_iter().collect(),
        ..Shared::default()
    };
    shared.notes = notes::notes(package, &shared, options.links);
    shared.comments = notes::comments(package, &shared, options.links);
    let ids = shared.comments.iter().map(|(id, _)| id.clone());
    shared.comment_ids = ids.zip(0..).collect();
    shared
}

/// The part of this kind as `of` reads it.
fn part<T: Default>(
    package: &mut Package<'_>,
    kind: &str,
    of: impl FnOnce(&Element<'_>) -> T,
) -> T {
    let Some((bytes, _)) = package.part(kind) else { return T::default() };
    let source = xml::decode(&bytes);
    package.root(&source).map(|root| of(&root)).unwrap_or_default()
}

/// The title in the properties of the file.
fn title(package: &mut Package<'_>) -> Option<String> {
    let bytes = package.properties()?;
    let source = xml::decode(&bytes);
    let root = xml::parse(&source).ok()?;
    let title = escape::text(&root.child("dc:title")?.text());
    let title = excerpt(&title, MAX_TITLE);
    (!title.is_empty()).then_some(title)
}
