use std::io::Write;

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;

fn packed(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn kind<T: std::fmt::Debug>(result: Result<T, Refusal>) -> RefusalKind {
    result.unwrap_err().kind()
}

#[test]
fn entries_are_read_by_name_whatever_its_case() {
    let bytes = packed(&[("Word\\Document.xml", b"<x/>".to_vec()), ("b", Vec::new())]);

    let mut archive = Archive::open(&bytes, Format::Docx).unwrap();

    assert_eq!(archive.read("word/document.xml").unwrap(), Some(b"<x/>".to_vec()));
    assert_eq!(archive.read("/b").unwrap(), Some(Vec::new()));
    assert_eq!(archive.read("c").unwrap(), None);
    assert_eq!(archive.names().collect::<Vec<_>>(), ["Word\\Document.xml", "b"]);
}

#[test]
fn c06_an_entry_that_unpacks_to_much_more_than_its_size_is_refused() {
    let bytes = packed(&[("zeros", vec![0; 8 << 20]), ("few", vec![0; 1 << 20])]);

    let mut archive = Archive::open(&bytes, Format::Zip).unwrap();

    assert_eq!(kind(archive.read("zeros")), RefusalKind::TooLarge);
    assert_eq!(archive.read("few").unwrap().map(|few| few.len()), Some(1 << 20));
}

#[test]
fn c06_the_sum_of_what_is_unpacked_is_bounded() {
    let bytes = packed(&[("zeros", vec![0; 1 << 20])]);
    let mut archive = Archive::open(&bytes, Format::Zip).unwrap();

    let read = (0..300).take_while(|_| archive.read("zeros").is_ok()).count();

    assert_eq!(read, 200);
}

#[test]
fn c06_a_size_that_is_a_lie_is_not_believed() {
    let mut bytes = packed(&[("zeros", vec![0; 512 << 10])]);
    let directory = bytes.windows(4).rposition(|mark| mark == b"PK\x01\x02").unwrap();
    bytes[directory + 24..directory + 28].copy_from_slice(&4_u32.to_le_bytes());

    let mut archive = Archive::open(&bytes, Format::Zip).unwrap();

    assert_eq!(archive.entries().map(|entry| entry.size).collect::<Vec<_>>(), [4]);
    assert_eq!(kind(archive.read("zeros")), RefusalKind::Damaged);
}

#[test]
fn c06_entries_that_share_their_bytes_are_refused() {
    let mut bytes = packed(&[("a", b"first".to_vec()), ("b", b"other".to_vec())]);
    let second = bytes.windows(4).rposition(|mark| mark == b"PK\x01\x02").unwrap();
    bytes[second + 42..second + 46].fill(0);

    assert_eq!(kind(Archive::open(&bytes, Format::Zip)), RefusalKind::TooLarge);
}

#[test]
fn c06_more_entries_than_are_allowed_are_refused_before_they_are_read() {
    let mut bytes = packed(&[("a", Vec::new())]);
    let end = bytes.windows(4).rposition(|mark| mark == b"PK\x05\x06").unwrap();
    bytes[end + 8..end + 12].fill(0xff);

    assert_eq!(kind(Archive::open(&bytes, Format::Zip)), RefusalKind::TooLarge);
}

#[test]
fn an_encrypted_entry_says_so() {
    let mut bytes = packed(&[("a", b"secret".to_vec())]);
    let directory = bytes.windows(4).rposition(|mark| mark == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[directory + 8] |= 1;

    let mut archive = Archive::open(&bytes, Format::Docx).unwrap();

    assert_eq!(kind(archive.read("a")), RefusalKind::Encrypted);
    assert!(archive.entries().all(|entry| entry.is_encrypted));
}

#[test]
fn an_archive_that_is_cut_is_damaged() {
    let bytes = packed(&[("a", b"text".to_vec())]);

    assert_eq!(kind(Archive::open(&bytes[..40], Format::Zip)), RefusalKind::Damaged);
}
