use office_oxide::xlsx::{Cell, CellValue, SheetState, Worksheet, XlsxDocument};

use super::{
    Reader, office,
    sheets::{
        self, Area, Book, Budget, MAX_EXTRAS, Sheet, Tab,
        number::{Epoch, NumberFormat, builtin},
    },
    xls,
};
use crate::{
    archive::Archive,
    document::{Document, Input, Options},
    format::Format,
    refusal::{Refusal, RefusalKind},
};

/// Excel workbooks in the binary format of today (MS-XLSB).
pub(crate) struct Xlsb;

impl Reader for Xlsb {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        Archive::open(input.bytes, Format::Xlsb)?;
        let parsed = office::open(input.bytes, Format::Xlsb)?;
        let damaged = Refusal::of(RefusalKind::Damaged, Format::Xlsb);
        let document = parsed.as_xlsx().ok_or_else(|| damaged.clone())?;
        if document.worksheets.is_empty() {
            return Err(damaged);
        }
        let mut written = sheets::document(&mut Workbook::of(document), options);
        if !document.unreadable_sheets.is_empty() {
            written.warnings.push(office::INCOMPLETE.to_owned());
        }
        Ok(written)
    }
}

/// A parsed workbook.
struct Workbook<'a> {
    document: &'a XlsxDocument,
    epoch: Epoch,
    formats: Vec<NumberFormat>,
}

impl<'a> Workbook<'a> {
    fn of(document: &'a XlsxDocument) -> Self {
        let styles = document.styles.as_ref();
        let format = |id: u32| {
            let codes = styles.map(|styles| &styles.number_formats);
            builtin(id, codes.and_then(|codes| codes.get(&id)).map(String::as_str))
        };
        let cells = styles.map(|styles| styles.cell_formats.as_slice()).unwrap_or_default();
        Self {
            document,
            epoch: if document.workbook.date1904 { Epoch::Of1904 } else { Epoch::Of1900 },
            formats: cells.iter().map(|cell| format(cell.number_format_id)).collect(),
        }
    }

    fn text(&self, cell: &Cell) -> String {
        let index = cell.style_index.and_then(|index| usize::try_from(index).ok());
        let format = index.and_then(|index| self.formats.get(index));
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
        sheet
    }
}
