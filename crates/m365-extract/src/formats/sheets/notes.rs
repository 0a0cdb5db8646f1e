//! What is said beside the cells of a sheet.

use super::address::{cell_name, column_name};
use crate::{escape, formats::office::note};

/// The most ranges of hidden rows or columns that are named.
const MAX_RANGES: usize = 20;

/// What someone remarked on a cell.
#[derive(Debug, Default)]
pub(crate) struct Comment {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) author: Option<String>,
    pub(crate) text: String,
}

impl Comment {
    /// The comment as a paragraph. Programs begin the text with its author, who is named already.
    pub(super) fn markdown(&self) -> String {
        let author = self.author.as_deref().map(str::trim).filter(|author| !author.is_empty());
        let text = self.text.trim();
        let text =
            author.and_then(|author| text.strip_prefix(author)?.strip_prefix(':')).unwrap_or(text);
        let place = format!(" on {}", cell_name(self.row, self.column));
        note::comment_on(&place, author, &one_line(text))
    }
}

/// A text of the file as markdown on one line.
pub(crate) fn one_line(raw: &str) -> String {
    let words: Vec<&str> = raw.split_whitespace().collect();
    escape::text(&words.join(" "))
}

/// `*Rows 5–9 and column C are hidden.*`, for those that have cells.
pub(super) fn hidden(rows: &[(u32, u32)], columns: &[(u32, u32)]) -> Option<String> {
    let row_name = |row: &u32| (u64::from(*row) + 1).to_string();
    let column_name = |column: &u32| column_name(*column);
    let (rows, columns) = (joined(rows), joined(columns));
    let count = |ranges: &[(u32, u32)]| -> u64 {
        ranges.iter().map(|(first, last)| u64::from(last.saturating_sub(*first)) + 1).sum()
    };
    let text = match (rows.is_empty(), columns.is_empty()) {
        (true, true) => return None,
        (false, true) => ranges("Row", "Rows", &rows, row_name),
        (true, false) => ranges("Column", "Columns", &columns, column_name),
        (false, false) => format!(
            "{} and {}",
            ranges("Row", "Rows", &rows, row_name),
            ranges("column", "columns", &columns, column_name),
        ),
    };
    let verb = if count(&rows) + count(&columns) == 1 { "is" } else { "are" };
    Some(format!("*{text} {verb} hidden.*"))
}

/// Joins ranges that follow one another.
fn joined(ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (first, last) in sorted {
        match joined.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}

/// `Rows 5–9 and 12`.
pub(super) fn ranges(
    one: &str,
    many: &str,
    ranges: &[(u32, u32)],
    name: impl Fn(&u32) -> String,
) -> String {
    let ranges = joined(ranges);
    let mut names: Vec<String> = ranges
        .iter()
        .take(MAX_RANGES)
        .map(|(first, last)| match first == last {
            true => name(first),
            false => format!("{}–{}", name(first), name(last)),
        })
        .collect();
    if ranges.len() > names.len() {
        names.push(format!("{} more", ranges.len() - names.len()));
    }
    let is_one = matches!(ranges.as_slice(), [(first, last)] if first == last);
    let last = names.pop().unwrap_or_default();
    let listed = if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) };
    format!("{} {listed}", if is_one { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_columns_are_named_by_their_ranges() {
        assert_eq!(
            hidden(&[(4, 4), (5, 8), (11, 11)], &[(2, 2)]).as_deref(),
            Some("*Rows 5–9 and 12 and column C are hidden.*"),
        );
        assert_eq!(hidden(&[(0, 0)], &[]).as_deref(), Some("*Row 1 is hidden.*"));
        assert_eq!(hidden(&[], &[(26, 27)]).as_deref(), Some("*Columns AA–AB are hidden.*"));
        assert_eq!(hidden(&[], &[]), None);
    }

    #[test]
    fn many_ranges_are_not_all_named() {
        let rows: Vec<(u32, u32)> = (0..50).map(|row| (row * 2, row * 2)).collect();

        assert!(
            hidden(&rows, &[]).is_some_and(|text| text.ends_with("39 and 30 more are hidden.*"))
        );
    }

    #[test]
    fn a_comment_names_its_author_once() {
        let author = Some("Ann".to_owned());
        let comment = Comment { row: 3, column: 1, author, text: "Ann:\nsee\nQ3".to_owned() };

        assert_eq!(comment.markdown(), "**Comment on B4 (Ann):** see Q3");
    }
}
