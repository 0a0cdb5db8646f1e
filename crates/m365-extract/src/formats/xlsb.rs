//! Excel workbooks in the binary format of today (MS-XLSB).

mod records;

use std::collections::HashMap;

use office_oxide::xlsx::{
    Cell, CellValue, SheetState, Worksheet, XlsxDocument, workbook::SheetInfo,
};

use super::{
    Reader, office,
    sheets::{
        self, Area, Book, Budget, Formats, MAX_EXTRAS, Sheet, Tab,
        number::{Epoch, NumberFormat},
    },
    xls,
    xlsx::package::{Package, Relationships},
};
use crate::{
    document::{Document, Input, Options},
    format::Format,
    refusal::{Refusal, RefusalKind},
};

/// Excel workbooks in the binary format.
pub(crate) struct Xlsb;

impl Reader for Xlsb {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let mut package = Package::open(input.bytes, Format::Xlsb)?;
        let relationships = package.relationships(MAIN_PART);
        let parsed = office::open(input.bytes, Format::Xlsb)?;
        let damaged = Refusal::of(RefusalKind::Damaged, Format::Xlsb);
        let document = parsed.as_xlsx().ok_or_else(|| damaged.clone())?;
        if document.worksheets.is_empty() {
            return Err(damaged);
        }
        let mut book = Workbook::of(document, package, &relationships);
        let mut written = sheets::document(&mut book, options);
        if !document.unreadable_sheets.is_empty() || book.package.is_incomplete() {
            written.warnings.push(office::INCOMPLETE.to_owned());
        }
        Ok(written)
    }
}

/// The part with the list of sheets.
const MAIN_PART: &str = "xl/workbook.bin";

/// A parsed workbook, and its package for what the parser does not tell of it.
struct Workbook<'a> {
    document: &'a XlsxDocument,
    package: Package<'a>,
    /// The parts of sheets by their names.
    parts: HashMap<&'a str, &'a str>,
    epoch: Epoch,
    formats: Formats,
}

impl<'a> Workbook<'a> {
    fn of(
        document: &'a XlsxDocument,
        package: Package<'a>,
        relationships: &'a Relationships,
    ) -> Self {
        let styles = document.styles.as_ref();
        let code = |id| Some(styles?.number_formats.get(&id)?.as_str());
        let cells = styles.map(|styles| styles.cell_formats.as_slice()).unwrap_or_default();
        let part = |sheet: &'a SheetInfo| {
            let part = relationships.by_id(&sheet.rel_id)?;
            Some((sheet.name.as_str(), &*part.target))
        };
        Self {
            document,
            package,
            parts: document.workbook.sheets.iter().filter_map(part).collect(),
            epoch: if document.workbook.date1904 { Epoch::Of1904 } else { Epoch::Of1900 },
            formats: Formats::of(cells.iter().map(|cell| cell.number_format_id).collect(), code),
        }
    }

    fn text(&self, cell: &Cell) -> String {
        let index = cell.style_index.and_then(|index| usize::try_from(index).ok());
        let format = index.and_then(|index| self.formats.at(index));
        let text = |text: &str| {
            format.and_then(|format| format.show_text(text)).unwrap_or_else(|| text.to_owned())
        };
        match &cell.value {
            CellValue::Number(number) => match format {
                Some(format) => format.show(*number, self.epoch),
                None => NumberFormat::default().show(*number, self.epoch),
            },
            CellValue::String(raw) => text(raw),
            CellValue::SharedString(index) => {
                text(self.document.shared_strings.get(*index).unwrap_or_default())
            }
            _ => self.document.format_cell_value(cell),
        }
    }
}

impl Workbook<'_> {
    /// Adds what stands beside the cells of a sheet.
    fn add_beside(&mut self, name: &str, sheet: &mut Sheet) {
        let Some(part) = self.parts.get(name).copied() else { return };
        let relationships = self.package.relationships(part);
        records::add(sheet, &self.package.read_any(Some(part)), &relationships);
        let comments = self.package.read_any(relationships.of_type("comments"));
        sheet.comments.extend(records::comments(&comments));
    }
}

impl Book for Workbook<'_> {
    fn tabs(&self) -> Vec<Tab> {
        let tab = |sheet: &Worksheet| Tab {
            name: sheet.name.clone(),
            kind: xls::kind(sheet.kind),
            is_hidden: sheet.state != SheetState::Visible,
        };
        self.document.worksheets.iter().map(tab).collect()
    }

    fn sheet(&mut self, index: usize, budget: &mut Budget) -> Sheet {
        let Some(source) = self.document.worksheets.get(index) else { return Sheet::default() };
        let merges = source.merged_cells.iter().take(MAX_EXTRAS);
        let mut sheet = Sheet {
            merges: merges.filter_map(|area| Area::parse(area)).collect(),
            is_damaged: source.damage.is_some(),
            floating: source.chart_text.iter().map(|text| sheets::one_line(text)).collect(),
            ..Sheet::default()
        };
        for cell in source.rows.iter().flat_map(|row| &row.cells) {
            let text = self.text(cell);
            sheet.push(cell.reference.row, cell.reference.col, &text, budget);
        }
        self.add_beside(&source.name, &mut sheet);
        sheet
    }
}
