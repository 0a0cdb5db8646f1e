//! Workbooks: what is on their sheets, as their cells show it.

pub(super) mod build;

use m365_extract::{Document, Input, Options, PageKind, RefusalKind, extract};
use proptest::prelude::*;

use self::build::{Biff, Book, ods, sheet, xls, xlsb, zip};
use super::{corpus::file, read, refusal};

/// The text of the only sheet of a workbook, behind its name.
fn only_sheet(document: &Document) -> &str {
    let [page] = document.pages.as_slice() else { panic!("{} sheets", document.pages.len()) };
    page.markdown.split_once("\n\n").map_or("", |(_, text)| text)
}

/// The text of a workbook that has these rows, in XML.
fn rows(xml: &str) -> String {
    only_sheet(&read("a.xlsx", &Book::of(&sheet(xml)).build())).to_owned()
}

#[test]
fn a_workbook_is_read_as_its_cells_show_it() {
    let document = read("own_sheets.xlsx", &file("own_sheets.xlsx"));

    insta::assert_snapshot!(document.markdown());
}

#[test]
fn an_old_workbook_is_read_as_its_cells_show_it() {
    let document = read("own_sheets.xls", &file("own_sheets.xls"));

    insta::assert_snapshot!(document.markdown());
}

#[test]
fn a_spreadsheet_of_open_document_is_read_as_its_cells_show_it() {
    let document = read("own_sheets.ods", &file("own_sheets.ods"));

    insta::assert_snapshot!(document.markdown());
}

#[test]
fn sheets_are_pages_with_names_and_hidden_ones_say_so() {
    let document = read("own_sheets.xlsx", &file("own_sheets.xlsx"));

    let pages: Vec<_> = document.pages.iter().map(|page| page.label.as_deref().unwrap()).collect();
    assert_eq!(pages, ["Übersicht & Co", "Hidden", "Very hidden", "Empty", "Chart"]);
    assert!(document.pages.iter().all(|page| page.kind == PageKind::Sheet));
    assert!(document.pages[1].is_hidden && document.pages[2].is_hidden);
    assert!(!document.pages[0].is_hidden);
    assert_eq!(document.outline.len(), 5);
}

#[test]
fn a_single_long_sheet_stays_one_page() {
    let many: String =
        (1..3_000).map(|row| format!("<row r='{row}'><c><v>{row}</v></c></row>")).collect();

    let document = read("a.xlsx", &Book::of(&sheet(&many)).build());

    assert_eq!(document.pages.len(), 1);
    assert!(only_sheet(&document).ends_with("| 2999 |"));
}

#[test]
fn cells_and_rows_that_do_not_say_where_they_are_follow_one_another() {
    assert_eq!(
        rows("<row><c><v>1</v></c><c><v>2</v></c></row><row><c r='B2'><v>3</v></c></row>"),
        "| 1 | 2 |\n| --- | --- |\n|  | 3 |",
    );
}

#[test]
fn elements_may_have_a_prefix_and_texts_may_be_split() {
    let xml = "<x:worksheet xmlns:x='s'><x:sheetData><x:row r='1'><x:c r='A1' t='inlineStr'><x:is>\
               <x:r><x:t>a &amp; </x:t></x:r><x:r><x:t>b&#33;</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh>\
               </x:is></x:c></x:row></x:sheetData></x:worksheet>";

    assert_eq!(only_sheet(&read("a.xlsx", &Book::of(xml).build())), "a & b!");
}

#[test]
fn a_formula_without_a_value_is_shown_itself() {
    assert_eq!(
        rows(
            "<row><c><f>SUM(B1:C1)</f></c><c><f>1+1</f><v>2</v></c><c><f>x</f><v></v></c>\
             <c t='str'><f>IF(A1,1,\"\")</f><v></v></c></row>"
        ),
        "| =SUM(B1:C1) | 2 | =x |\n| --- | --- | --- |",
    );
}

#[test]
fn c08_only_links_to_the_web_and_to_mail_are_written() {
    let links = "<hyperlinks><hyperlink ref='A1' r:id='w'/><hyperlink ref='A2' r:id='f'/>\
                 <hyperlink ref='A3' location='Other!A1'/></hyperlinks>";
    let rows = "<row r='1'><c t='str'><v>a</v></c></row><row r='2'><c t='str'><v>b</v></c></row>\
                <row r='3'><c t='str'><v>c</v></c></row>";
    let mut book = Book::of(&build::worksheet(rows, links));
    book.relate("w", "hyperlink", "https://contoso.example/", true);
    book.relate("f", "hyperlink", r"file://server/share/x", true);

    let document = read("a.xlsx", &book.build());

    assert_eq!(only_sheet(&document), "| a (https://contoso.example/) |\n| --- |\n| b |\n| c |",);
}

#[test]
fn c02_what_a_merged_cell_hides_is_not_shown() {
    let merges = "<mergeCells><mergeCell ref='A1:B2'/></mergeCells>";
    let rows = "<row r='1'><c r='A1'><v>1</v></c><c r='B1'><v>2</v></c><c r='C1'><v>3</v></c></row>\
                <row r='2'><c r='A2'><v>4</v></c><c r='C2'><v>5</v></c></row>";

    let document = read("a.xlsx", &Book::of(&build::worksheet(rows, merges)).build());

    assert_eq!(only_sheet(&document), "| 1 | 3 |\n| --- | --- |\n|  | 5 |");
}

#[test]
fn c04_what_acts_as_markdown_does_not_act_in_a_cell() {
    assert_eq!(
        rows(
            "<row><c t='str'><v>![a](https://evil.example) &lt;img src=x> | [page 1 of 2]</v></c></row>"
        ),
        "!\\[a]\\(https://evil.example) \\<img src=x> | [page 1 of 2]",
    );
}

#[test]
fn c10_a_sheet_that_claims_all_rows_costs_what_is_in_it() {
    let far = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>2</v></c></row>";
    let claims = "<cols><col min='1' max='16384' hidden='1'/></cols>";
    let xml = format!(
        "<worksheet><dimension ref='A1:XFD1048576'/>{claims}<sheetData>{far}</sheetData>\
         <mergeCells><mergeCell ref='B2:XFC1048575'/></mergeCells></worksheet>"
    );

    let document = read("a.xlsx", &Book::of(&xml).build());

    assert!(document.markdown().len() < 200, "{}", document.markdown());
}

#[test]
fn c10_a_text_that_many_cells_share_is_written_as_far_as_there_is_room() {
    let cells: String = (0..3_000).map(|_| "<row><c t='s'><v>0</v></c></row>").collect();
    let mut book = Book::of(&sheet(&cells));
    book.strings(&["walnut ".repeat(4_000).as_str()]);

    let document = read("a.xlsx", &book.build());

    assert!(document.markdown().len() <= 1024 * 1024);
    assert!(document.markdown().ends_with(" of 3000 rows]"));
    assert!(document.warnings[0].ends_with(" of 3000 rows are shown."), "{:?}", document.warnings);
}

#[test]
fn c07_entities_of_a_workbook_are_not_expanded() {
    let xml = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'><!ENTITY b '&a;&a;'>]><worksheet>\
               <sheetData><row><c t='str'><v>x&b;y</v></c></row></sheetData></worksheet>";

    assert_eq!(only_sheet(&read("a.xlsx", &Book::of(xml).build())), "xy");
}

#[test]
fn a_sheet_that_breaks_off_is_shown_as_far_as_it_goes() {
    let document = read(
        "a.xlsx",
        &Book::of("<worksheet><sheetData><row><c><v>1</v></c></row><row><c r=").build(),
    );

    assert_eq!(only_sheet(&document), "1");
    assert_eq!(document.warnings, ["Sheet 1 is damaged: something may be missing."]);
}

#[test]
fn a_workbook_that_lists_no_sheet_is_damaged() {
    let bytes =
        zip(&[("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", "<worksheet/>")]);

    assert_eq!(refusal("a.xlsx", &bytes), RefusalKind::Damaged);
}

#[test]
fn a_binary_workbook_is_read() {
    let document = read("a.xlsb", &xlsb());

    assert_eq!(
        document.markdown(),
        "## Data\n\n*Row 2 and column B are hidden.*\n\n| text (https://contoso.example/) | 50% |\n\
         | --- | --- |\n| TRUE |\n\n**Comment on B1 (Ann):** half of it",
    );
}

#[test]
fn a_workbook_of_excel_5_is_read_in_its_code_page() {
    let document = read("calamine__biff5_write.xls", &file("calamine__biff5_write.xls"));

    assert!(document.markdown().contains("| foo | bar | 2014-02-19 | 0.3 |"));
}

#[test]
fn a_workbook_with_a_password_says_so() {
    let mut stream = Biff::globals();
    stream.record(0x2f, &[1, 0, 1, 0, 1, 0]);

    assert_eq!(refusal("a.xls", &xls(&stream)), RefusalKind::Encrypted);
    let locked = file("calamine__pass_protected.ods");
    assert_eq!(refusal("a.ods", &locked), RefusalKind::Encrypted);
}

#[test]
fn repeated_rows_and_cells_stand_for_many() {
    let table = "<table:table table:name='T'><table:table-row table:number-rows-repeated='2'>\
                 <table:table-cell office:value-type='float' office:value='1.5'/>\
                 <table:table-cell table:number-columns-repeated='2'><text:p>x</text:p></table:table-cell>\
                 </table:table-row><table:table-row table:number-rows-repeated='1048574'>\
                 <table:table-cell table:number-columns-repeated='16384'/></table:table-row></table:table>";

    let document = read("a.ods", &ods(table));

    assert_eq!(
        document.markdown(),
        "## T\n\n| 1.5 | x | x |\n| --- | --- | --- |\n| 1.5 | x | x |"
    );
}

#[test]
fn c10_cells_that_are_repeated_without_end_are_cut() {
    let table = "<table:table table:name='T'><table:table-row table:number-rows-repeated='4000000000'>\
                 <table:table-cell table:number-columns-repeated='4000000000'><text:p>x</text:p>\
                 </table:table-cell></table:table-row></table:table>";

    let document = read("a.ods", &ods(&table.repeat(20)));

    assert!(document.markdown().len() <= 1024 * 1024);
    assert!(document.warnings[0].ends_with(" rows are shown."), "{:?}", document.warnings);
}

#[test]
fn what_stands_beside_the_cells_of_open_document_is_not_mixed_with_them() {
    let table = "<table:tracked-changes><table:table-cell><text:p>old</text:p></table:table-cell>\
                 </table:tracked-changes><table:table table:name='T'><table:shapes><draw:frame>\
                 <draw:text-box><text:p>box</text:p></draw:text-box></draw:frame></table:shapes>\
                 <table:table-row><table:table-cell><office:annotation><dc:creator>Ann</dc:creator>\
                 <dc:date>2026-01-01</dc:date><text:p>remark</text:p></office:annotation><text:p>a\
                 <text:s text:c='2'/>b</text:p></table:table-cell></table:table-row></table:table>";

    let document = read("a.ods", &ods(table));

    assert_eq!(document.markdown(), "## T\n\na b\n\n**Comment on A1 (Ann):** remark\n\nbox");
}

proptest! {
    #[test]
    fn any_sheet_is_read(tokens in prop::collection::vec(prop::sample::select(build::TOKENS), 0..60)) {
        let xml = tokens.concat();
        for bytes in [Book::of(&xml).build(), ods(&xml)] {
            let _ = extract(&Input::new(&bytes), &Options::default());
        }
    }

    #[test]
    fn a_workbook_with_changed_bytes_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        for name in ["own_sheets.xls", "calamine__biff5_write.xls", "own_sheets.xlsx", "own_sheets.ods"] {
            let mut bytes = file(name);
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = extract(&Input::new(&bytes).named(name), &Options::default());
        }
    }
}

#[test]
fn c11_a_workbook_says_that_one_of_its_parts_cannot_be_read() {
    let incomplete =
        "The file is damaged or holds more than is read; a part of its text is missing.";
    let mut book = Book::of(&sheet("<row><c><v>1</v></c></row>"));
    book.relate("c", "comments", "../comments1.xml", false);
    book.relate("d", "drawing", "../drawings/drawing1.xml", false);

    let whole = read("a.xlsx", &book.build());
    assert_eq!(whole.warnings, [""; 0]);
    for (part, content) in [
        ("xl/comments1.xml", "<comments><authors><author>A"),
        ("xl/drawings/drawing1.xml", "<wsDr><sp"),
        ("xl/styles.xml", "<styleSheet><cellXfs"),
    ] {
        let document = read("a.xlsx", &book.build_with(&[(part, content)]));

        assert_eq!(document.warnings, [incomplete], "{part}");
        assert_eq!(only_sheet(&document), "1");
    }
}

#[test]
fn c11_a_sheet_says_how_many_of_its_comments_and_text_boxes_are_left_out() {
    let mut book = Book::of(&sheet("<row><c><v>1</v></c></row>"));
    book.relate("c", "comments", "../comments1.xml", false);
    book.relate("d", "drawing", "../drawings/drawing1.xml", false);
    let comments = "<comment ref='A1'><text><t>remark of some length</t></text></comment>";
    let comments = format!("<comments>{}</comments>", comments.repeat(500));
    let boxes = "<sp><txBody><p><t>a box with text</t></p></txBody></sp>".repeat(500);
    let boxes = format!("<wsDr>{boxes}</wsDr>");
    let parts = [("xl/comments1.xml", &*comments), ("xl/drawings/drawing1.xml", &*boxes)];
    let bytes = book.build_with(&parts);

    let options = Options::default().max_output(4_000);
    let document = extract(&Input::new(&bytes).named("a.xlsx"), &options).unwrap();

    let text = only_sheet(&document);
    assert!(text.starts_with("1\n\n**Comment on A1:** remark of some length"), "{text}");
    assert!(text.contains("[comments cut: ") && text.ends_with(" of 500]"), "{text}");
    assert!(text.contains("\n\na box with text\n\n[text boxes cut: "), "{text}");
    assert!(text.len() <= 4_000 && document.pages[0].is_cut);
    let cut = "Sheet 1 is longer than what is returned: text beside its cells is missing.";
    assert_eq!(document.warnings, [cut]);
}
