//! Excel workbooks of before 2007 (MS-XLS): BIFF8, and BIFF5 with its code pages.

mod records;

use office_oxide::{
    ir::SheetKind,
    xls::{self, CellValue, XlsDocument},
};

use self::records::{Globals, Substream};
use super::{
    Reader, office,
    sheets::{self, Area, Book, Budget, Comment, Kind, MAX_EXTRAS, Sheet, Tab},
};
use crate::{
    document::{Document, Input, Options},
    format::Format,
    refusal::{Refusal, RefusalKind},
};

/// Excel workbooks in the old binary format.
pub(crate) struct Xls;

impl Reader for Xls {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let parsed = office::open(input.bytes, Format::Xls)?;
        let document = parsed.as_xls().ok_or(Refusal::of(RefusalKind::Damaged, Format::Xls))?;
        if document.sheets.is_empty() {
            return Err(Refusal::of(RefusalKind::Damaged, Format::Xls));
        }
        let (globals, substreams) = records::read(input.bytes);
        let mut book = Workbook { document, globals, substreams };
        let mut written = sheets::document(&mut book, options);
        if document.truncated() {
            written.warnings.push(office::INCOMPLETE.to_owned());
        }
        Ok(written)
    }
}

/// A parsed workbook, and what the parser does not tell of it.
struct Workbook<'a> {
    document: &'a XlsDocument,
    globals: Globals,
    substreams: Vec<Substream>,
}

impl Book for Workbook<'_> {
    fn tabs(&self) -> Vec<Tab> {
        let tab = |sheet: &xls::Sheet| Tab {
            name: sheet.name.clone(),
            kind: kind(sheet.kind),
            is_hidden: sheet.hidden,
        };
        self.document.sheets.iter().map(tab).collect()
    }

    fn sheet(&mut self, index: usize, budget: &mut Budget) -> Sheet {
        let Some(source) = self.document.sheets.get(index) else { return Sheet::default() };
        let mut sheet = Sheet {
            merges: source.merged_cells.iter().take(MAX_EXTRAS).map(merge).collect(),
            comments: source.comments.iter().take(MAX_EXTRAS).map(comment).collect(),
            floating: source.chart_text.iter().map(|text| sheets::one_line(text)).collect(),
            ..Sheet::default()
        };
        if let Some(substream) = self.substreams.get(index) {
            sheet.hidden_rows.clone_from(&substream.hidden_rows);
            sheet.hidden_columns.clone_from(&substream.hidden_columns);
        }
        for link in &source.hyperlinks {
            let corners = (link.row_first, link.row_last, link.col_first, link.col_last);
            sheet.add_link(merge(&corners), link.target.as_str());
        }
        self.push_cells(source, &mut sheet, budget);
        sheet
    }
}

impl Workbook<'_> {
    fn push_cells(&self, source: &xls::Sheet, sheet: &mut Sheet, budget: &mut Budget) {
        for (row, (values, formats)) in (0_u32..).zip(source.rows.iter().zip(&source.xf)) {
            for (column, (value, format)) in (0_u32..).zip(values.iter().zip(formats)) {
                if !matches!(value, CellValue::Empty) {
                    sheet.push(row, column, &self.text(value, *format), budget);
                }
            }
        }
    }

    fn text(&self, value: &CellValue, format: u16) -> String {
        let format = self.globals.format(format);
        match (value, format) {
            (CellValue::Number(number), Some(format)) => format.show(*number, self.globals.epoch),
            (CellValue::String(text), Some(format)) => {
                format.show_text(text).unwrap_or_else(|| text.clone())
            }
            (value, _) => value.as_text(),
        }
    }
}

/// What a sheet of the parser is to us.
pub(super) fn kind(kind: SheetKind) -> Kind {
    match kind {
        SheetKind::Worksheet => Kind::Cells,
        SheetKind::Macro => Kind::Macro,
        SheetKind::Chart => Kind::Chart,
        SheetKind::Dialog => Kind::Dialog,
    }
}

fn merge(&(first_row, last_row, first_column, last_column): &(u16, u16, u16, u16)) -> Area {
    Area::between((first_row.into(), first_column.into()), (last_row.into(), last_column.into()))
}

fn comment(comment: &xls::XlsComment) -> Comment {
    Comment {
        row: comment.row.into(),
        column: comment.col.into(),
        author: comment.author.clone(),
        text: comment.text.clone(),
    }
}
