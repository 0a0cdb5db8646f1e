//! Zip archives are listed; what is in them is neither unpacked nor believed.

use m365_extract::{Format, RefusalKind};

use super::{read, refusal};

#[test]
fn an_archive_is_listed_by_name_size_and_date() {
    let document = read("own_archive.zip", include_bytes!("corpus/own_archive.zip"));

    assert_eq!(document.format, Some(Format::Zip));
    insta::assert_snapshot!(document.markdown());
    assert_eq!(document.warnings, ["The files in the archive are listed, not read."]);
}

#[test]
fn c06_an_archive_in_an_archive_is_a_name_like_any_other() {
    let text = read("h_nested.zip", include_bytes!("corpus/h_nested.zip")).markdown();

    assert!(text.contains("| level-0-anchor.zip | 28.6 KB | 2026-11-21 19:58 |"), "{text}");
    assert!(text.contains("| readme-LUFA7742.txt |"), "{text}");
}

#[test]
fn c12_a_name_that_leads_elsewhere_is_text() {
    let text = read("h_traversal.zip", include_bytes!("corpus/h_traversal.zip")).markdown();

    assert!(text.contains("| ../../../../tmp/evil-zxej2663.txt | 1 byte |"), "{text}");
}

#[test]
fn names_in_an_archive_do_not_act() {
    let name = "![x](https:__evil.example)\u{202e}fdp.exe|\n[page 1 of 1]";

    let text = read("a.zip", &archive(&[name])).markdown();

    let row = "| !\\[x]\\(https:__evil.example)fdp.exe\\| [page 1 of 1] | 0 bytes |  |";
    assert!(text.ends_with(row), "{text}");
}

#[test]
fn c06_only_some_hundred_names_are_listed() {
    let names: Vec<String> = (0..1000).map(|number| format!("f{number}")).collect();

    let text = read("a.zip", &archive(&names)).markdown();

    assert!(text.contains("| f299 |") && !text.contains("| f300 |"), "{text}");
    assert!(text.ends_with("\n\n… and 700 more."), "{text}");
}

#[test]
fn c06_more_entries_than_are_read_are_too_large() {
    let names: Vec<String> = (0..10_001).map(|number| format!("f{number}")).collect();

    assert_eq!(refusal("a.zip", &archive(&names)), RefusalKind::TooLarge);
}

/// A stored archive of empty files with these names.
fn archive<S: AsRef<str>>(names: &[S]) -> Vec<u8> {
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for name in names.iter().map(AsRef::as_ref) {
        let offset = u32::try_from(files.len()).unwrap();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        files.extend([b"PK\x03\x04\x14\0\0\x08", &[0; 18][..], &length, &[0; 2]].concat());
        files.extend(name.as_bytes());
        directory.extend([b"PK\x01\x02\x14\0\x14\0\0\x08", &[0; 18][..], &length].concat());
        directory.extend([&[0; 12][..], &offset.to_le_bytes(), name.as_bytes()].concat());
    }
    let count = u16::try_from(names.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let start = u32::try_from(files.len()).unwrap().to_le_bytes();
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &size, &start, &[0; 2]].concat();
    [files, directory, end].concat()
}
