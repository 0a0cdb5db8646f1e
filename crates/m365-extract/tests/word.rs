//! Word documents of today and of before 2007.

mod package;

use m365_extract::{Document, PageKind, RefusalKind};
use proptest::prelude::*;

use self::package::{Docx, cell, field, item, paragraph, run, run_with, styled};
use super::{read, refusal};

fn document(docx: &Docx) -> Document {
    read("test.docx", &docx.bytes())
}

/// The text of a document with this body.
fn text(body: &str) -> String {
    document(&Docx::new(body)).markdown()
}

fn pages(document: &Document) -> Vec<&str> {
    document.pages.iter().map(|page| page.markdown.as_str()).collect()
}

fn file(name: &str) -> Document {
    let path = format!("{}/tests/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
    read(name, &std::fs::read(path).unwrap())
}

const LISTS: &str = concat!(
    r#"<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl>"#,
    r#"<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl></w:abstractNum>"#,
    r#"<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>"#,
    r#"<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>"#,
    r#"<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="H1"/><w:lvlText w:val="%1"/></w:lvl>"#,
    r#"<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="H2"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>"#,
    r#"<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>"#,
    r#"<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>"#,
    r#"<w:num w:numId="4"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>"#,
);

const STYLES: &str = concat!(
    r#"<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Chapter"/><w:basedOn w:val="H1"/></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Code"><w:name w:val="HTML Preformatted"/></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Q"><w:name w:val="Intense Quote"/></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="C1"><w:name w:val="toc 1"/></w:style>"#,
);

fn with_styles(body: &str) -> Docx {
    Docx::new(body).part("styles", "w:styles", STYLES).part("numbering", "w:numbering", LISTS)
}

#[test]
fn a_report_reads_as_it_was_written() {
    insta::assert_snapshot!(file("own_lo_report.docx").markdown());
}

#[test]
fn an_old_report_reads_as_it_was_written() {
    insta::assert_snapshot!(file("own_lo_report.doc").markdown());
}

#[test]
fn headings_and_items_keep_the_numbers_that_word_draws() {
    let body = [
        styled("H1", "Scope"),
        styled("H2", "Terms"),
        styled("H2", "Parties"),
        styled("Own", "Price"),
        item(1, 0, "Apples"),
        item(1, 1, "Red"),
        item(2, 0, "First"),
        item(2, 1, "Part"),
        item(2, 0, "Second"),
        item(4, 0, "Fifth"),
    ];

    let found = document(&with_styles(&body.concat()));

    assert_eq!(
        found.markdown(),
        "# 1 Scope\n\n## 1.1 Terms\n\n## 1.2 Parties\n\n# 2 Price\n\n- Apples\n  - Red\n\n\
         1. First\n  a) Part\n2. Second\n\n5. Fifth"
    );
    assert_eq!(found.outline.len(), 4);
}

#[test]
fn the_title_is_what_its_author_marked_as_such() {
    let core = "<p xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>Template</dc:title></p>";
    let own = with_styles(&[styled("H1", "Scope"), styled("T", "The plan")].concat());
    let none = with_styles(&styled("H1", "Scope"));

    let title = |docx: Docx| document(&docx.raw("docProps/core.xml", core)).title;

    assert_eq!(title(own).as_deref(), Some("The plan"));
    assert_eq!(title(none).as_deref(), Some("Template"));
    assert_eq!(document(&with_styles(&styled("H1", "Scope"))).title.as_deref(), Some("1 Scope"));
}

#[test]
fn tracked_changes_say_what_was_done_and_by_whom() {
    let body = format!(
        "<w:p><w:ins w:author=\"Ann\">{}{}</w:ins>{}<w:del w:author=\"Bob\"><w:r><w:delText>old</w:delText></w:r></w:del>{}</w:p>\
         <w:p><w:moveFrom w:author=\"Bob\">{}</w:moveFrom></w:p><w:p><w:moveTo>{}</w:moveTo></w:p>",
        run("We "),
        run_with("<w:b/>", "all"),
        run(" use "),
        run(" tools."),
        run("Here"),
        run("Here"),
    );

    assert_eq!(
        text(&body),
        "[inserted by Ann: We all] use [deleted by Bob: old] tools.\n\n\
         [moved away by Bob: Here]\n\n[moved here: Here]"
    );
}

#[test]
fn comments_and_notes_stand_below_the_paragraph_they_belong_to() {
    let reference =
        |kind: &str, id: usize| format!("<w:r><w:{kind}Reference w:id=\"{id}\"/></w:r>");
    let body = format!(
        "<w:p>{}{}{}{}</w:p>{}",
        run("A claim"),
        reference("footnote", 2),
        reference("endnote", 2),
        reference("comment", 0),
        paragraph("Next.")
    );
    let note = |name: &str, id: usize, text: &str| {
        format!("<w:{name} w:id=\"{id}\" w:author=\"Ann\">{}</w:{name}>", paragraph(text))
    };
    let comments = [note("comment", 0, "Why?"), note("comment", 9, "Of all.")].concat();
    let docx = Docx::new(&body)
        .part("footnotes", "w:footnotes", &note("footnote", 2, "A source."))
        .part("endnotes", "w:endnotes", &note("endnote", 2, "Another."))
        .part("comments", "w:comments", &comments);

    assert_eq!(
        document(&docx).markdown(),
        "A claim[^1] [^2]\n\n[^1]: A source.\n\n[^2]: Another.\n\n**Comment (Ann):** Why?\n\n\
         Next.\n\n**Comment (Ann):** Of all."
    );
}

#[test]
fn a_merged_cell_stands_in_its_first_place() {
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let plain = |text: &str| cell("", &paragraph(text));
    let body = format!(
        "<w:tbl>{}{}{}</w:tbl>",
        row(&[cell("<w:gridSpan w:val=\"2\"/>", &paragraph("Wide")), plain("C")]),
        row(&[cell("<w:vMerge w:val=\"restart\"/>", &paragraph("Tall")), plain("b"), plain("c|d")]),
        row(&[cell("<w:vMerge/>", "<w:p/>"), plain("e"), plain("f")]),
    );

    assert_eq!(
        text(&body),
        "| Wide |  | C |\n| --- | --- | --- |\n| Tall | b | c\\|d |\n|  | e | f |"
    );
}

#[test]
fn a_table_in_a_cell_is_a_part_of_its_text_and_one_of_a_single_cell_is_a_frame() {
    let inner = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}</w:tr></w:tbl>",
        cell("", &paragraph("1")),
        cell("", &paragraph("2")),
        cell("", &paragraph("3"))
    );
    let outer = format!(
        "<w:tbl><w:tr>{}{}</w:tr></w:tbl>",
        cell("", &paragraph("a")),
        cell("", &format!("{inner}<w:p/>"))
    );
    let frame = format!(
        "<w:tbl><w:tr>{}</w:tr></w:tbl>",
        cell("", &[paragraph("x"), paragraph("y")].concat())
    );

    assert_eq!(text(&outer), "| a | 1, 2; 3 |\n| --- | --- |");
    assert_eq!(text(&frame), "x\n\ny");
}

#[test]
fn pages_are_those_that_the_file_tells_and_no_break_counts_twice() {
    let rendered =
        |text: &str| format!("<w:p><w:r><w:lastRenderedPageBreak/></w:r>{}</w:p>", run(text));
    let body = [
        paragraph("one"),
        "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>".to_owned(),
        rendered("two"),
        format!("<w:p>{}<w:r><w:lastRenderedPageBreak/></w:r>{}</w:p>", run("still "), run("two")),
        "<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:t>three</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>ends</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>four</w:t></w:r></w:p>".to_owned(),
        paragraph("still four"),
        "<w:sectPr><w:type w:val=\"continuous\"/></w:sectPr>".to_owned(),
    ];

    let found = document(&Docx::new(&body.concat()));

    assert_eq!(pages(&found), ["one", "two\n\nstill two", "three\n\nends", "four\n\nstill four"]);
    assert!(found.pages.iter().all(|page| page.kind == PageKind::Page));
}

#[test]
fn a_table_that_goes_over_pages_has_its_head_on_each() {
    let row = |text: &str| {
        format!("<w:tr>{}{}</w:tr>", cell("", &paragraph(text)), cell("", &paragraph("x")))
    };
    let next = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>c</w:t></w:r></w:p>";
    let next = format!("<w:tr>{}{}</w:tr>", cell("", next), cell("", &paragraph("y")));

    let found = document(&Docx::new(&format!("<w:tbl>{}{}{next}</w:tbl>", row("a"), row("b"))));

    assert_eq!(
        pages(&found),
        ["| a | x |\n| --- | --- |\n| b | x |", "| a | x |\n| --- | --- |\n| c | y |"]
    );
}

#[test]
fn a_file_that_does_not_tell_its_pages_is_cut_into_parts() {
    let long = paragraph(&"word ".repeat(5_000));
    let broken =
        format!("{}<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>{long}{long}", paragraph("Cover"));

    let found = document(&Docx::new(&broken));

    assert!(found.pages.len() > 2);
    assert!(found.pages.iter().all(|page| page.kind == PageKind::Part));
}

#[test]
fn links_name_their_targets_and_contents_lose_their_page_numbers() {
    let body = format!(
        "<w:p>{}</w:p><w:p>{}</w:p><w:p><w:hyperlink r:id=\"out\">{}</w:hyperlink> {}</w:p>",
        format_args!(
            "<w:pPr><w:pStyle w:val=\"C1\"/></w:pPr>{}{}",
            run("Scope"),
            field("PAGEREF _Toc \\h", &run("7"))
        ),
        field("HYPERLINK \"https://contoso.example/a\" \\l \"b\"", &run("field")),
        run("relation"),
        field("HYPERLINK \\l \"bookmark\"", &run("inside"))
    );
    let docx = with_styles(&body).outside("hyperlink", "out", "https://contoso.example/c");

    assert_eq!(
        document(&docx).markdown(),
        "Scope\n\nfield (https://contoso.example/a#b)\n\nrelation (https://contoso.example/c)inside"
    );
}

#[test]
fn c08_what_points_to_a_file_or_script_is_text() {
    let body = "<w:p><w:hyperlink r:id=\"a\"><w:r><w:t>one</w:t></w:r></w:hyperlink></w:p>\
                <w:p><w:hyperlink r:id=\"b\"><w:r><w:t>two</w:t></w:r></w:hyperlink></w:p>";
    let docx = Docx::new(body)
        .outside("hyperlink", "a", "file://server/share/x")
        .outside("hyperlink", "b", "javascript:alert(1)")
        .outside("attachedTemplate", "c", "https://evil.example/t.dotm");

    assert_eq!(document(&docx).markdown(), "one\n\ntwo");
}

#[test]
fn c02_text_that_no_reader_sees_is_left_out_and_the_answer_says_so() {
    let body = format!(
        "<w:p>{}{}{}{}</w:p>",
        run("seen "),
        run_with("<w:vanish/>", "secret"),
        run_with("<w:color w:val=\"FFFFFF\"/>", "secret"),
        run_with("<w:sz w:val=\"2\"/>", "secret"),
    );
    let on_black =
        run_with("<w:color w:val=\"FFFFFF\"/><w:shd w:val=\"clear\" w:fill=\"000000\"/>", "seen");

    let found = document(&Docx::new(&body));

    assert_eq!(found.markdown(), "seen");
    assert_eq!(found.warnings, ["The document has hidden text, which was left out."]);
    assert_eq!(text(&format!("<w:p>{on_black}</w:p>")), "seen");
}

#[test]
fn c04_text_does_not_turn_into_markdown_that_acts() {
    let body = [
        paragraph("# no heading"),
        format!("<w:p>{}{}</w:p>", run("![x]"), run("(https://evil.example)")),
        paragraph("&lt;img src=x&gt;"),
        paragraph("[pages 1–6 of 14]"),
    ];

    assert_eq!(
        text(&body.concat()),
        "\\# no heading\n\n!\\[x]\\(https://evil.example)\n\n\\<img src=x>\n\n\\[pages 1–6 of 14]"
    );
}

#[test]
fn headers_and_footers_are_said_once_and_without_page_numbers() {
    let section = "<w:sectPr><w:headerReference r:id=\"rId-header\"/><w:footerReference r:id=\"rId-footer\"/></w:sectPr>";
    let number = format!("<w:p>{}{}</w:p>", run("Page "), field("PAGE", &run("7")));
    let docx = Docx::new(&[paragraph("Body."), section.to_owned()].concat())
        .part("header", "w:hdr", &[paragraph("Contoso"), number.clone()].concat())
        .part("footer", "w:ftr", &number);

    assert_eq!(document(&docx).markdown(), "**Header:** Contoso\n\nBody.");
}

#[test]
fn a_text_box_is_read_once_after_the_paragraph_it_hangs_on() {
    let content = format!("<w:txbxContent>{}</w:txbxContent>", paragraph("boxed"));
    let body = format!(
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing>{content}</w:drawing></mc:Choice>\
         <mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent></w:r>{}</w:p>",
        run("around")
    );

    assert_eq!(text(&body), "around\n\nboxed");
}

#[test]
fn pictures_are_their_descriptions_and_charts_their_values() {
    let picture = |description: &str| {
        format!("<w:p><w:r><w:drawing><wp:docPr descr=\"{description}\"/></w:drawing></w:r></w:p>")
    };
    let body = [
        picture("A map of the offices"),
        picture("image3.png"),
        "<w:p><w:r><w:drawing><c:chart r:id=\"rId-chart\"/></w:drawing></w:r></w:p>".to_owned(),
    ];
    let point = |at: usize, text: &str| format!("<c:pt idx=\"{at}\"><c:v>{text}</c:v></c:pt>");
    let chart = format!(
        "<c:title><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:title><c:ser><c:tx>{}</c:tx>\
         <c:cat>{}{}</c:cat><c:val>{}{}</c:val></c:ser>",
        point(0, "North"),
        point(0, "Q1"),
        point(1, "Q2"),
        point(0, "4.3"),
        point(1, "2")
    );
    let docx = Docx::new(&body.concat()).part("chart", "c:chartSpace", &chart);

    assert_eq!(
        document(&docx).markdown(),
        "[image: A map of the offices]\n\n**Chart:** Sales\n\n|  | North |\n| --- | --- |\n\
         | Q1 | 4.3 |\n| Q2 | 2 |"
    );
}

#[test]
fn code_keeps_its_white_space_and_quotes_are_quotes() {
    let body = [
        styled("Code", "if x:"),
        styled("Code", "    # [page"),
        styled("Q", "To be"),
        paragraph("end"),
    ];

    assert_eq!(
        document(&with_styles(&body.concat())).markdown(),
        "```\nif x:\n    # [page\n```\n\n> To be\n\nend"
    );
}

#[test]
fn a_large_first_letter_is_a_part_of_its_word() {
    let body = format!(
        "<w:p><w:pPr><w:framePr w:dropCap=\"drop\"/></w:pPr>{}</w:p>{}",
        run("O"),
        paragraph("nce upon a time")
    );

    assert_eq!(text(&body), "Once upon a time");
}

#[test]
fn signs_breaks_and_forms_are_read_as_they_look() {
    let body = "<w:p><w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/><w:t>yes</w:t><w:tab/><w:t>co</w:t>\
                <w:noBreakHyphen/><w:t>op</w:t><w:softHyphen/><w:t>s</w:t><w:br/><w:t>next</w:t></w:r>\
                <w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>\
                <w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>";

    assert_eq!(text(body), "☑yes co-ops\nnext☒");
}

#[test]
fn bold_and_struck_text_is_marked_but_not_in_headings_and_heads() {
    let bold = run_with("<w:b/>", "bold");
    let off = run_with("<w:b w:val=\"0\"/><w:strike/>", "struck");
    let heading = format!("<w:p><w:pPr><w:pStyle w:val=\"T\"/></w:pPr>{bold}</w:p>");
    let row = format!("<w:tr>{0}{0}</w:tr>", cell("", &format!("<w:p>{bold}</w:p>")));

    let found = document(&with_styles(&format!(
        "{heading}<w:p>{bold}{off}</w:p><w:tbl>{row}{row}</w:tbl>"
    )));

    assert_eq!(
        found.markdown(),
        "# bold\n\n**bold**~~struck~~\n\n| bold | bold |\n| --- | --- |\n| **bold** | **bold** |"
    );
}

#[test]
fn a_document_that_breaks_off_is_read_as_far_as_it_goes() {
    let main = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>\
                <w:p><w:r><w:t>kept</w:t></w:r></w:p><w:p><w:r><w:t>broken";

    let found = document(&Docx::default().raw("word/document.xml", main));

    assert!(found.markdown().starts_with("kept"));
    assert_eq!(found.warnings.len(), 1);
}

#[test]
fn an_empty_document_is_read_and_said_to_be_empty() {
    let found = document(&Docx::new("<w:p/>"));

    assert_eq!(found.markdown(), "");
    assert_eq!(found.warnings, ["The document has no text; it is empty or has only pictures."]);
}

#[test]
fn a_web_page_that_is_to_be_inserted_is_read_in_its_place() {
    let body = format!("{}<w:altChunk r:id=\"rId-aFChunk\"/>{}", paragraph("a"), paragraph("c"));
    let page = Docx::new(&body).chunk("page.html", "<p>b <script>x</script></p>");

    assert_eq!(document(&page).markdown(), "a\n\nb\n\nc");
}

#[test]
fn what_is_no_readable_document_is_refused() {
    let broken = Docx::default().raw("word/document.xml", "<<<").bytes();
    let mut old =
        std::fs::read(format!("{}/tests/corpus/own_lo_report.doc", env!("CARGO_MANIFEST_DIR")))
            .unwrap();
    let start = old.windows(4).position(|mark| mark == b"\xec\xa5\x01\x01").unwrap();
    old[start..start + 64].fill(0);

    assert_eq!(refusal("b.docx", &broken), RefusalKind::Damaged);
    assert_eq!(refusal("a.doc", &old), RefusalKind::Damaged);
}

#[test]
fn c07_entities_and_depth_are_refused_or_cut() {
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>\
                  <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>\
                  <w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>";
    let deep =
        format!("{}{}{}", "<w:sdt>".repeat(50_000), paragraph("x"), "</w:sdt>".repeat(50_000));
    let tables = "<w:tbl><w:tr><w:tc>".repeat(20_000);

    assert_eq!(
        refusal("a.docx", &Docx::default().raw("word/document.xml", laughs).bytes()),
        RefusalKind::Damaged
    );
    assert_eq!(refusal("a.docx", &Docx::new(&deep).bytes()), RefusalKind::TooLarge);
    assert_eq!(refusal("a.docx", &Docx::new(&tables).bytes()), RefusalKind::TooLarge);
}

#[test]
fn a_cell_that_claims_to_be_wide_takes_no_room() {
    let wide = cell("<w:gridSpan w:val=\"999999999\"/>", &paragraph("wide"));
    let body = format!("<w:tbl><w:tr>{wide}</w:tr><w:tr>{wide}</w:tr></w:tbl>");

    assert!(text(&body).len() < 5_000);
}

#[test]
fn c07_alternatives_within_each_other_are_read_once() {
    let open = "<mc:AlternateContent><mc:Choice>".repeat(100);
    let close = "</mc:Choice></mc:AlternateContent>".repeat(100);
    let nested = |inner: &str| format!("<w:p>{open}{inner}{close}{}</w:p>", run("."));

    assert_eq!(text(&nested("")), ".");
    assert_eq!(text(&nested(&run("once"))), "once.");
    assert_eq!(text(&nested("<w:t>once</w:t>")), "once.");
}

#[test]
fn the_values_of_a_chart_stand_where_their_places_are() {
    let body = "<w:p><w:r><w:drawing><c:chart r:id=\"rId-chart\"/></w:drawing></w:r></w:p>";
    let point = |at: usize, text: &str| format!("<c:pt idx=\"{at}\"><c:v>{text}</c:v></c:pt>");
    let levels = format!(
        "<c:multiLvlStrRef><c:lvl>{}{}{}</c:lvl><c:lvl>{}</c:lvl></c:multiLvlStrRef>",
        point(0, "Jan"),
        point(1, "Feb"),
        point(2, "Mar"),
        point(0, "2025"),
    );
    let chart = format!(
        "<c:ser><c:cat>{levels}</c:cat><c:val>{}{}</c:val></c:ser>",
        point(0, "1"),
        point(2, "3")
    );

    let found = document(&Docx::new(body).part("chart", "c:chartSpace", &chart)).markdown();

    assert!(found.ends_with("| Jan | 1 |\n| Feb |  |\n| Mar | 3 |"), "{found}");
}

#[test]
fn a_diagram_is_a_list_of_what_belongs_to_what() {
    let body =
        "<w:p><w:r><w:drawing><dgm:relIds r:dm=\"rId-diagramData\"/></w:drawing></w:r></w:p>";
    let point = |id: &str, kind: &str, text: &str| {
        format!(
            "<dgm:pt modelId=\"{id}\" type=\"{kind}\"><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        )
    };
    let link = |from: &str, to: &str| format!("<dgm:cxn srcId=\"{from}\" destId=\"{to}\"/>");
    let data = [
        point("0", "doc", ""),
        point("1", "node", "Board"),
        point("2", "node", "Sales"),
        point("3", "pres", "Board"),
        link("0", "1"),
        link("1", "2"),
    ];

    let docx = Docx::new(body).part("diagramData", "dgm:dataModel", &data.concat());

    assert_eq!(document(&docx).markdown(), "- Board\n  - Sales");
}

#[test]
fn c07_a_chart_that_is_shown_often_is_written_until_the_text_is_full() {
    let chart = "<w:r><w:drawing><c:chart r:id=\"rId-chart\"/></w:drawing></w:r>".repeat(1_000);
    let value = "y".repeat(500_000);
    let data = format!("<c:ser><c:val><c:pt idx=\"0\"><c:v>{value}</c:v></c:pt></c:val></c:ser>");
    let docx = Docx::new(&format!("<w:p>{chart}</w:p>")).part("chart", "c:chartSpace", &data);

    let found = document(&docx);

    assert!(found.warnings.iter().any(|warning| warning.contains("holds more")));
}

#[test]
fn c07_a_long_target_or_author_is_not_kept_for_each_run() {
    let links = "<w:hyperlink r:id=\"a\"><w:r><w:t>a</w:t></w:r></w:hyperlink>".repeat(20_000);
    let runs = run("b").repeat(20_000);
    let author = "x".repeat(60_000);
    let body = format!("<w:p>{links}<w:ins w:author=\"{author}\">{runs}</w:ins></w:p>");
    let target = format!("https://contoso.example/{}", "x".repeat(60_000));

    let found = document(&Docx::new(&body).outside("hyperlink", "a", &target)).markdown();

    assert!(found.starts_with("aaaa") && found.contains("…: bbb"));
    assert!(found.len() < 50_000);
}

#[test]
fn a_field_that_is_never_closed_takes_nothing_with_it() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let open = format!("<w:p>{}<w:r><w:instrText>REF x</w:instrText></w:r></w:p>", mark("begin"));
    let contents = format!(
        "<w:p><w:pPr><w:pStyle w:val=\"C1\"/></w:pPr>{}{}<w:r><w:instrText>PAGEREF x</w:instrText></w:r>{}{}</w:p>",
        run("Scope"),
        mark("begin"),
        mark("separate"),
        run("7")
    );

    assert_eq!(text(&[open, paragraph("after")].concat()), "after");
    let found = document(&with_styles(&[contents, paragraph("after")].concat()));
    assert_eq!(found.markdown(), "Scope\n\nafter");
}

#[test]
fn fields_that_are_too_deep_to_follow_do_not_close_others() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let link = "<w:r><w:instrText>HYPERLINK \"https://contoso.example/a\"</w:instrText></w:r>";
    let deep = [mark("begin"), mark("separate")].concat().repeat(99);
    let body = format!(
        "<w:p>{}{link}{}{deep}{}{}{}</w:p>",
        mark("begin"),
        mark("separate"),
        mark("end").repeat(99),
        run("linked"),
        mark("end"),
    );

    assert_eq!(text(&body), "linked (https://contoso.example/a)");
}

#[test]
fn a_part_that_cannot_be_read_is_said_to_be_missing() {
    for kind in ["styles", "numbering", "header", "chart", "footnotes"] {
        let body = format!(
            "{}<w:sectPr><w:headerReference r:id=\"rId-header\"/></w:sectPr>",
            paragraph("Body.")
        );
        let docx = Docx::new(&body).part(kind, "w:part", "<w:broken>");

        assert_eq!(document(&docx).warnings.len(), 1, "{kind}");
    }
}

#[test]
fn of_two_parts_of_a_kind_the_first_counts() {
    let names = |name: &str| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"X\"><w:name w:val=\"{name}\"/></w:style>"
        )
    };
    let styles = |docx: Docx, number: usize| {
        docx.part_at("styles", number, "w:styles", &names(&format!("heading {number}")))
    };

    for _ in 0..8 {
        let docx = (1..=6).fold(Docx::new(&styled("X", "Head")), styles);
        assert_eq!(document(&docx).markdown(), "# Head");
    }
}

#[test]
fn c04_the_title_of_an_old_document_does_not_act() {
    let path = format!("{}/tests/corpus/own_lo_report.doc", env!("CARGO_MANIFEST_DIR"));
    let mut bytes = std::fs::read(path).unwrap();
    let title = read("a.doc", &bytes).title.unwrap();
    let found: Vec<usize> = bytes
        .windows(title.len())
        .enumerate()
        .filter_map(|(at, window)| (window == title.as_bytes()).then_some(at))
        .collect();
    for at in found {
        bytes[at..at + 8].copy_from_slice(b"![x](y)\n");
    }

    let title = read("a.doc", &bytes).title.unwrap();

    assert!(title.starts_with("!\\[x]\\(y)") && !title.contains('\n'), "{title}");
}

#[test]
fn a_row_that_was_deleted_or_inserted_says_so() {
    let row = |change: &str, text: &str| {
        format!(
            "<w:tr><w:trPr>{change}</w:trPr>{}{}</w:tr>",
            cell("", &paragraph(text)),
            cell(
                "",
                "<w:p><w:del w:author=\"Bob\"><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"
            )
        )
    };
    let rows = [
        row("", "a"),
        row("<w:del w:author=\"Bob\"/>", "b"),
        row("<w:ins w:author=\"Ann\"/>", "c"),
    ];

    assert_eq!(
        text(&format!("<w:tbl>{}</w:tbl>{}", rows.concat(), paragraph("after"))),
        "| a | [deleted by Bob: old] |\n| --- | --- |\n\
         | [deleted by Bob: b] | [deleted by Bob: old] |\n\
         | [inserted by Ann: c] | [deleted by Bob: old] |\n\nafter"
    );
}

#[test]
fn pictures_without_a_description_are_counted() {
    let picture = |description: &str| {
        format!(
            "<w:r><w:drawing><wp:docPr descr=\"{description}\"/><a:graphic><pic:pic xmlns:pic=\"x\"/></a:graphic></w:drawing></w:r>"
        )
    };
    let both = "<w:r><mc:AlternateContent><mc:Choice><w:drawing><pic xmlns=\"x\"/></w:drawing></mc:Choice>\
                <mc:Fallback><w:pict><v:imagedata xmlns:v=\"urn:schemas-microsoft-com:vml\"/></w:pict></mc:Fallback>\
                </mc:AlternateContent></w:r>";
    let shape = "<w:r><w:drawing><wp:docPr name=\"Line\"/></w:drawing></w:r>";
    let warnings =
        |runs: &str| document(&Docx::new(&format!("<w:p>{}{runs}</w:p>", run("Text")))).warnings;

    assert_eq!(
        warnings(&[picture(""), picture("image1.png"), picture("Our offices")].concat()),
        ["The document has 2 pictures without a description."]
    );
    assert_eq!(warnings(both), ["The document has a picture without a description."]);
    assert!(warnings(shape).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever elements stand in each other, the reader ends and does not panic.
    #[test]
    fn any_elements_in_any_order_are_read(tokens in prop::collection::vec(token(), 0..60)) {
        let docx = with_styles(&tokens.concat());
        let _ = m365_extract::extract(
            &m365_extract::Input::new(&docx.bytes()),
            &m365_extract::Options::default(),
        );
    }

    #[test]
    fn any_bytes_of_an_old_document_may_be_wrong(at in 0..18_432_usize, byte: u8) {
        let path = format!("{}/tests/corpus/own_lo_report.doc", env!("CARGO_MANIFEST_DIR"));
        let mut bytes = std::fs::read(path).unwrap();
        bytes[at] = byte;
        let _ = m365_extract::extract(
            &m365_extract::Input::new(&bytes),
            &m365_extract::Options::default(),
        );
    }
}

/// What bodies are made of.
fn token() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "<w:p>",
        "</w:p>",
        "<w:r>",
        "</w:r>",
        "<w:t>text</w:t>",
        "<w:tbl>",
        "</w:tbl>",
        "<w:tr>",
        "</w:tr>",
        "<w:tc>",
        "</w:tc>",
        "<w:tcPr><w:gridSpan w:val=\"99999999999999999999\"/><w:vMerge/></w:tcPr>",
        "<w:pPr><w:numPr><w:ilvl w:val=\"77\"/><w:numId w:val=\"2\"/></w:numPr><w:sectPr/></w:pPr>",
        "<w:pPr><w:pStyle w:val=\"H2\"/></w:pPr>",
        "<w:pPr><w:pStyle w:val=\"Code\"/></w:pPr>",
        "<w:fldChar w:fldCharType=\"begin\"/>",
        "<w:fldChar w:fldCharType=\"separate\"/>",
        "<w:fldChar w:fldCharType=\"end\"/>",
        "<w:instrText>HYPERLINK \"</w:instrText>",
        "<w:br w:type=\"page\"/>",
        "<w:lastRenderedPageBreak/>",
        "<w:ins w:author=\"[x](y)\">",
        "</w:ins>",
        "<w:txbxContent>",
        "</w:txbxContent>",
        "<w:drawing>",
        "</w:drawing>",
        "<m:oMath><m:f><m:num>",
        "</m:num></m:f></m:oMath>",
        "<mc:AlternateContent><mc:Choice>",
        "</mc:Choice></mc:AlternateContent>",
        "<w:sym w:font=\"Symbol\" w:char=\"FFFFFFFFFF\"/>",
        "&#0;&x;",
    ]);
    fixed.prop_map(str::to_owned)
}
