use super::contains;
use crate::{archive::directory, format::Format, limits::MAX_ENTRIES};

/// What a zip archive is, by the names of its parts (APPNOTE 4.3.12) and OpenDocument's `mimetype`.
pub(super) fn kind(bytes: &[u8]) -> Format {
    open_document(bytes).or_else(|| office(bytes)).unwrap_or(Format::Zip)
}

/// Whether the archive ends as it should, so that its entries can be found.
pub(super) fn has_directory(bytes: &[u8]) -> bool {
    directory::claimed_entries(bytes).is_some()
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
    for name in directory::names(bytes).take(MAX_ENTRIES) {
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
