use super::{Reader, text};
use crate::{
    document::{Document, Input, Options},
    escape,
    format::Format,
    markdown::table,
    refusal::{Refusal, RefusalKind},
};

/// The most cells that a table is read to.
const MAX_CELLS: usize = 200_000;
/// The most columns of a row.
const MAX_COLUMNS: usize = 1_000;
/// Lines looked at to find the delimiter.
const SAMPLE_LINES: usize = 20;

/// Values separated by commas, semicolons, tabs or bars, as one markdown table.
pub(crate) struct Csv;

impl Reader for Csv {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let raw = text::decode_head(input, options);
        let Table { rows, is_long, is_wide } = table(&raw, options);
        if rows.is_empty() {
            return Err(Refusal::of(RefusalKind::Empty, Format::Csv));
        }
        let mut document = text::whole(Format::Csv, None, table::markdown(&rows))?;
        if is_long {
            document.warnings.push("The table is longer than what is read.".to_owned());
        }
        if is_wide {
            document.warnings.push("The table has more columns than are read.".to_owned());
        }
        Ok(document)
    }
}

/// The rows that have content, and whether there are more rows or columns than are read.
#[derive(Debug, Default)]
struct Table {
    rows: Vec<Vec<String>>,
    is_long: bool,
    is_wide: bool,
}

fn table(raw: &str, options: &Options) -> Table {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(raw))
        .from_reader(raw.as_bytes());
    let mut table = Table::default();
    let (mut cells, mut bytes) = (0, 0);
    for record in reader.records().map_while(Result::ok) {
        cells += record.len();
        bytes += record.as_slice().len();
        if cells > MAX_CELLS || bytes > options.max_output {
            table.is_long = true;
            break;
        }
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            table.is_wide |= record.len() > MAX_COLUMNS;
            table.rows.push(record.iter().take(MAX_COLUMNS).map(escape::text).collect());
        }
    }
    table
}

/// The delimiter that occurs most evenly outside of quotes in the first lines.
fn delimiter(raw: &str) -> u8 {
    let counts = |mark: char| -> Vec<usize> {
        let lines = raw.lines().filter(|line| !line.trim().is_empty()).take(SAMPLE_LINES);
        lines.map(|line| unquoted(line, mark)).collect()
    };
    let score = |mark: &u8| {
        let counts = counts(char::from(*mark));
        let first = counts.first().copied().unwrap_or_default();
        (counts.iter().filter(|count| **count > 0 && **count == first).count(), first)
    };
    b",;\t|".iter().copied().rev().max_by_key(score).unwrap_or(b',')
}

fn unquoted(line: &str, mark: char) -> usize {
    let outside = line.split('"').step_by(2);
    outside.map(|part| part.matches(mark).count()).sum()
}
