//! What the fuzz targets share: how the fuzzer's bytes become a file of one kind.
//!
//! Nothing is asserted but what holds of any file: reading ends, and what comes out keeps to its size.

pub mod bearer_token;

use std::io::{Cursor, Write};

use m365_extract::{
    Input, Options, extract,
    mail::{self, BodyKind},
    safe_html,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// The most text that is asked for; small, so that many files are tried.
const MAX_OUTPUT: usize = 64 * 1024;

/// Reads bytes as a file of that name.
pub fn read(name: Option<&str>, bytes: &[u8]) {
    let input = name.into_iter().fold(Input::new(bytes), Input::named);
    let options = Options::default().max_output(MAX_OUTPUT).newest_part(true);
    if let Ok(document) = extract(&input, &options) {
        let text: usize = document.pages.iter().map(|page| page.markdown.len()).sum();
        assert!(text <= MAX_OUTPUT + 1024, "{text} bytes");
    }
}

/// Reads bytes behind the mark by which a format is known.
pub fn read_after(mark: &[u8], name: &str, bytes: &[u8]) {
    read(Some(name), &[mark, bytes].concat());
}

/// Reads a page in both ways.
pub fn page(bytes: &[u8]) {
    read(Some("a.html"), bytes);
    let _ = safe_html(&String::from_utf8_lossy(bytes));
}

/// Reads the body of a message in both ways.
pub fn mail_body(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for kind in [BodyKind::Html, BodyKind::Text] {
        let body = mail::body(&text, kind);
        assert!(body.markdown.len() <= body.full_markdown.len());
    }
}

/// Reads an OpenDocument package with this `content.xml`.
pub fn open_document(kind: &str, content: &[u8]) {
    let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
    read(None, &package(&[("mimetype", mimetype.as_bytes()), ("content.xml", content)]));
}

/// Reads a Word document with this main part.
pub fn word(document: &[u8]) {
    word_with("word/document.xml", document);
}

/// Reads a Word document with this part; the others are small and well.
pub fn word_with(name: &str, part: &[u8]) {
    read(None, &with(WORD, name, part));
}

/// Reads a presentation of one slide.
pub fn slide(slide: &[u8]) {
    read(None, &with(DECK, "ppt/slides/slide1.xml", slide));
}

/// Reads a workbook with this part; the others are small and well.
pub fn workbook_with(name: &str, part: &[u8]) {
    read(None, &with(WORKBOOK, name, part));
}

/// Reads numbers, a date and a text that are shown by this code.
pub fn number_format(code: &[u8]) {
    let code = String::from_utf8_lossy(code);
    let code = code.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let styles = format!(
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"{code}\"/></numFmts>\
         <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
    );
    workbook_with("xl/styles.xml", styles.as_bytes());
}

/// Reads an old workbook whose stream has these records.
pub fn xls(records: &[u8]) {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory takes a file");
    let mut stream = file.create_stream("/Workbook").expect("a stream can be added");
    stream.write_all(records).and_then(|()| stream.flush()).expect("memory takes what is written");
    drop(stream);
    read(Some("a.xls"), file.into_inner().get_ref());
}

/// Reads a binary workbook whose only sheet has these records.
pub fn xlsb(records: &[u8]) {
    let parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", include_bytes!("../parts/xlsb_types.xml")),
        ("_rels/.rels", include_bytes!("../parts/xlsb_rels.xml")),
        ("xl/_rels/workbook.bin.rels", include_bytes!("../parts/xlsb_book_rels.xml")),
        ("xl/workbook.bin", BOOK_OF_ONE_SHEET),
        ("xl/worksheets/sheet1.bin", records),
    ];
    read(None, &package(&parts));
}

/// A Word document in which a style and a list are used.
const WORD: &[(&str, &str)] = &[
    ("[Content_Types].xml", include_str!("../parts/content_types.xml")),
    ("_rels/.rels", include_str!("../parts/rels.xml")),
    ("word/_rels/document.xml.rels", include_str!("../parts/word_rels.xml")),
    ("word/document.xml", include_str!("../parts/document.xml")),
    ("word/styles.xml", include_str!("../parts/word_styles.xml")),
    ("word/numbering.xml", include_str!("../parts/numbering.xml")),
];
/// A presentation that wants its slide.
const DECK: &[(&str, &str)] = &[
    ("_rels/.rels", include_str!("../parts/deck_rels.xml")),
    ("ppt/_rels/presentation.xml.rels", include_str!("../parts/slides_rels.xml")),
    ("ppt/presentation.xml", include_str!("../parts/presentation.xml")),
];
/// A workbook whose cells use shared strings and styles.
const WORKBOOK: &[(&str, &str)] = &[
    ("_rels/.rels", include_str!("../parts/book_rels.xml")),
    ("xl/_rels/workbook.xml.rels", include_str!("../parts/sheets_rels.xml")),
    ("xl/workbook.xml", include_str!("../parts/workbook.xml")),
    ("xl/sharedStrings.xml", include_str!("../parts/strings.xml")),
    ("xl/styles.xml", include_str!("../parts/cell_styles.xml")),
    ("xl/worksheets/sheet1.xml", include_str!("../parts/sheet.xml")),
];
/// `BrtBeginBook`, `BrtBeginBundleShs`, the `BrtBundleSh` of the sheet `S` that is `rId1`, and the ends
/// of both (MS-XLSB 2.1.7.61).
const BOOK_OF_ONE_SHEET: &[u8] =
    b"\x83\x01\0\x8f\x01\0\x9c\x01\x1a\0\0\0\0\x01\0\0\0\x04\0\0\0r\0I\0d\01\0\x01\0\0\0S\0\x90\x01\0\x84\x01\0";

/// A package of these parts, in which one is another or is added.
fn with(parts: &[(&'static str, &'static str)], name: &str, part: &[u8]) -> Vec<u8> {
    let others = parts.iter().filter(|(other, _)| *other != name);
    let others = others.map(|(name, text)| (*name, text.as_bytes()));
    package(&others.chain([(name, part)]).collect::<Vec<_>>())
}

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, stored).expect("a part can be added");
        zip.write_all(bytes).expect("memory takes what is written");
    }
    zip.finish().expect("a package can be ended").into_inner()
}
