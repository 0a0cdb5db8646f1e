use crate::format::Format;

/// The size of a directory entry, by MS-CFB 2.6.1.
const ENTRY: usize = 128;

/// What a compound file is, by the names of its streams.
///
/// Entries are found by their alignment instead of by following the sector chain, so a chain that
/// does not end does no harm.
pub(super) fn kind(bytes: &[u8]) -> Format {
    let mut found = Format::Ole;
    for entry in bytes.chunks_exact(ENTRY) {
        match stream(&entry_name(entry)) {
            Some(Format::EncryptedOffice) => return Format::EncryptedOffice,
            Some(format) if found == Format::Ole => found = format,
            _ => {}
        }
    }
    found
}

fn stream(name: &str) -> Option<Format> {
    match name {
        "EncryptedPackage" => Some(Format::EncryptedOffice),
        "WordDocument" => Some(Format::Doc),
        "Workbook" | "Book" => Some(Format::Xls),
        "PowerPoint Document" => Some(Format::Ppt),
        "__properties_version1.0" => Some(Format::Msg),
        _ => None,
    }
}

/// The entry's name in ASCII; empty when it is no entry or has another name.
fn entry_name(entry: &[u8]) -> String {
    let length = usize::from(u16::from_le_bytes([entry[64], entry[65]]));
    if !(4..=64).contains(&length) || length % 2 != 0 {
        return String::new();
    }
    let units = entry[..length - 2].chunks_exact(2);
    units.map(|unit| if unit[1] == 0 { char::from(unit[0]) } else { '?' }).collect()
}
