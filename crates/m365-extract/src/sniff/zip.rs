use super::contains;
use crate::format::Format;

/// Entries looked at in a directory; more are not needed to know the kind.
const MAX_ENTRIES: usize = 10_000;

/// What a zip archive is, by the names of its parts (APPNOTE 4.3.12) and OpenDocument's `mimetype`.
pub(super) fn kind(bytes: &[u8]) -> Format {
    open_document(bytes).or_else(|| office(bytes)).unwrap_or(Format::Zip)
}

/// Whether the archive ends as it should, so that its entries can be found.
pub(super) fn has_directory(bytes: &[u8]) -> bool {
    directory_start(bytes).is_some()
}

/// OpenDocument stores its media type as the first entry, uncompressed.
fn open_document(bytes: &[u8]) -> Option<Format> {
    let head = &bytes[..bytes.len().min(256)];
    let kinds: [(&[u8], Format); 3] = [
        (b"opendocument.presentation", Format::Odp),
        (b"opendocument.spreadsheet", Format::Ods),
        (b"opendocument.text", Format::Odt),
    ];
    kinds.iter().find(|(kind, _)| contains(head, kind)).map(|(_, format)| *format)
}

fn office(bytes: &[u8]) -> Option<Format> {
    let mut found = None;
    for name in names(bytes).take(MAX_ENTRIES) {
        match name {
            b"xl/workbook.bin" => return Some(Format::Xlsb),
            _ if name.starts_with(b"word/") => return Some(Format::Docx),
            _ if name.starts_with(b"ppt/") => return Some(Format::Pptx),
            _ if name.starts_with(b"xl/") => found = Some(Format::Xlsx),
            _ => {}
        }
    }
    found
}

/// The names in the central directory, in order; none when it cannot be found.
fn names(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = directory_start(bytes);
    std::iter::from_fn(move || {
        let entry = bytes.get(at?..)?;
        if !entry.starts_with(b"PK\x01\x02") {
            return None;
        }
        let name_length = usize::from(u16_at(entry, 28)?);
        let extra = usize::from(u16_at(entry, 30)?) + usize::from(u16_at(entry, 32)?);
        at = at.map(|at| at + 46 + name_length + extra);
        entry.get(46..46 + name_length)
    })
}

/// Where the central directory begins, by the record at the end of the archive.
fn directory_start(bytes: &[u8]) -> Option<usize> {
    let tail_at = bytes.len().saturating_sub(66_000);
    let end = bytes[tail_at..].windows(4).rposition(|mark| mark == b"PK\x05\x06")?;
    let offset = bytes.get(tail_at + end + 16..tail_at + end + 20)?;
    usize::try_from(u32::from_le_bytes(offset.try_into().ok()?)).ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}
