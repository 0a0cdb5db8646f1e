use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::super::sheets::{
    number::{NumberFormat, builtin},
    scan,
};

/// The most formats that are read; Excel allows 65,490.
const MAX_FORMATS: usize = 70_000;

/// The number formats of cells, by the index that cells name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    cells: Vec<u32>,
    formats: HashMap<u32, NumberFormat>,
}

impl Styles {
    pub(super) fn of(part: &[u8]) -> Self {
        let mut reader = scan::reader(part);
        let mut is_damaged = false;
        let mut codes: HashMap<u32, String> = HashMap::new();
        let mut cells = Vec::new();
        let mut in_cells = false;
        loop {
            match scan::next(&mut reader, &mut is_damaged) {
                Event::Start(element) | Event::Empty(element) => {
                    match element.local_name().as_ref() {
                        "numFmt" if codes.len() < MAX_FORMATS => codes.extend(code(&element)),
                        "cellXfs" => in_cells = true,
                        "xf" if in_cells && cells.len() < MAX_FORMATS => {
                            cells.push(scan::number(&element, "numFmtId").unwrap_or_default());
                        }
                        _ => {}
                    }
                }
                Event::End(element) if element.local_name().as_ref() == "cellXfs" => {
                    in_cells = false;
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let format = |id: &u32| (*id, builtin(*id, codes.get(id).map(String::as_str)));
        let formats = cells.iter().map(format).collect();
        Self { cells, formats }
    }

    /// The format of cells with this index.
    pub(super) fn format(&self, index: usize) -> Option<&NumberFormat> {
        self.formats.get(self.cells.get(index)?)
    }
}

fn code(element: &BytesStart<'_>) -> Option<(u32, String)> {
    let id = scan::number(element, "numFmtId")?;
    Some((id, scan::attribute(element, "formatCode")?))
}
