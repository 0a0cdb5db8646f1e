//! Small files of the kinds that people keep, made from plain text.
//!
//! The text has a line per paragraph; `# ` begins a heading, `| ` a row of a table, and a form feed
//! a new page, slide or sheet, whose first line is its title.

mod pdf;
mod sheet;
mod slides;
mod word;
mod xml;
mod zip;

pub(crate) use self::{pdf::pdf, sheet::sheet, slides::slides, word::word};

/// Packs named texts as a zip archive.
pub(crate) fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let entries: Vec<_> =
        entries.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    zip::pack(&entries)
}

/// Returns the cells of a table's row, if the line is one.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.strip_prefix('|')?;
    Some(row.trim_end_matches('|').split('|').map(str::trim).collect())
}
