//! Rows of cells as a markdown table.

/// Writes rows as a markdown table; the first row is its head.
///
/// Rows may differ in length: the head gets a place for each column, a short row stays short.
pub(crate) fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut out = String::new();
    for (number, row) in rows.iter().enumerate() {
        let is_head = number == 0;
        push_row(&mut out, row, if is_head { columns } else { row.len() });
        if is_head {
            out.push_str(&"| --- ".repeat(columns));
            out.push_str("|\n");
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_row(out: &mut String, row: &[String], columns: usize) {
    for column in 0..columns {
        out.push_str("| ");
        push_cell(out, row.get(column).map(String::as_str).unwrap_or_default());
        out.push(' ');
    }
    out.push_str("|\n");
}

/// The text of a cell on one line; a bar in it does not end the cell.
fn push_cell(out: &mut String, text: &str) {
    for (number, word) in text.split_whitespace().enumerate() {
        if number > 0 {
            out.push(' ');
        }
        match word.contains('|') {
            true => out.push_str(&word.replace('|', "\\|")),
            false => out.push_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_head_is_filled_and_bars_are_escaped() {
        let rows = [vec!["a|b".to_owned()], vec!["d\ne".to_owned(), "c".to_owned()]];

        assert_eq!(markdown(&rows), "| a\\|b |  |\n| --- | --- |\n| d e | c |");
    }
}
