//! Rows of cells whose edges say which of them span several columns.

/// How far apart edges are that are meant to be one, in twentieths of a point.
const SAME_EDGE: i32 = 60;
/// The most columns of a table that are kept apart.
const MAX_COLUMNS: usize = 100;

/// A table that is being read.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
    cells: Vec<String>,
    defined: Vec<Cell>,
    open: Cell,
    left: i32,
    /// Whether a row was begun that has not ended.
    pub(super) is_in_row: bool,
}

/// What a row says of one of its cells.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    right: i32,
    is_continued: bool,
}

#[derive(Debug)]
struct Row {
    texts: Vec<String>,
    cells: Vec<Cell>,
    left: i32,
}

impl Table {
    /// Begins the definition of a row.
    pub(super) fn define_row(&mut self) {
        self.defined.clear();
        self.open = Cell::default();
        self.left = 0;
        self.is_in_row = true;
    }

    /// A control word of the definition.
    pub(super) fn define(&mut self, word: &str, value: i32) {
        match word {
            "trleft" => self.left = value,
            "clmrg" | "clvmrg" => self.open.is_continued = true,
            "cellx" if self.defined.len() < MAX_COLUMNS => {
                let open = std::mem::take(&mut self.open);
                self.defined.push(Cell { right: value, ..open });
            }
            _ => {}
        }
    }

    pub(super) fn push_cell(&mut self, text: String) {
        self.cells.push(text);
    }

    pub(super) fn end_row(&mut self) {
        self.is_in_row = false;
        let texts = std::mem::take(&mut self.cells);
        if !texts.is_empty() {
            self.rows.push(Row { texts, cells: self.defined.clone(), left: self.left });
        }
    }

    /// The rows so far, each text in the column where its cell begins; none when there are none.
    pub(super) fn take(&mut self) -> Option<Vec<Vec<String>>> {
        self.end_row();
        let rows = std::mem::take(&mut self.rows);
        let edges = edges(&rows);
        (!rows.is_empty()).then(|| rows.into_iter().map(|row| row.placed(&edges)).collect())
    }
}

/// The right edges of all cells, from left to right.
fn edges(rows: &[Row]) -> Vec<i32> {
    let mut edges: Vec<i32> =
        rows.iter().flat_map(|row| &row.cells).map(|cell| cell.right).collect();
    edges.sort_unstable();
    edges.dedup_by(|a, b| a.saturating_sub(*b) < SAME_EDGE);
    edges
}

impl Row {
    fn placed(self, edges: &[i32]) -> Vec<String> {
        let mut placed = Vec::new();
        let spans = self.spans(edges);
        for (at, text) in self.texts.into_iter().enumerate() {
            let is_continued = self.cells.get(at).is_some_and(|cell| cell.is_continued);
            placed.push(if is_continued { String::new() } else { text });
            let span = spans.as_ref().and_then(|spans| spans.get(at)).copied().unwrap_or(1);
            placed.extend(std::iter::repeat_n(String::new(), span.saturating_sub(1)));
        }
        placed
    }

    /// Over how many columns each cell goes; none when the edges do not tell.
    fn spans(&self, edges: &[i32]) -> Option<Vec<usize>> {
        if edges.len() > MAX_COLUMNS {
            return None;
        }
        let column = |right: i32| edges.partition_point(|edge| *edge <= right);
        let mut before = column(self.left.saturating_add(SAME_EDGE / 2));
        let span = |cell: &Cell| {
            let end = column(cell.right);
            Some(end.checked_sub(std::mem::replace(&mut before, end))?.max(1))
        };
        self.cells.iter().map(span).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(table: &mut Table, cells: &[(&str, i32)]) {
        table.define_row();
        for (text, right) in cells {
            table.define("cellx", *right);
            table.push_cell((*text).to_owned());
        }
        table.end_row();
    }

    #[test]
    fn a_wide_cell_fills_its_first_column() {
        let mut table = Table::default();
        row(&mut table, &[("a", 1000), ("b", 2000), ("c", 3000)]);
        row(&mut table, &[("wide", 2010), ("d", 3000)]);

        let rows = table.take().unwrap();

        assert_eq!(rows, [["a", "b", "c"], ["wide", "", "d"]]);
    }

    #[test]
    fn a_merged_cell_has_its_text_once() {
        let mut table = Table::default();
        table.define_row();
        table.define("clvmrg", 0);
        table.define("cellx", 1000);
        table.define("cellx", 2000);
        table.push_cell("again".to_owned());
        table.push_cell("x".to_owned());
        table.end_row();

        assert_eq!(table.take().unwrap(), [["", "x"]]);
    }

    #[test]
    fn cells_without_edges_stand_side_by_side() {
        let mut table = Table::default();
        table.push_cell("a".to_owned());
        table.push_cell("b".to_owned());

        assert_eq!(table.take().unwrap(), [["a", "b"]]);
        assert_eq!(table.take(), None);
    }
}
