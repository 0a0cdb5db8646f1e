//! C09: documents that are made to cost much, or are broken.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use flate2::{Compression, write::ZlibEncoder};
use m365_extract::{Document, Input, Options, Refusal, RefusalKind, extract};

use super::{
    super::{read, refusal},
    build::{Builder, shown, stream},
};

/// Far above what any of these takes in a build without optimisation.
const SOON: Duration = Duration::from_secs(15);

const COSTLY: &str = "Page 1 has more content than can be read safely.";

fn soon(builder: Builder) -> Result<Document, Refusal> {
    let bytes = builder.bytes();
    let start = Instant::now();

    let document = extract(&Input::new(&bytes).named("a.pdf"), &Options::default());

    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    document
}

fn zeros(count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![b' '; 1024 * 1024];
    (0..count / block.len()).for_each(|_| encoder.write_all(&block).unwrap());
    encoder.finish().unwrap()
}

#[test]
fn c09_forms_that_draw_each_other_end() {
    let page = format!("{} /X20 Do", shown(&[(72, 700, "before")]));
    let fan = (20..44).fold(Builder::pages(&[&page]), |builder, number| {
        let content = format!("/X{} Do ", number + 1).repeat(10);
        builder.object(number, stream("/Subtype/Form/BBox[0 0 9 9]", content.as_bytes()))
    });
    let own = Builder::pages(&[&page])
        .object(20, stream("/Subtype/Form/BBox[0 0 9 9]", b"/X20 Do /X20 Do"));

    for builder in [fan, own] {
        let document = soon(builder).unwrap();
        assert_eq!(document.markdown(), "before");
        assert_eq!(document.warnings, [COSTLY]);
    }
}

#[test]
fn c09_fonts_that_claim_billions_of_widths_are_not_loaded() {
    let font =
        "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[31 0 R]>>";
    let inner = "<</Type/Font/Subtype/CIDFontType2/BaseFont/X/W[0 2147483647 500]>>";
    let page = format!("{} BT /F5 9 Tf 72 600 Td <0041> Tj ET", shown(&[(72, 700, "before")]));

    let document = soon(Builder::pages(&[&page]).object(30, font).object(31, inner)).unwrap();

    assert_eq!(document.markdown(), "before");
    assert_eq!(document.warnings, [COSTLY]);
}

#[test]
fn c09_streams_that_unpack_to_too_much_are_not_unpacked() {
    let bomb = zeros(128 * 1024 * 1024);
    let page = format!("{} /X20 Do", shown(&[(72, 700, "before")]));
    let form = stream("/Subtype/Form/BBox[0 0 9 9]/Filter/FlateDecode", &bomb);
    let objects = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb);

    let document = soon(Builder::pages(&[&page]).object(20, form)).unwrap();
    let refused = soon(Builder::pages(&[&page]).object(20, objects)).unwrap_err();

    assert_eq!(document.markdown(), "before");
    assert_eq!(document.warnings, [COSTLY]);
    assert_eq!(refused.kind(), RefusalKind::TooLarge);
}

#[test]
fn c09_more_characters_than_a_page_can_have_are_left_out() {
    let page = format!("BT /F1 9 Tf 72 700 Td {}ET", "(a) Tj -5 0 Td ".repeat(300_000));

    let document = soon(Builder::pages(&[&page])).unwrap();

    assert_eq!(document.warnings, [COSTLY]);
}

#[test]
fn c09_pages_beyond_the_most_that_are_read_are_named() {
    let pages = vec!["BT /F1 9 Tf 72 700 Td (x) Tj ET"; 5_100];

    let document = soon(Builder::pages(&pages)).unwrap();

    assert_eq!(document.pages.len(), 5_000);
    assert_eq!(document.warnings, ["The document has 5100 pages; the first 5000 are read."]);
}

#[test]
fn a_document_that_needs_a_password_says_so() {
    let key = "00".repeat(32);
    let entries =
        format!("/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{key}>/U<{key}>>>");

    let refused = soon(Builder::pages(&[&shown(&[(72, 700, "x")])]).trailer(&entries)).unwrap_err();

    assert_eq!(refused.kind(), RefusalKind::Encrypted);
}

#[test]
fn a_document_without_its_table_of_objects_is_read() {
    let bytes = Builder::pages(&[&shown(&[(72, 700, "found again")])]).bytes();
    let end = bytes.windows(4).position(|window| window == b"xref").unwrap();

    assert_eq!(read("a.pdf", &bytes[..end]).markdown(), "found again");
    assert_eq!(refusal("a.pdf", b"%PDF-1.7\nnothing"), RefusalKind::Damaged);
}
