//! Spreadsheets by OpenDocument 1.3 part 3, 9.

mod sheet;
mod styles;
mod text;

use quick_xml::events::Event;

use self::styles::Styles;
use super::{
    Reader, odf,
    sheets::{self, Book, Budget, Sheet, Tab, scan},
};
use crate::{
    archive::Archive,
    document::{Document, Input, Options},
    format::Format,
    limits::{MAX_PAGES, MAX_PART},
    refusal::{Refusal, RefusalKind},
};

/// OpenDocument spreadsheets, of LibreOffice and others.
pub(crate) struct Ods;

impl Reader for Ods {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let mut archive = Archive::open(input.bytes, Format::Ods)?;
        let manifest = archive.read("META-INF/manifest.xml").ok().flatten().unwrap_or_default();
        if odf::is_encrypted(&manifest) {
            return Err(Refusal::of(RefusalKind::Encrypted, Format::Ods));
        }
        let content = archive.read_start("content.xml", MAX_PART)?;
        let (content, is_whole) = content.ok_or(Refusal::of(RefusalKind::Damaged, Format::Ods))?;
        let mut book = Spreadsheet::of(&content, is_whole);
        if book.tables.is_empty() {
            return Err(Refusal::of(RefusalKind::Damaged, Format::Ods));
        }
        Ok(sheets::document(&mut book, options))
    }
}

/// The content of a spreadsheet, and where its tables begin in it.
struct Spreadsheet<'a> {
    content: &'a [u8],
    is_whole: bool,
    styles: Styles,
    tables: Vec<Table>,
}

#[derive(Debug)]
struct Table {
    tab: Tab,
    start: usize,
}

impl<'a> Spreadsheet<'a> {
    fn of(content: &'a [u8], is_whole: bool) -> Self {
        let mut reader = scan::reader(content);
        let mut is_damaged = false;
        let mut styles = Styles::default();
        let (mut tables, mut depth) = (Vec::new(), 0_usize);
        loop {
            let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match scan::next(&mut reader, &mut is_damaged) {
                Event::Start(element) if element.local_name().as_ref() == "table" => {
                    if depth == 0 && tables.len() <= MAX_PAGES {
                        tables.push(Table { tab: styles.tab(&element), start });
                    }
                    depth += 1;
                }
                Event::Start(element) | Event::Empty(element) => styles.note(&element),
                Event::End(element) if element.local_name().as_ref() == "table" => {
                    depth = depth.saturating_sub(1);
                }
                Event::Eof => return Self { content, is_whole, styles, tables },
                _ => {}
            }
        }
    }
}

impl Book for Spreadsheet<'_> {
    fn tabs(&self) -> Vec<Tab> {
        self.tables.iter().map(|table| table.tab.clone()).collect()
    }

    fn sheet(&mut self, index: usize, budget: &mut Budget) -> Sheet {
        let start = self.tables.get(index).map_or(usize::MAX, |table| table.start);
        let part = self.content.get(start..).unwrap_or_default();
        let is_last = index + 1 == self.tables.len();
        let mut sheet = sheet::read(part, &self.styles, budget);
        if is_last && !self.is_whole {
            sheet.goes_on_to(0);
        }
        sheet
    }
}
