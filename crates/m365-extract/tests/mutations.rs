//! Files that were well once: whatever is done to their bytes, they are read or refused.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use m365_extract::{Input, Options, extract};
use proptest::prelude::*;

/// Small files of the kinds that are read by parsers of this crate.
fn files() -> Vec<Vec<u8>> {
    let drawn = |format| {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(9, 7).write_to(&mut out, format).unwrap();
        out.into_inner()
    };
    vec![
        include_bytes!("corpus/own_report.rtf").to_vec(),
        include_bytes!("corpus/own_archive.zip").to_vec(),
        include_bytes!("corpus/own_lo_report.docx").to_vec(),
        include_bytes!("corpus/own_lo_report.odt").to_vec(),
        include_bytes!("corpus/own_slides.pptx").to_vec(),
        include_bytes!("corpus/own_deck.odp").to_vec(),
        include_bytes!("corpus/own_report.pdf").to_vec(),
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hi</v> <v Bob>Hello</v>\n".to_vec(),
        drawn(ImageFormat::Png),
        drawn(ImageFormat::Jpeg),
        drawn(ImageFormat::Gif),
        drawn(ImageFormat::WebP),
        drawn(ImageFormat::Bmp),
        drawn(ImageFormat::Tiff),
    ]
}

/// Pieces that documents in RTF are made of.
fn rtf() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        prop::sample::select(vec![
            "{",
            "}",
            "{",
            "}",
            "\\par ",
            "\\cell ",
            "\\row ",
            "\\trowd",
            "\\cellx100",
            "\\clmrg",
            "\\intbl",
            "\\pard",
            "\\plain",
            "\\b ",
            "\\b0 ",
            "\\u-4000 ",
            "\\u8364 ?",
            "\\'e9",
            "\\'82",
            "{\\field{\\*\\fldinst HYPERLINK \"https://x.example\"}{\\fldrslt ",
            "{\\footnote ",
            "{\\*\\annotation ",
            "{\\listtext 1.}",
            "\\page ",
            "\\sect",
            "\\nestcell",
            "\\itap2",
            "\\deleted",
            "\\revised",
            "\\strike ",
            "![",
            "](",
            "[^1]: ",
            "<b>",
            "| ",
            "# ",
            "`",
            "{\\header ",
            "{\\fonttbl{\\f1\\fcharset2 Symbol;}}",
            "\\f1 ",
            "\\uc3 ",
            "\\bin9 ",
            "{\\*\\shpinst{\\shptxt ",
            "\\line ",
            "\\outlinelevel1 ",
            "{\\upr{",
            "{\\*\\ud ",
            "\\",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| format!("{{\\rtf1 {}", tokens.concat()))
}

/// What `tests/fuzz.sh` found, and what is found elsewhere: see the folder.
#[test]
fn a_file_that_once_crashed_a_parser_is_read_or_refused() {
    let folder = format!("{}/tests/regressions", env!("CARGO_MANIFEST_DIR"));
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let paths: Vec<_> = paths.collect();
    assert!(!paths.is_empty());
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        let document = extract(&Input::new(&bytes).named(&name), &Options::default());
        for page in document.map(|document| document.pages).unwrap_or_default() {
            assert!(!super::properties::acts(&page.markdown), "{name}: {}", page.markdown);
        }
    }
}

proptest! {
    #[test]
    fn a_file_that_was_changed_is_read_or_refused(
        mut bytes in prop::sample::select(files()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        let _ = extract(&Input::new(&bytes), &Options::default());
    }

    #[test]
    fn any_document_in_rtf_is_read_without_acting(content in rtf()) {
        let document = extract(&Input::new(content.as_bytes()), &Options::default());
        for page in document.map(|document| document.pages).unwrap_or_default() {
            prop_assert!(!super::properties::acts(&page.markdown), "{}", page.markdown);
        }
    }
}
