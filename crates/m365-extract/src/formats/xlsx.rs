//! Excel workbooks: the SpreadsheetML of ECMA-376 part 1, 18.

mod cell;
mod comments;
mod drawing;
pub(super) mod package;
mod sheet;
mod strings;
mod styles;

use std::collections::HashMap;

use quick_xml::events::Event;

use self::{
    package::{Package, Relationships},
    strings::Strings,
};
use super::{
    Reader, office,
    sheets::{self, Book, Budget, Formats, Kind, Sheet, Tab, number::Epoch, scan},
};
use crate::{
    document::{Document, Input, Options},
    format::Format,
    limits::MAX_PAGES,
    refusal::{Refusal, RefusalKind},
};

/// Excel workbooks, with or without macros.
///
/// Sheets are read as a stream and only as far as an answer goes: what a workbook takes depends on
/// what is shown of it, and not on how many cells it has.
pub(crate) struct Xlsx;

impl Reader for Xlsx {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let mut book = Workbook::open(input.bytes)?;
        let mut document = sheets::document(&mut book, options);
        if book.package.is_incomplete() {
            document.warnings.push(office::INCOMPLETE.to_owned());
        }
        if !book.strings.is_whole() {
            let note = "The workbook has more texts than are read: some cells are empty here.";
            document.warnings.push(note.to_owned());
        }
        Ok(document)
    }
}

/// An open workbook.
struct Workbook<'a> {
    package: Package<'a>,
    entries: Vec<Entry>,
    epoch: Epoch,
    strings: Strings,
    formats: Formats,
    /// Who wrote threaded comments, by their ids.
    persons: HashMap<String, String>,
}

/// A sheet in the list of sheets.
#[derive(Debug)]
struct Entry {
    tab: Tab,
    part: Option<String>,
}

impl<'a> Workbook<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let mut package = Package::open(bytes, Format::Xlsx)?;
        let damaged = || Refusal::of(RefusalKind::Damaged, Format::Xlsx);
        let main = package.main_part();
        let part = package.read(&main)?.ok_or_else(damaged)?;
        let relationships = package.relationships(&main);
        let (entries, epoch) = list(&part, &relationships);
        if entries.is_empty() {
            return Err(damaged());
        }
        let strings = relationships.of_type("sharedStrings");
        let strings = strings.and_then(|name| package.read_start(name));
        let styles = package.read_any(relationships.of_type("styles"));
        let (formats, is_damaged) = styles::formats(&styles);
        let persons = package.read_any(relationships.of_type("person"));
        let (persons, is_whole) = comments::persons(&persons);
        package.note_lost(is_damaged || !is_whole);
        Ok(Self {
            package,
            entries,
            epoch,
            strings: strings
                .map(|(part, is_whole)| Strings::of(&part, is_whole))
                .unwrap_or_default(),
            formats,
            persons,
        })
    }
}

/// The sheets that the workbook lists, and from when it counts days.
fn list(part: &[u8], relationships: &Relationships) -> (Vec<Entry>, Epoch) {
    let mut reader = scan::reader(part);
    let mut is_damaged = false;
    let (mut entries, mut epoch) = (Vec::new(), Epoch::default());
    loop {
        match scan::next(&mut reader, &mut is_damaged) {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "workbookPr" if scan::is_true(&element, "date1904") => epoch = Epoch::Of1904,
                "sheet" if entries.len() <= MAX_PAGES => {
                    entries.extend(Entry::of(&element, relationships))
                }
                _ => {}
            },
            Event::Eof => return (entries, epoch),
            _ => {}
        }
    }
}

impl Entry {
    /// A sheet of the list; none for modules of macros, which are listed without a part.
    fn of(
        element: &quick_xml::events::BytesStart<'_>,
        relationships: &Relationships,
    ) -> Option<Self> {
        let id = scan::attribute(element, "id").filter(|id| !id.is_empty())?;
        let name = scan::attribute(element, "name").unwrap_or_default();
        let state = scan::attribute(element, "state").unwrap_or_default();
        let relationship = relationships.by_id(&id);
        let kind = match relationship.map_or("", |relationship| relationship.kind.as_str()) {
            "chartsheet" => Kind::Chart,
            "dialogsheet" => Kind::Dialog,
            "xlMacrosheet" | "xlIntlMacrosheet" => Kind::Macro,
            _ => Kind::Cells,
        };
        let is_hidden = matches!(state.as_str(), "hidden" | "veryHidden");
        let part = relationship.map(|relationship| relationship.target.to_string());
        Some(Self { tab: Tab { name, kind, is_hidden }, part })
    }
}

impl Book for Workbook<'_> {
    fn tabs(&self) -> Vec<Tab> {
        self.entries.iter().map(|entry| entry.tab.clone()).collect()
    }

    fn sheet(&mut self, index: usize, budget: &mut Budget) -> Sheet {
        let part = self.entries.get(index).and_then(|entry| entry.part.clone());
        let read = part.as_ref().and_then(|part| self.package.read_start(part));
        let (Some(name), Some((bytes, is_whole))) = (part, read) else {
            return Sheet { is_damaged: true, ..Sheet::default() };
        };
        let relationships = self.package.relationships(&name);
        let mut sheet = sheet::read(self, &bytes, is_whole, &relationships, budget);
        comments::add(&mut sheet, &mut self.package, &relationships, &self.persons);
        drawing::add(&mut sheet, &mut self.package, &relationships);
        sheet
    }
}
