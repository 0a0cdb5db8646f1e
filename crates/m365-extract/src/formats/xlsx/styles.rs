use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::super::sheets::{Formats, scan};

/// The most formats that are read; Excel allows 65,490.
const MAX_FORMATS: usize = 70_000;

/// The formats that a part lists, and whether it is damaged.
pub(super) fn formats(part: &[u8]) -> (Formats, bool) {
    let mut reader = scan::reader(part);
    let mut is_damaged = false;
    let mut codes: HashMap<u32, String> = HashMap::new();
    let mut cells = Vec::new();
    let mut in_cells = false;
    loop {
        match scan::next(&mut reader, &mut is_damaged) {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "numFmt" if codes.len() < MAX_FORMATS => codes.extend(code(&element)),
                "cellXfs" => in_cells = true,
                "xf" if in_cells && cells.len() < MAX_FORMATS => {
                    cells.push(scan::number(&element, "numFmtId").unwrap_or_default());
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Eof => break,
            _ => {}
        }
    }
    (Formats::of(cells, |id| codes.get(&id).map(String::as_str)), is_damaged)
}

fn code(element: &BytesStart<'_>) -> Option<(u32, String)> {
    let id = scan::number(element, "numFmtId")?;
    Some((id, scan::attribute(element, "formatCode")?))
}
