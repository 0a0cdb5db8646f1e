use super::Reader;
use crate::{
    archive::{Archive, Entry},
    clean::excerpt,
    document::{Document, Input, Options},
    escape,
    format::Format,
    markdown::table,
    refusal::Refusal,
};

/// The most files that are listed.
const MAX_LISTED: usize = 300;
/// The longest name that is shown, in characters.
const MAX_NAME: usize = 250;

const NOT_READ: &str = "The files in the archive are listed, not read.";
const LOCKED: &str = "Files in the archive are protected by a password.";

/// Zip archives: what is in them by name, size and date. Nothing is unpacked, so an archive in an
/// archive is a name like any other.
pub(crate) struct Zip;

impl Reader for Zip {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let archive = Archive::open(input.bytes, Format::Zip)?;
        let files: Vec<Entry> = archive.entries().filter(|entry| !entry.is_folder).collect();
        let mut document = Document::of(None, listing(&files));
        document.warnings.push(NOT_READ.to_owned());
        if files.iter().any(|file| file.is_encrypted) {
            document.warnings.push(LOCKED.to_owned());
        }
        Ok(document)
    }
}

fn listing(files: &[Entry]) -> String {
    let mut parts = vec![summary(files)];
    if !files.is_empty() {
        let head = ["Name", "Size", "Changed"].map(str::to_owned).to_vec();
        let rows = files.iter().take(MAX_LISTED).map(row);
        parts.push(table::markdown(&std::iter::once(head).chain(rows).collect::<Vec<_>>()));
    }
    if files.len() > MAX_LISTED {
        parts.push(format!("… and {} more.", files.len() - MAX_LISTED));
    }
    parts.join("\n\n")
}

fn summary(files: &[Entry]) -> String {
    let total = files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.size));
    match files.len() {
        0 => "The archive holds no files.".to_owned(),
        1 => format!("The archive holds 1 file, unpacked {}.", size(total)),
        count => format!("The archive holds {count} files, unpacked {}.", size(total)),
    }
}

fn row(file: &Entry) -> Vec<String> {
    let name = escape::text(&excerpt(&file.name, MAX_NAME));
    vec![name, size(file.size), file.changed.clone().unwrap_or_default()]
}

/// A number of bytes as people read it, e.g. `1.4 KB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes == 1 {
        return "1 byte".to_owned();
    }
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let mut tenths = u128::from(bytes) * 10 / 1024;
    let mut units = UNITS.iter();
    while tenths >= 10_240 && units.len() > 1 {
        tenths /= 1024;
        units.next();
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, units.next().unwrap_or(&"TB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_that_fits() {
        assert_eq!(size(1023), "1023 bytes");
        assert_eq!(size(1440), "1.4 KB");
        assert_eq!(size(3 << 30), "3.0 GB");
        assert_eq!(size(u64::MAX), "16777215.9 TB");
    }
}
