//! What the parser of workbooks keeps to itself: number formats, and which rows and columns are
//! hidden. Read from the records of the stream (MS-XLS 2.4) without any other.

use std::{collections::HashMap, io::Cursor};

use office_oxide::cfb::CfbReader;

use crate::formats::sheets::number::{Epoch, NumberFormat, builtin};

const BOF: u16 = 0x0809;
const BOUNDSHEET_KINDS: [u16; 3] = [0x0010, 0x0020, 0x0040];
const COLINFO: u16 = 0x007d;
const DATEMODE: u16 = 0x0022;
const EOF: u16 = 0x000a;
const FORMAT: u16 = 0x041e;
const ROW: u16 = 0x0208;
const XF: u16 = 0x00e0;

/// The most ranges of hidden rows or columns of a sheet.
const MAX_HIDDEN: usize = 100_000;

/// What holds for all sheets.
#[derive(Debug, Default)]
pub(super) struct Globals {
    pub(super) epoch: Epoch,
    codes: HashMap<u16, String>,
    cells: Vec<u16>,
    formats: HashMap<u16, NumberFormat>,
    is_biff8: bool,
}

/// What is hidden of a sheet.
#[derive(Debug, Default)]
pub(super) struct Substream {
    pub(super) hidden_rows: Vec<(u32, u32)>,
    pub(super) hidden_columns: Vec<(u32, u32)>,
}

impl Globals {
    /// The number format of cells with this index.
    pub(super) fn format(&self, index: u16) -> Option<&NumberFormat> {
        self.formats.get(self.cells.get(usize::from(index))?)
    }

    fn record(&mut self, id: u16, data: &[u8]) {
        match id {
            BOF if u16_at(data, 0) == Some(0x0600) => self.is_biff8 = true,
            DATEMODE if u16_at(data, 0).is_some_and(|mode| mode != 0) => self.epoch = Epoch::Of1904,
            XF => self.cells.push(u16_at(data, 2).unwrap_or_default()),
            FORMAT => {
                let code = if self.is_biff8 { wide_code(data) } else { narrow_code(data) };
                self.codes.extend(u16_at(data, 0).zip(code));
            }
            _ => {}
        }
    }

    fn finish(&mut self) {
        for id in &self.cells {
            let code = self.codes.get(id).map(String::as_str);
            self.formats.entry(*id).or_insert_with(|| builtin(u32::from(*id), code));
        }
    }
}

impl Substream {
    fn record(&mut self, id: u16, data: &[u8]) {
        let number = |at| u16_at(data, at).map(u32::from);
        match id {
            ROW if u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                let row = number(0).unwrap_or_default();
                let has_room = self.hidden_rows.len() < MAX_HIDDEN;
                match self.hidden_rows.last_mut() {
                    Some(last) if last.1 + 1 == row => last.1 = row,
                    _ if has_room => self.hidden_rows.push((row, row)),
                    _ => {}
                }
            }
            COLINFO if u16_at(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                let (Some(first), Some(last)) = (number(0), number(2)) else { return };
                if self.hidden_columns.len() < MAX_HIDDEN {
                    self.hidden_columns.push((first, last.max(first)));
                }
            }
            _ => {}
        }
    }
}

/// Reads what holds for all sheets, and what for each of them in their order in the stream.
pub(super) fn read(file: &[u8]) -> (Globals, Vec<Substream>) {
    let mut globals = Globals::default();
    let mut sheets: Vec<Substream> = Vec::new();
    let Some(stream) = stream(file) else { return (globals, sheets) };
    let (mut depth, mut number, mut is_sheet) = (0_u32, 0_u32, false);
    for (id, data) in records(&stream) {
        if id == BOF {
            depth += 1;
            if depth == 1 {
                number += 1;
                let kind = u16_at(data, 2).unwrap_or(BOUNDSHEET_KINDS[0]);
                is_sheet = number > 1 && BOUNDSHEET_KINDS.contains(&kind);
                sheets.extend(is_sheet.then(Substream::default));
            }
        }
        match (depth, sheets.last_mut()) {
            (1, _) if number == 1 => globals.record(id, data),
            (1, Some(sheet)) if is_sheet => sheet.record(id, data),
            _ => {}
        }
        if id == EOF {
            depth = depth.saturating_sub(1);
        }
    }
    globals.finish();
    (globals, sheets)
}

fn stream(file: &[u8]) -> Option<Vec<u8>> {
    let mut container = CfbReader::new(Cursor::new(file)).ok()?;
    let name = if container.has_stream("Workbook") { "Workbook" } else { "Book" };
    container.open_stream(name).ok()
}

/// The records of a stream with their numbers, until one does not fit.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (id, size) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let data = rest.get(4..4 + size)?;
        rest = &rest[4 + size..];
        Some((id, data))
    })
}

/// A format code of BIFF8: its length in characters, and whether they are two bytes each.
fn wide_code(data: &[u8]) -> Option<String> {
    let length = usize::from(u16_at(data, 2)?);
    let text = data.get(5..)?;
    if data.get(4)? & 1 == 0 {
        return Some(text.get(..length)?.iter().map(|byte| char::from(*byte)).collect());
    }
    let units = text.get(..length.checked_mul(2)?)?.chunks_exact(2);
    let units: Vec<u16> = units.map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

/// A format code of BIFF5, in the code page of western languages, as nearly all are.
fn narrow_code(data: &[u8]) -> Option<String> {
    let length = usize::from(*data.get(2)?);
    let text = data.get(3..3 + length)?;
    Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(text).0.into_owned())
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_where_one_does_not_fit() {
        let stream = [0x0a, 0, 1, 0, 7, 0x22, 0, 9, 0, 1];

        assert_eq!(records(&stream).collect::<Vec<_>>(), [(EOF, &[7_u8][..])]);
    }

    #[test]
    fn codes_are_read_in_both_widths() {
        assert_eq!(wide_code(&[0xa4, 0, 2, 0, 0, b'0', b'%']).as_deref(), Some("0%"));
        assert_eq!(wide_code(&[0xa4, 0, 1, 0, 1, 0xac, 0x20]).as_deref(), Some("€"));
        assert_eq!(wide_code(&[0xa4, 0, 9, 0, 1, 0xac]), None);
        assert_eq!(narrow_code(&[0xa4, 0, 1, 0x80]).as_deref(), Some("€"));
    }
}
