//! OpenDocument texts.

use super::{
    Reader,
    odf::{Package, Styles, Writer},
    office::{HIDDEN, INCOMPLETE, NO_TEXT, margin},
};
use crate::{
    document::{Document, Input, Options, Page, PageKind},
    format::Format,
    refusal::Refusal,
    xml::{Event, Problem, XmlReader},
};

/// What to tell the reader of a text that breaks off.
const BROKEN: &str = "The file is damaged; the text after the damage is missing.";
/// What to tell the reader of a text that is longer than what is read.
const CUT: &str = "The file holds more than is read; a part of its text is missing.";

/// Reads OpenDocument texts ([ODF 1.3], part 3).
///
/// [ODF 1.3]: https://docs.oasis-open.org/office/OpenDocument/v1.3/
#[derive(Debug)]
pub(super) struct Odt;

impl Reader for Odt {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let package = Package::open(input.bytes, Format::Odt)?;
        let (content, objects) = (package.content(), package.objects());
        let mut styles = Styles::default();
        let masters = package.styles();
        styles.add_part(&masters);
        styles.add_part(&content);
        let mut writer = Writer::new(&styles, &objects, options.links);
        let mut reader = XmlReader::new(&content);
        write_body(&mut reader, &mut writer);
        let missing = warning(&reader, writer.is_cut(), &package);
        let margins = margins(&masters, &mut writer);
        let hidden = writer.has_hidden().then_some(HIDDEN);
        let (pages, heading) = writer.finish();
        let is_empty = pages.iter().all(String::is_empty);
        if let Some(problem) = reader.problem().filter(|_| is_empty) {
            return Err(problem.refusal(Format::Odt));
        }
        let warnings = [is_empty.then_some(NO_TEXT), missing, hidden].into_iter().flatten();
        let warnings = warnings.map(str::to_owned).collect();
        let title = package.title().or(heading);
        let mut pages = to_pages(pages);
        margin::add(&mut pages, margins);
        Ok(Document { title, pages, warnings, ..Document::default() })
    }
}

/// Writes what is in the body of a text, block by block.
fn write_body<'a>(reader: &mut XmlReader<'a>, writer: &mut Writer<'a>) {
    while let Some(event) = reader.read() {
        let Event::Start(element) = event else { continue };
        match element.name() {
            ("office", "document-content" | "document" | "body" | "text") => {}
            ("text", "tracked-changes") => writer.set_changes(&reader.finish(element)),
            ("office", _) => reader.skip(),
            _ => writer.block(&reader.finish(element)),
        }
        if writer.is_full() {
            return;
        }
    }
}

/// What stands in the margins of all pages.
fn margins<'a>(styles: &'a str, writer: &mut Writer<'a>) -> [String; 2] {
    let mut reader = XmlReader::new(styles);
    while let Some(event) = reader.read() {
        match event {
            Event::Start(element) if element.is("office:master-styles") => {
                return writer.margins(&reader.finish(element));
            }
            Event::Start(element) if element.is("office:document-styles") => {}
            Event::Start(_) => reader.skip(),
            Event::Text(_) | Event::End => {}
        }
    }
    Default::default()
}

/// What is missing of a file, if anything is.
pub(super) fn warning(
    reader: &XmlReader<'_>,
    is_cut: bool,
    package: &Package,
) -> Option<&'static str> {
    match reader.problem() {
        Some(Problem::Broken | Problem::Entities) => Some(BROKEN),
        Some(Problem::TooLarge) => Some(CUT),
        None if is_cut => Some(CUT),
        None => package.is_incomplete().then_some(INCOMPLETE),
    }
}

fn to_pages(texts: Vec<String>) -> Vec<Page> {
    let kind = if texts.len() > 1 { PageKind::Page } else { PageKind::Part };
    texts.into_iter().map(|markdown| Page { kind, markdown, ..Page::default() }).collect()
}
