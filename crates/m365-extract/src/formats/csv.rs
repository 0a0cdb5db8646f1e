use csv::{ReaderBuilder, StringRecord};

use super::{Reader, text};
use crate::{
    document::{Document, Input, Options},
    escape,
    format::Format,
    limits::MAX_CELLS,
    markdown::table,
    refusal::{Refusal, RefusalKind},
};

/// The most columns of a row.
const MAX_COLUMNS: usize = 1_000;
/// The most lines before a table that only say what it is.
const MAX_PREAMBLE: usize = 20;
/// Lines looked at to find the delimiter.
const SAMPLE_LINES: usize = 40;

/// Values separated by commas, semicolons, tabs or bars, as one markdown table.
pub(crate) struct Csv;

impl Reader for Csv {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let (raw, is_cut) = text::decode_head(input);
        let (delimiter, raw) = delimiter(&raw);
        let table = Table::read(&unspaced(raw, delimiter), delimiter);
        if table.rows.is_empty() {
            return Err(Refusal::of(RefusalKind::Empty, Format::Csv));
        }
        let mut document = text::whole(Format::Csv, None, table.markdown())?;
        if table.is_long || is_cut {
            let lines = input.bytes.iter().filter(|byte| **byte == b'\n').count();
            document.warnings.push(format!(
                "The table is longer than what is read: {} rows of a file of {lines} lines are shown.",
                table.rows.len(),
            ));
        }
        if table.is_wide {
            document.warnings.push(format!(
                "The table has more columns than are read: the first {MAX_COLUMNS} are shown."
            ));
        }
        Ok(document)
    }
}

/// The rows that have content, and whether there are more rows or columns than are read.
#[derive(Debug, Default)]
struct Table {
    rows: Vec<Vec<String>>,
    cells: usize,
    is_long: bool,
    is_wide: bool,
}

impl Table {
    fn read(raw: &str, delimiter: u8) -> Self {
        let (table, last) = Self::parse(raw, delimiter, true);
        let is_open =
            raw.matches('"').count() % 2 == 1 && last.iter().any(|cell| cell.contains('\n'));
        if is_open { Self::parse(raw, delimiter, false).0 } else { table }
    }

    /// The table, and its last record: a quote that is never closed would make that one of all
    /// that follows.
    fn parse(raw: &str, delimiter: u8, is_quoting: bool) -> (Self, StringRecord) {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .quoting(is_quoting)
            .delimiter(delimiter)
            .from_reader(raw.as_bytes());
        let mut table = Self::default();
        let mut last = StringRecord::new();
        for record in reader.records().map_while(Result::ok) {
            if !table.push(&record) {
                table.is_long = true;
                break;
            }
            last = record;
        }
        (table, last)
    }

    /// Adds a row; says whether there was room for it.
    fn push(&mut self, record: &StringRecord) -> bool {
        self.cells += record.len();
        if !self.rows.is_empty() && self.cells > MAX_CELLS {
            return false;
        }
        let filled = (1..).zip(record).filter(|(_, cell)| !cell.trim().is_empty());
        let used = filled.last().map_or(0, |(number, _)| number);
        if used > 0 {
            self.is_wide |= used > MAX_COLUMNS;
            self.rows.push(record.iter().take(used.min(MAX_COLUMNS)).map(escape::text).collect());
        }
        true
    }

    fn markdown(&self) -> String {
        let (preamble, rows) = self.rows.split_at(self.preamble());
        let lines = preamble.iter().flatten().map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            escape::paragraph(&words.join(" "))
        });
        lines.chain([table::markdown(rows)]).collect::<Vec<_>>().join("\n\n")
    }

    /// How many rows stand before the table: those of a single cell, where what follows has several.
    fn preamble(&self) -> usize {
        let count = self.rows.iter().take_while(|row| row.len() == 1).count();
        let is_table = self.rows.iter().skip(count).filter(|row| row.len() > 1).count() > 1;
        if is_table && count <= MAX_PREAMBLE { count } else { 0 }
    }
}

/// The delimiter, and the text without a line that only names it.
fn delimiter(raw: &str) -> (u8, &str) {
    named_delimiter(raw).unwrap_or_else(|| (likely_delimiter(raw), raw))
}

/// `sep=;`, by which Excel is told.
fn named_delimiter(raw: &str) -> Option<(u8, &str)> {
    let raw = raw.trim_start_matches('\u{feff}');
    let head = raw.get(..4).filter(|head| head.eq_ignore_ascii_case("sep="))?;
    let (line, rest) = raw[head.len()..].split_once('\n').unwrap_or((&raw[head.len()..], ""));
    let [mark] = line.trim_end_matches(['\r', '"']).as_bytes() else { return None };
    mark.is_ascii().then_some((*mark, rest))
}

/// The delimiter that occurs most evenly outside of quotes in the first lines.
fn likely_delimiter(raw: &str) -> u8 {
    let score = |mark: &u8| {
        let lines = raw.lines().filter(|line| !line.trim().is_empty()).take(SAMPLE_LINES);
        let mut counts: Vec<usize> = lines.map(|line| unquoted(line, char::from(*mark))).collect();
        counts.retain(|count| *count > 0);
        counts.sort_unstable();
        let even = counts.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).max();
        even.unwrap_or_default()
    };
    b",;\t|".iter().copied().rev().max_by_key(score).unwrap_or(b',')
}

/// The text without the blanks that some put before a quoted cell: `1, "a, b"`.
fn unspaced(raw: &str, delimiter: u8) -> String {
    let mut parts: Vec<&str> = raw.split('"').collect();
    let quotes = parts.len() - 1;
    for part in parts.iter_mut().take(quotes).step_by(2) {
        let cut = part.trim_end_matches(' ');
        if cut.ends_with([char::from(delimiter), '\n']) {
            *part = cut;
        }
    }
    parts.join("\"")
}

fn unquoted(line: &str, mark: char) -> usize {
    let outside = line.split('"').step_by(2);
    outside.map(|part| part.matches(mark).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markdown(raw: &str) -> String {
        let (delimiter, raw) = delimiter(raw);
        Table::read(&unspaced(raw, delimiter), delimiter).markdown()
    }

    #[test]
    fn a_line_may_name_the_delimiter() {
        assert_eq!(markdown("sep=|\r\na,b|c\r\n1|2"), "| a,b | c |\n| --- | --- |\n| 1 | 2 |");
    }

    #[test]
    fn decimal_commas_do_not_part_cells() {
        assert_eq!(
            markdown("name;price\na;1,5\nb;2,5\nc;3,5"),
            "| name | price |\n| --- | --- |\n| a | 1,5 |\n| b | 2,5 |\n| c | 3,5 |",
        );
    }

    #[test]
    fn lines_before_a_table_are_paragraphs() {
        assert_eq!(
            markdown("Report,,\n\"Made in Q3, 2026\"\n\nid,name,n\n1,a,2\n"),
            "Report\n\nMade in Q3, 2026\n\n| id | name | n |\n| --- | --- | --- |\n| 1 | a | 2 |",
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_takes_no_rows_with_it() {
        assert_eq!(
            markdown("a,b\n\"open,1\nrow,2\n"),
            "| a | b |\n| --- | --- |\n| \"open | 1 |\n| row | 2 |",
        );
    }

    #[test]
    fn a_quote_within_a_cell_is_a_mark_of_inches() {
        assert_eq!(
            markdown("size,n\n5\" pipe,1\n"),
            "| size | n |\n| --- | --- |\n| 5\" pipe | 1 |"
        );
    }

    #[test]
    fn a_blank_may_stand_before_a_quoted_cell() {
        assert_eq!(
            markdown("\"name\", n, \"note\"\n\"a\", 1, \"x, y\"\nb \"c\", 2, z\n"),
            "| name | n | note |\n| --- | --- | --- |\n| a | 1 | x, y |\n| b \"c\" | 2 | z |",
        );
    }

    #[test]
    fn quoted_cells_may_have_lines() {
        assert_eq!(markdown("a,b\n\"x\ny\",2\n"), "| a | b |\n| --- | --- |\n| x y | 2 |");
    }
}
