//! What the fuzz targets share: how the fuzzer's bytes become a file of one kind.
//!
//! Nothing is asserted but what holds of any file: reading ends, and what comes out keeps to its size.

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
    let parts: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", include_bytes!("../parts/content_types.xml")),
        ("_rels/.rels", include_bytes!("../parts/rels.xml")),
        ("word/document.xml", document),
    ];
    read(None, &package(&parts));
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
