//! C12: what a file is, its content says first.

use std::io::{Cursor, Write};

use m365_extract::{Format, Input, Options, Refusal, RefusalKind, extract};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::read;

fn refused(name: &str, bytes: &[u8]) -> Refusal {
    extract(&Input::new(bytes).named(name), &Options::default()).unwrap_err()
}

#[test]
fn what_nobody_reads_is_called_by_its_usual_name() {
    let said = |name: &str, bytes: &[u8]| refused(name, bytes).to_string();

    assert_eq!(said("a.bin", b"\0\0\0\x18ftypmp42\0\0\0\0"), "Video files are not read.");
    assert_eq!(said("a", b"ID3\x03\0\0\0\0"), "Audio files are not read.");
    assert_eq!(said("a", b"\0\0\0\x18ftypheic\0\0"), "Pictures (heic) are not read.");
    assert_eq!(said("a.zip", b"7z\xbc\xaf\x27\x1c\0\x04"), "Archives are not read.");
    assert_eq!(said("a.pdf", &[b"MZ\x90\0", &[0; 60][..]].concat()), "Programs are not read.");
    assert_eq!(
        said("a", b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1"),
        "OneNote sections (one) are not read.",
    );
}

#[test]
fn a_file_under_a_rights_policy_is_protected_rather_than_not_known() {
    assert_eq!(refused("a.ptxt", b".pfile\x02\0\0\0").kind(), RefusalKind::Protected);
    assert_eq!(
        refused("message.rpmsg", b"\x76\xe8\x04\x60\xc4\x11\xe3\x86abc").kind(),
        RefusalKind::Protected,
    );
}

#[test]
fn binary_content_without_a_mark_is_a_damaged_picture_or_an_unread_film() {
    let zeros = [0; 4096];

    assert_eq!(refused("a.png", &zeros).kind(), RefusalKind::Damaged);
    assert_eq!(refused("a.mov", &zeros).to_string(), "Video files are not read.");
    assert_eq!(refused("a.txt", &zeros).kind(), RefusalKind::UnsupportedType);
    assert_eq!(refused("a.txt", &zeros).format(), None);
}

#[test]
fn c12_a_name_is_only_an_extension_whatever_else_is_in_it() {
    let long = format!("{}.csv", "x".repeat(4096));
    for name in ["../../etc/passwd/a.csv", "C:\\Windows\\a.CSV", "a\u{202e}txt.csv", &long] {
        assert_eq!(read(name, b"a,b\n1,2").format, Some(Format::Csv), "{name}");
    }
}

#[test]
fn an_extension_may_hide_behind_marks_that_nobody_sees() {
    assert_eq!(read("a.csv\u{200e} ", b"a,b\n1,2").format, Some(Format::Csv));
}

#[test]
fn a_page_saved_as_one_file_is_a_message_whatever_its_name() {
    let page = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>Saved</p>";

    let document = read("report.doc", page);

    assert_eq!(document.format, Some(Format::Eml));
    assert!(document.markdown().contains("Saved"));
}

#[test]
fn a_text_that_speaks_of_pdf_is_a_text() {
    assert_eq!(read("a.md", b"The mark is %PDF-1.7.").format, Some(Format::Markdown));
}

#[test]
fn a_package_that_was_packed_again_is_what_it_was() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("content.xml", "<x/>"), ("mimetype", "application/epub+zip")] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();

    assert_eq!(refused("a.zip", &bytes).to_string(), "E-books (epub) are not read.");
}

#[test]
fn a_part_of_a_page_is_a_page_and_a_drawing_is_not() {
    let format = |bytes: &[u8]| read("report.xls", bytes).format;

    assert_eq!(format(b"<style>td{}</style><table><tr><td>a</table>"), Some(Format::Html));
    assert_eq!(format(b"<p class=x>a</p>"), Some(Format::Html));
    assert_eq!(format(b"<svg xmlns='x'><text>a</text></svg>"), Some(Format::Xml));
    assert_eq!(format(b"<plan> is a word in brackets"), Some(Format::Text));
}

#[test]
fn the_declared_type_tells_what_the_name_does_not() {
    let film = Input::new(&[0; 4096]).declared_as("video/quicktime");

    let refusal = extract(&film, &Options::default()).unwrap_err();

    assert_eq!(refusal.to_string(), "Video files are not read.");
}

#[test]
fn a_compound_file_that_has_lost_its_parts_is_damaged_if_it_is_named_like_a_document() {
    let bytes = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat();

    for name in ["a.doc", "a.xls", "a.ppt", "a.msg"] {
        assert_eq!(refused(name, &bytes).kind(), RefusalKind::Damaged, "{name}");
    }
    assert_eq!(refused("a.dat", &bytes).kind(), RefusalKind::UnsupportedType);
}
