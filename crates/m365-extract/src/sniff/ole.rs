//! Compound files (MS-CFB) by the names at their top.

use crate::format::Format;

/// The size of a directory entry, by MS-CFB 2.6.1.
const ENTRY: usize = 128;
/// The most entries that are looked at.
const MAX_ENTRIES: usize = 100_000;
/// The end of a chain of sectors, and of a branch of the tree of names.
const NONE: u32 = 0xffff_fffa;

/// What a compound file is by the names in its root, and by all names whether a policy protects it.
pub(super) struct Compound {
    pub(super) format: Format,
    pub(super) is_protected: bool,
}

/// Looks at the directory. A file whose directory cannot be followed is searched for entries at
/// their alignment instead.
pub(super) fn kind(bytes: &[u8]) -> Compound {
    let directory = directory(bytes).unwrap_or_default();
    let root = root_names(&directory);
    let all: Vec<String> = match root.is_empty() {
        true => bytes.chunks_exact(ENTRY).map(entry_name).collect(),
        false => directory.chunks_exact(ENTRY).map(entry_name).collect(),
    };
    let top = if root.is_empty() { &all } else { &root };
    Compound { format: by_names(top), is_protected: all.iter().any(|name| is_policy(name)) }
}

/// Whether such files are compound ones that are read.
pub(super) fn is_document(format: Format) -> bool {
    matches!(format, Format::Doc | Format::Msg | Format::Ppt | Format::Xls)
}

/// A part that only files under a rights policy have (MS-OFFCRYPTO 2.2).
fn is_policy(name: &str) -> bool {
    let name = name.trim_start_matches(|c: char| c.is_control());
    name.starts_with("DRMEncrypted") || matches!(name, "DRMContent" | "DRMViewerContent")
}

fn by_names(names: &[String]) -> Format {
    const STREAMS: [(&str, Format); 11] = [
        ("EncryptedPackage", Format::EncryptedOffice),
        ("WordDocument", Format::Doc),
        ("Workbook", Format::Xls),
        ("Book", Format::Xls),
        ("PowerPoint Document", Format::Ppt),
        ("__properties_version1.0", Format::Msg),
        ("VisioDocument", Format::Visio),
        ("Quill", Format::Publisher),
        ("Props14", Format::Project),
        ("Props12", Format::Project),
        ("Props9", Format::Project),
    ];
    let has = |known: &&(&str, Format)| names.iter().any(|name| name.eq_ignore_ascii_case(known.0));
    STREAMS.iter().find(has).map_or(Format::Ole, |(_, format)| *format)
}

/// The names right below the root, found by walking its tree of siblings.
fn root_names(directory: &[u8]) -> Vec<String> {
    let entry = |id: u32| {
        let at = usize::try_from(id).ok()?.checked_mul(ENTRY)?;
        directory.get(at..at.checked_add(ENTRY)?)
    };
    let mut names = Vec::new();
    let mut open: Vec<u32> = entry(0).and_then(|root| u32_at(root, 76)).into_iter().collect();
    while let Some(id) = open.pop().filter(|_| names.len() < MAX_ENTRIES) {
        if let Some(entry) = entry(id) {
            names.push(entry_name(entry));
            open.extend([68, 72].iter().filter_map(|at| u32_at(entry, *at)));
        }
        open.truncate(MAX_ENTRIES);
    }
    names
}

/// The sectors of the directory in order; none when their chain breaks off.
fn directory(bytes: &[u8]) -> Option<Vec<u8>> {
    let shift = u32::from(*bytes.get(30)?);
    let size = 1_usize.checked_shl(shift).filter(|size| (512..=4096).contains(size))?;
    let sector = |id: u32| {
        let at = usize::try_from(id).ok()?.checked_add(1)?.checked_mul(size)?;
        bytes.get(at..bytes.len().min(at.checked_add(size)?))
    };
    let next = |id: u32| {
        let id = usize::try_from(id).ok()?;
        // The first 109 sectors of the allocation table are named in the header (MS-CFB 2.2); a
        // directory is seldom beyond them.
        let table = u32_at(bytes, 76 + 4 * Some(id * 4 / size).filter(|table| *table < 109)?)?;
        u32_at(sector(table)?, id * 4 % size)
    };
    let mut directory = Vec::new();
    let mut at = u32_at(bytes, 48)?;
    while at < NONE && directory.len() < MAX_ENTRIES * ENTRY {
        directory.extend_from_slice(sector(at)?);
        at = next(at)?;
    }
    Some(directory)
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

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn compound(streams: &[&str]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for path in streams {
            file.create_storage_all(std::path::Path::new(path).parent().unwrap()).unwrap();
            file.create_stream(path).unwrap().write_all(&[7; 5000]).unwrap();
        }
        file.into_inner().into_inner()
    }

    #[test]
    fn what_is_embedded_does_not_name_the_file() {
        let inner = compound(&["/Workbook"]);
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/attached").unwrap().write_all(&inner).unwrap();
        file.create_storage("/ObjectPool").unwrap();
        file.create_stream("/ObjectPool/Workbook").unwrap();
        file.create_stream("/__properties_version1.0").unwrap();

        let found = kind(&file.into_inner().into_inner());

        assert_eq!(found.format, Format::Msg);
        assert!(!found.is_protected);
    }

    #[test]
    fn a_rights_policy_is_no_password() {
        let policy = "/\u{6}DataSpaces/DataSpaceInfo/DRMEncryptedDataSpace";

        assert!(kind(&compound(&["/EncryptedPackage", policy])).is_protected);
        assert!(kind(&compound(&["/WordDocument", "/\u{9}DRMContent"])).is_protected);
        assert!(!kind(&compound(&["/EncryptedPackage", "/EncryptionInfo"])).is_protected);
    }

    #[test]
    fn a_chain_that_does_not_end_does_no_harm() {
        let mut bytes = compound(&["/WordDocument"]);
        let table = 512 * (1 + usize::from(bytes[76]));
        for sector in bytes[table..].chunks_exact_mut(4).take(120) {
            sector.copy_from_slice(&[0; 4]);
        }

        let _ = kind(&bytes);
    }
}
