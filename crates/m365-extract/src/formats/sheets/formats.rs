use std::collections::HashMap;

use super::number::{NumberFormat, builtin};

/// The number formats of cells, by the index that cells name.
#[derive(Debug, Default)]
pub(crate) struct Formats {
    cells: Vec<u32>,
    formats: HashMap<u32, NumberFormat>,
}

impl Formats {
    /// The formats with these ids, each read once, whatever the number of cells that have it.
    pub(crate) fn of<'c>(cells: Vec<u32>, code: impl Fn(u32) -> Option<&'c str>) -> Self {
        let mut formats = HashMap::new();
        for id in &cells {
            formats.entry(*id).or_insert_with(|| builtin(*id, code(*id)));
        }
        Self { cells, formats }
    }

    /// The format of cells with this index.
    pub(crate) fn at(&self, index: usize) -> Option<&NumberFormat> {
        self.formats.get(self.cells.get(index)?)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_format_is_read_once_for_all_cells_that_have_it() {
        let read = Cell::new(0);

        let formats = Formats::of(vec![200, 9, 200, 200], |id| {
            read.set(read.get() + 1);
            (id == 200).then_some("0.0")
        });

        assert_eq!(read.get(), 2);
        assert!(formats.at(0).is_some() && formats.at(0) == formats.at(3));
        assert_ne!(formats.at(0), formats.at(1));
        assert_eq!(formats.at(4), None);
    }
}
