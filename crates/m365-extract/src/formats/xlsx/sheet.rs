//! One sheet: rows, cells, and what belongs to them.

use std::rc::Rc;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    Workbook,
    cell::{CellInProgress, Slot},
    package::Relationships,
};
use crate::formats::sheets::{Area, Budget, MAX_EXTRAS, Sheet, parse_cell, scan};

/// Reads the part of a sheet; `is_whole` says whether these bytes are all of it.
pub(super) fn read(
    book: &Workbook<'_>,
    part: &[u8],
    is_whole: bool,
    relationships: &Relationships,
    budget: &mut Budget,
) -> Sheet {
    let mut sheet = InProgress {
        book,
        relationships,
        budget,
        sheet: Sheet::default(),
        claimed_last_row: 0,
        next: (0, 0),
        cell: None,
        slot: None,
        in_hint: false,
    };
    let mut is_damaged = false;
    sheet.run(&mut scan::reader(part), &mut is_damaged);
    sheet.sheet.is_damaged = is_damaged && is_whole;
    if !is_whole {
        sheet.sheet.goes_on_to(sheet.claimed_last_row);
    }
    sheet.sheet
}

/// A sheet while it is read.
struct InProgress<'a, 'b> {
    book: &'a Workbook<'b>,
    relationships: &'a Relationships,
    budget: &'a mut Budget,
    sheet: Sheet,
    claimed_last_row: u32,
    /// The row under way, and the column of the next cell that does not say where it is.
    next: (u32, u32),
    cell: Option<CellInProgress>,
    slot: Option<Slot>,
    in_hint: bool,
}

impl InProgress<'_, '_> {
    fn run(&mut self, reader: &mut Reader<&[u8]>, is_damaged: &mut bool) {
        let mut rows = 0_u32;
        loop {
            match scan::next(reader, is_damaged) {
                Event::Start(element) => self.start(&element, &mut rows),
                Event::Empty(element) => {
                    self.start(&element, &mut rows);
                    self.end(element.local_name().as_ref());
                }
                Event::End(element) => self.end(element.local_name().as_ref()),
                Event::Eof => return,
                event => self.text(&event),
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>, rows: &mut u32) {
        match element.local_name().as_ref() {
            "c" => self.begin_cell(element),
            "row" => self.begin_row(element, rows),
            "v" => self.slot = Some(Slot::Value),
            "f" => self.slot = Some(Slot::Formula),
            "t" if !self.in_hint => self.slot = Some(Slot::Inline),
            "rPh" => self.in_hint = true,
            "col" if scan::is_true(element, "hidden") => self.hide_columns(element),
            "dimension" => {
                let area = scan::attribute(element, "ref").and_then(|area| Area::parse(&area));
                self.claimed_last_row = area.map_or(0, |area| area.last_row);
            }
            "mergeCell" if self.sheet.merges.len() < MAX_EXTRAS => {
                let area = scan::attribute(element, "ref").and_then(|area| Area::parse(&area));
                self.sheet.merges.extend(area);
            }
            "hyperlink" => {
                if let Some((area, target)) = self.link(element) {
                    self.sheet.add_link(area, target);
                }
            }
            _ => {}
        }
    }

    fn begin_row(&mut self, element: &BytesStart<'_>, rows: &mut u32) {
        let number = scan::number(element, "r").filter(|number| *number > 0);
        *rows = number.unwrap_or_else(|| rows.saturating_add(1));
        let row = *rows - 1;
        self.next = (row, 0);
        if scan::is_true(element, "hidden") {
            self.sheet.hide_rows(row, row);
        }
    }

    fn begin_cell(&mut self, element: &BytesStart<'_>) {
        let mut cell = CellInProgress::at(self.next);
        for attribute in element.attributes().with_checks(false).flatten() {
            match attribute.key.local_name().as_ref() {
                "r" => cell.place = parse_cell(&attribute.value).unwrap_or(cell.place),
                "t" => cell.set_kind(&attribute.value),
                "s" => cell.style = attribute.value.parse().unwrap_or_default(),
                "vm" => cell.has_rich_value = true,
                _ => {}
            }
        }
        self.next = (cell.place.0, cell.place.1.saturating_add(1));
        self.cell = Some(cell);
    }

    fn text(&mut self, event: &Event<'_>) {
        if let (Some(slot), Some(cell)) = (self.slot, &mut self.cell)
            && !self.sheet.is_full()
        {
            scan::push_text(cell.slot(slot), event);
        } else if let (Some(_), Some(cell)) = (self.slot, &mut self.cell) {
            cell.has_content = true;
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "c" => self.end_cell(),
            "v" | "f" | "t" => self.slot = None,
            "rPh" => self.in_hint = false,
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let (row, column) = cell.place;
        if self.sheet.is_full() {
            let counted = if cell.has_content { "x" } else { "" };
            return self.sheet.push(row, column, counted, self.budget);
        }
        self.sheet.push(row, column, &cell.text(self.book), self.budget);
        if let Some(target) = cell.formula_target() {
            self.sheet.add_link(Area::between(cell.place, cell.place), target);
        }
    }

    fn hide_columns(&mut self, element: &BytesStart<'_>) {
        let (first, last) = (scan::number(element, "min"), scan::number::<u32>(element, "max"));
        if let (Some(first @ 1..), Some(last)) = (first, last) {
            self.sheet.hide_columns(first - 1, last.max(first) - 1);
        }
    }

    /// A place that leads outside; what leads to another cell is left out.
    fn link(&self, element: &BytesStart<'_>) -> Option<(Area, Rc<str>)> {
        let area = Area::parse(&scan::attribute(element, "ref")?)?;
        let id = scan::attribute(element, "id")?;
        let target = self.relationships.by_id(&id).filter(|target| target.kind == "hyperlink")?;
        Some((area, Rc::clone(&target.target)))
    }
}
