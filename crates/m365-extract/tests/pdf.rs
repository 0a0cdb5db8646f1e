//! PDF documents: what a reading shows of files that are built here, operator by operator.

mod build;
mod hostile;

use m365_extract::{Document, Input, Options, PageKind, RefusalKind, extract};
use proptest::prelude::*;

use self::build::{Builder, shown};
use super::{read, refusal};

fn text(content: &str) -> String {
    document(&[content]).markdown()
}

fn document(pages: &[&str]) -> Document {
    read("a.pdf", &Builder::pages(pages).bytes())
}

#[test]
fn the_lines_of_a_paragraph_become_one() {
    let text = text(
        "BT /F1 12 Tf 72 700 Td (The first line of a paragraph that is long enough to be docu-) Tj \
         0 -14 Td (mented goes on here, with the well-known end of its second, full and well-) Tj \
         0 -14 Td (known line.) Tj ET",
    );

    assert_eq!(
        text,
        "The first line of a paragraph that is long enough to be documented goes on here, with the \
         well-known end of its second, full and well-known line.",
    );
}

#[test]
fn text_in_a_frame_that_is_drawn_as_an_area_with_a_hole_is_seen() {
    let frame =
        "0 g 60 690 m 200 690 l 200 720 l 60 720 l h 61 691 m 61 719 l 199 719 l 199 691 l h f ";
    let framed = format!("{frame}{}", shown(&[(72, 700, "In a box")]));
    let solid =
        "0 g 60 690 140 30 re f ".to_owned() + &shown(&[(72, 700, "In a box"), (72, 600, "below")]);

    assert_eq!(text(&framed), "In a box");
    assert_eq!(text(&solid), "below");
}

#[test]
fn short_lines_stay_lines() {
    let text =
        text(&shown(&[(72, 700, "Contoso Ltd"), (72, 686, "1 Main Street"), (72, 672, "Oslo")]));

    assert_eq!(text, "Contoso Ltd\n1 Main Street\nOslo");
}

#[test]
fn text_that_is_larger_or_bold_and_alone_is_a_heading() {
    let document = document(&["BT /F1 20 Tf 72 740 Td (Report) Tj /F2 11 Tf 0 -40 Td (Scope) Tj \
                               /F1 11 Tf 0 -20 Td (The scope of this report is wide, and it has) Tj \
                               /F2 11 Tf ( one bold) Tj /F1 11 Tf ( word.) Tj ET"]);

    assert_eq!(
        document.markdown(),
        "# Report\n\n## Scope\n\nThe scope of this report is wide, and it has **one bold** word.",
    );
    assert_eq!(document.title.as_deref(), Some("Report"));
    assert_eq!(document.outline.len(), 2);
}

#[test]
fn bullets_and_numbers_make_lists() {
    let text = text(&shown(&[
        (72, 700, "\\225 one thing"),
        (72, 686, "\\225 another thing"),
        (90, 672, "- a part of it"),
        (72, 650, "1. first"),
        (72, 636, "2. second"),
    ]));

    assert_eq!(text, "- one thing\n- another thing\n  - a part of it\n1. first\n2. second");
}

#[test]
fn texts_whose_places_agree_make_a_table() {
    let text = text(&shown(&[
        (72, 700, "Region"),
        (200, 700, "Q1"),
        (300, 700, "Total"),
        (72, 682, "North"),
        (200, 682, "1,200"),
        (300, 682, "2,500"),
        (72, 664, "South"),
        (300, 664, "900"),
    ]));

    assert_eq!(
        text,
        "| Region | Q1 | Total |\n| --- | --- | --- |\n| North | 1,200 | 2,500 |\n| South |  | 900 |",
    );
}

#[test]
fn the_text_of_a_merged_cell_stands_in_its_first_place() {
    let lines = "72 720 m 372 720 l S 72 700 m 372 700 l S 72 660 m 372 660 l S 72 640 m 372 640 l S \
                 72 640 m 72 720 l S 172 640 m 172 700 l S 272 640 m 272 720 l S 372 640 m 372 720 l S ";
    let cells = shown(&[
        (140, 705, "Both"),
        (280, 705, "Last"),
        (80, 685, "a long text"),
        (80, 670, "of two lines"),
        (180, 685, "b"),
        (280, 685, "c"),
        (80, 645, "d"),
        (280, 645, "f"),
    ]);

    assert_eq!(
        text(&format!("{lines}{cells}")),
        "| Both |  | Last |\n| --- | --- | --- |\n| a long text of two lines | b | c |\n| d |  | f |",
    );
}

const LEFT: [&str; 4] = [
    "The left column of this page is",
    "read first, from its first line to",
    "its last one, although the other",
    "column stands beside it.",
];
const RIGHT: [&str; 4] = [
    "Only then the right column of it",
    "is read, in the same way and with",
    "the same care, so that sentences",
    "remain what they are.",
];

fn columns(order: impl Fn(usize) -> (usize, usize)) -> String {
    let place = |index: usize| {
        let (column, line) = order(index);
        let words = [LEFT, RIGHT][column][line];
        (72 + 240 * column as i32, 700 - 14 * line as i32, words)
    };
    let mut places = (0..8).map(place).collect::<Vec<_>>();
    places.insert(0, (72, 730, "Columns"));
    text(&shown(&places))
}

#[test]
fn columns_are_read_one_after_the_other() {
    let expected = format!("Columns\n\n{}\n\n{}", LEFT.join(" "), RIGHT.join(" "));

    assert_eq!(columns(|index| (index / 4, index % 4)), expected);
    assert_eq!(columns(|index| (index % 2, index / 2)), expected);
}

#[test]
fn headers_stand_once_and_page_numbers_not_at_all() {
    let page = |number: usize| {
        let body = format!("The text of page {number} is about one thing only.");
        let number = format!("Page {number} of 3");
        let more = format!("And it goes on for {number} more lines.");
        shown(&[
            (72, 760, "Contoso report"),
            (72, 600, &body),
            (72, 500, &more),
            (280, 30, &number),
        ])
    };
    let pages: Vec<String> = (1..4).map(page).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();

    let document = document(&pages);

    let all = document.markdown();
    assert_eq!(all.matches("Contoso report").count(), 1);
    assert!(!all.contains("Page 2 of 3\n") && !all.ends_with("Page 3 of 3"), "{all}");
    assert_eq!(document.pages.len(), 3);
    assert!(document.pages.iter().all(|page| page.kind == PageKind::Page));
}

#[test]
fn pages_before_the_first_one_that_is_wanted_are_not_read() {
    let bytes = Builder::pages(&[&shown(&[(72, 700, "one")]), &shown(&[(72, 700, "two")])]).bytes();

    let document = extract(&Input::new(&bytes), &Options::default().first_page(2)).unwrap();

    let texts: Vec<&str> = document.pages.iter().map(|page| page.markdown.as_str()).collect();
    assert_eq!(texts, ["", "two"]);
}

#[test]
fn notes_show_where_links_lead_and_what_readers_wrote() {
    let notes = "<</Type/Annot/Subtype/Link/Rect[70 695 130 715]/A<</S/URI/URI(https://contoso.example/a)>>>>\
                 <</Type/Annot/Subtype/Text/Rect[200 690 210 700]/Contents(Is this true?)/T(Adele)>>\
                 <</Type/Annot/Subtype/Text/F 2/Rect[200 690 210 700]/Contents(hidden)>>\
                 <</Type/Annot/Subtype/Link/Rect[70 600 300 615]/A<</S/JavaScript/JS(app.alert(1))>>>>";
    let content = shown(&[(72, 700, "The guide"), (72, 600, "runs nothing")]);

    let text = read("a.pdf", &Builder::pages(&[&content]).notes(notes).bytes()).markdown();

    assert_eq!(
        text,
        "The guide (https://contoso.example/a)\n\n**Comment (Adele):** Is this true?\n\nruns nothing",
    );
}

#[test]
fn fields_show_their_values() {
    let notes = "<</Subtype/Widget/FT/Tx/V(Vance)/Rect[150 695 300 715]>>\
                 <</Subtype/Widget/FT/Tx/Ff 8192/V(secret)/Rect[150 655 300 675]>>\
                 <</Subtype/Widget/FT/Btn/AS/Yes/Rect[150 615 165 630]>>";
    let content = shown(&[(72, 700, "Name:"), (72, 660, "PIN:"), (72, 620, "Agreed:")]);

    let text = read("a.pdf", &Builder::pages(&[&content]).notes(notes).bytes()).markdown();

    assert_eq!(text, "Name: Vance\n\nPIN:\n\nAgreed: [x]");
}

#[test]
fn a_footnote_and_its_mark_belong_together() {
    let text = text(
        "BT /F1 11 Tf 72 700 Td (A claim) Tj /F1 7 Tf 4 Ts (1) Tj 0 Ts /F1 11 Tf ( of 25 m) Tj /F1 7 \
         Tf 4 Ts (2) Tj ET BT /F1 6 Tf 72 83 Td (1) Tj /F1 9 Tf 4 -3 Td (The source.) Tj ET",
    );

    assert_eq!(text, "A claim[^1] of 25 m²\n\n[^1]: The source.");
}

#[test]
fn text_of_code_keeps_its_lines() {
    let text = text(
        "BT /F1 11 Tf 72 720 Td (Some words before the code of this page.) Tj /F3 10 Tf 0 -40 Td \
         (fn main\\(\\) {) Tj 24 -12 Td (run\\(\\);) Tj -24 -12 Td (}) Tj ET",
    );

    assert!(text.ends_with("```\nfn main() {\n    run();\n}\n```"), "{text}");
}

#[test]
fn text_from_right_to_left_is_in_the_order_of_reading() {
    let map = "1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <61> <7A> <05D0> \
               endbfrange";
    let bytes = Builder::pages(&["BT /F4 12 Tf 72 700 Td (cba fed 12) Tj ET"]).map(map).bytes();

    let text = read("a.pdf", &bytes).markdown();

    assert_eq!(text, "12 \u{5d3}\u{5d4}\u{5d5} \u{5d0}\u{5d1}\u{5d2}");
}

#[test]
fn text_from_top_to_bottom_is_read_column_by_column_from_the_right() {
    let map = "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0001> <0009> \
               <4E00> endbfrange";
    let font = "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-V/DescendantFonts[31 0 R]\
                /ToUnicode 7 0 R>>";
    let inner = "<</Type/Font/Subtype/CIDFontType0/BaseFont/X/CIDSystemInfo<</Registry(Adobe)\
                 /Ordering(Identity)/Supplement 0>>>>";
    let page =
        "BT /F5 12 Tf 280 700 Td <00040005> Tj ET BT /F5 12 Tf 300 700 Td <000100020003> Tj ET";
    let builder = Builder::pages(&[page]).map(map).object(30, font).object(31, inner);

    let text = read("a.pdf", &builder.bytes()).markdown();

    assert_eq!(text, "\u{4e00}\u{4e01}\u{4e02}\n\n\u{4e03}\u{4e04}");
}

#[test]
fn c02_text_that_nobody_sees_is_dropped() {
    let text = text(
        "BT /F1 12 Tf 1 1 1 rg 72 700 Td (white on white) Tj 0 0 0 rg 0 -20 Td (seen) Tj 3 Tr 0 -20 \
         Td (not drawn) Tj 0 Tr 2000 0 Td (off the page) Tj ET 0 0 0.4 rg 70 600 200 30 re f 1 1 1 rg \
         BT /F1 12 Tf 72 610 Td (white on blue) Tj ET 0 g BT /F1 0.3 Tf 72 500 Td (tiny) Tj ET",
    );

    assert_eq!(text, "seen\n\nwhite on blue");
}

#[test]
fn text_below_a_scan_is_its_text() {
    let content = "q 612 0 0 792 0 0 cm /Im0 Do Q BT 3 Tr /F1 12 Tf 72 700 Td (recognised) Tj ET";

    assert_eq!(text(content), "recognised");
}

#[test]
fn pages_without_text_are_named_and_a_scan_is_refused() {
    let scan = "q 612 0 0 792 0 0 cm /Im0 Do Q";
    let words = shown(&[(72, 700, "words")]);

    assert_eq!(refusal("a.pdf", &Builder::pages(&[scan, scan]).bytes()), RefusalKind::NoText);
    assert_eq!(
        document(&[&words, scan, scan]).warnings,
        ["Pages 2 and 3 have no text, only pictures, as of a scan."],
    );
}

#[test]
fn c04_text_that_would_act_as_markdown_does_not() {
    let text = text(&shown(&[(72, 700, "![a]\\(https://evil.example\\) <img src=x>")]));

    assert_eq!(text, "!\\[a]\\(https://evil.example) \\<img src=x>");
}

#[test]
fn text_at_the_side_of_a_page_follows_the_rest() {
    let text = text(
        "BT /F1 8 Tf 0 1 -1 0 30 300 Tm (side note) Tj ET BT /F1 12 Tf 72 700 Td (The text itself is \
         longer than the note.) Tj ET",
    );

    assert_eq!(text, "The text itself is longer than the note.\n\nside note");
}

#[test]
fn a_title_of_the_document_goes_before_its_headings() {
    let titled = |title: &str| {
        let bytes = Builder::pages(&[&shown(&[(72, 700, "text")])]).info(title).bytes();
        read("a.pdf", &bytes).title
    };

    assert_eq!(titled("Annual report").as_deref(), Some("Annual report"));
    assert_eq!(titled("Microsoft Word - Draft.docx"), None);
    assert_eq!(titled("untitled"), None);
}

#[test]
fn a_layer_that_is_off_is_not_shown() {
    let content =
        format!("/OC /Off BDC {} EMC {}", shown(&[(72, 700, "no")]), shown(&[(72, 600, "yes")]));

    assert_eq!(text(&content), "yes");
}

#[test]
fn a_report_reads_well() {
    let bytes = include_bytes!("corpus/own_report.pdf");

    insta::assert_snapshot!(read("own_report.pdf", bytes).markdown());
}

proptest! {
    #[test]
    fn damaged_files_are_read_or_refused(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let mut bytes = Builder::pages(&[&shown(&[(72, 700, "one"), (300, 700, "two")])]).bytes();
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = extract(&Input::new(&bytes).named("a.pdf"), &Options::default());
    }

    #[test]
    fn any_content_is_read(content in "([0-9]{1,4} |\\([a-z\u{5d0}-\u{5da} -]{0,9}\\) Tj|/F[1-5] 9 Tf| Td| cm| re| f| S| q| Q| BT| ET| Do| m| l|[-.]){0,80}") {
        let _ = extract(&Input::new(&Builder::pages(&[&content]).bytes()), &Options::default());
    }
}
