//! OpenDocument texts and presentations.

use m365_extract::{Document, Input, Options, PageKind, RefusalKind, extract};
use proptest::prelude::*;

use super::{
    package::{content, package},
    properties::acts,
    read, refusal,
};

const SPACES: &str = concat!(
    r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" "#,
    r#"xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" "#,
    r#"xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" "#,
    r#"xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" "#,
    r#"xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" "#,
    r#"xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" "#,
    r#"xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" "#,
    r#"xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0" "#,
    r#"xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" "#,
    r#"xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" "#,
    r#"xmlns:math="http://www.w3.org/1998/Math/MathML" "#,
    r#"xmlns:dc="http://purl.org/dc/elements/1.1/" "#,
    r#"xmlns:xlink="http://www.w3.org/1999/xlink""#,
);

const STYLES: &str = r##"
    <style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
    <style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
    <style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>
    <style:style style:name="White" style:family="text"><style:text-properties fo:color="#fefefe"/></style:style>
    <style:style style:name="OnBlue" style:family="paragraph"><style:paragraph-properties fo:background-color="#000080"/></style:style>
    <style:style style:name="Tiny" style:family="text"><style:text-properties fo:font-size="1pt"/></style:style>
    <style:style style:name="Title" style:family="paragraph"/>
    <style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
    <style:style style:name="New" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>
    <style:style style:name="Hidden" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>
    <text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
    <text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>"##;

/// A file of this media type with this body.
fn file(kind: &str, element: &str, body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let kind = format!("application/vnd.oasis.opendocument.{kind}");
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content {SPACES}>\
         <office:automatic-styles>{STYLES}</office:automatic-styles><office:body>\
         <office:{element}>{body}</office:{element}></office:body></office:document-content>"
    );
    let parts = [("mimetype", kind.as_str()), ("content.xml", content.as_str())];
    package(&[&parts, more].concat())
}

fn odt(body: &str) -> Vec<u8> {
    file("text", "text", body, &[])
}

fn document(body: &str) -> Document {
    read("a.odt", &odt(body))
}

fn text(body: &str) -> String {
    document(body).markdown()
}

fn odp(body: &str) -> Document {
    read("a.odp", &file("presentation", "presentation", body, &[]))
}

#[test]
fn a_text_of_libre_office_keeps_its_headings_lists_table_and_link() {
    let document = read("a.odt", include_bytes!("corpus/own_lo_report.odt"));

    assert_eq!(document.title.as_deref(), Some("Onboarding overview"));
    insta::assert_snapshot!(document.markdown());
}

#[test]
fn a_presentation_of_libre_office_is_read_slide_by_slide() {
    let document = read("a.odp", include_bytes!("corpus/own_deck.odp"));

    assert!(document.pages.iter().all(|page| page.kind == PageKind::Slide));
    assert_eq!(document.pages[1].label.as_deref(), Some("Security QJW-619"));
    insta::assert_snapshot!(document.markdown());
}

#[test]
fn titles_are_headings_and_runs_keep_their_looks() {
    let text = text(
        "<text:p text:style-name='P1'>Plan</text:p><text:p>a <text:span text:style-name='B'>b \
         </text:span><text:span text:style-name='S'>c</text:span><text:s text:c='3'/>d\
         <text:tab/>e<text:line-break/>f</text:p>",
    );

    assert_eq!(text, "# Plan\n\na **b** ~~c~~ d e\nf");
}

#[test]
fn c02_hidden_text_is_left_out_and_the_reader_is_told() {
    let document = document(
        "<text:p>seen<text:span text:style-name='H'>unseen</text:span></text:p>\
         <text:section text:display='none'><text:p>gone</text:p></text:section>",
    );

    assert_eq!(document.markdown(), "seen");
    assert_eq!(document.warnings, ["The document has hidden text, which was left out."]);
}

#[test]
fn c02_text_in_white_or_too_small_to_read_is_left_out_and_the_reader_is_told() {
    let hidden = ["The document has hidden text, which was left out."];
    let span = |style: &str| format!("<text:span text:style-name='{style}'>secret</text:span>");
    let (white, tiny) = (span("White"), span("Tiny"));

    for unseen in [&white, &tiny] {
        let document = document(&format!("<text:p>seen{unseen}</text:p>"));
        assert_eq!(document.markdown(), "seen");
        assert_eq!(document.warnings, hidden);
    }
    let slide = odp(&format!(
        "<draw:page><draw:frame><draw:text-box><text:p>{tiny}seen</text:p></draw:text-box>\
         </draw:frame></draw:page>"
    ));
    assert_eq!(slide.markdown(), "## Slide 1\n\nseen");
    assert_eq!(slide.warnings, hidden);
}

#[test]
fn white_text_on_a_colour_or_where_there_may_be_one_is_kept() {
    let white = "<text:span text:style-name='White'>white</text:span>";
    let cell = format!("<table:table-cell><text:p>{white}</text:p></table:table-cell>");

    for body in [
        format!("<text:p text:style-name='OnBlue'>{white}</text:p>"),
        format!("<table:table><table:table-row>{cell}</table:table-row></table:table>"),
        format!("<table:table><table:table-row>{cell}{cell}</table:table-row></table:table>"),
        format!("<draw:frame><draw:text-box><text:p>{white}</text:p></draw:text-box></draw:frame>"),
    ] {
        let document = document(&body);
        assert!(document.markdown().contains("white"), "{body}");
        assert_eq!(document.warnings, [""; 0], "{body}");
    }
}

#[test]
fn c11_only_the_content_of_a_file_is_needed() {
    // Unpacks to more than any part may.
    let bomb = "\0".repeat(4_000_000);

    for part in ["META-INF/manifest.xml", "styles.xml", "meta.xml", "Object 1/content.xml"] {
        let bytes = file("text", "text", "<text:p>hello</text:p>", &[(part, &bomb)]);
        let document = read("a.odt", &bytes);

        assert_eq!(document.markdown(), "hello", "{part}");
        assert_eq!(
            document.warnings,
            ["The file is damaged or holds more than is read; a part of its text is missing."],
            "{part}"
        );
    }
}

#[test]
fn lists_keep_the_numbers_that_are_drawn_and_go_on_where_they_say() {
    let text = text(
        "<text:list text:style-name='N'><text:list-item><text:p>one</text:p><text:list>\
         <text:list-item><text:p>sub</text:p></text:list-item></text:list></text:list-item>\
         <text:list-item><text:p>two</text:p></text:list-item></text:list><text:p>between</text:p>\
         <text:list text:style-name='N' text:continue-numbering='true'><text:list-item>\
         <text:p>three</text:p></text:list-item></text:list>",
    );

    assert_eq!(text, "1. one\n   a) sub\n2. two\n\nbetween\n\n3. three");
}

#[test]
fn an_item_without_text_of_its_own_only_indents() {
    let text = text(
        "<text:list><text:list-item><text:p>a</text:p></text:list-item></text:list><text:list>\
         <text:list-item><text:list><text:list-item><text:p>b</text:p></text:list-item>\
         </text:list></text:list-item></text:list>",
    );

    assert_eq!(text, "- a\n  - b");
}

#[test]
fn merged_cells_stand_in_their_first_place() {
    let text = text(
        "<table:table><table:table-header-rows><table:table-row><table:table-cell \
         table:number-columns-spanned='2'><text:p>a</text:p></table:table-cell>\
         <table:covered-table-cell/><table:table-cell table:number-rows-spanned='2'><text:p>b|c\
         </text:p></table:table-cell></table:table-row></table:table-header-rows><table:table-row>\
         <table:table-cell><text:p>d</text:p><text:p>e</text:p></table:table-cell>\
         <table:table-cell><text:p>f</text:p></table:table-cell><table:covered-table-cell/>\
         </table:table-row></table:table>",
    );

    assert_eq!(text, "| a |  | b\\|c |\n| --- | --- | --- |\n| d e | f |  |");
}

#[test]
fn notes_and_comments_stand_below_their_paragraph() {
    let text = text(
        "<text:p>Sum<text:note text:note-class='footnote'><text:note-citation>1\
         </text:note-citation><text:note-body><text:p>Rounded.</text:p></text:note-body></text:note>\
         <office:annotation><dc:creator>Ann</dc:creator><dc:date>2026-01-01</dc:date><text:p>Why?\
         </text:p></office:annotation> of it.</text:p><text:p>Next</text:p>",
    );

    assert_eq!(text, "Sum[^1] of it.\n\n[^1]: Rounded.\n\n**Comment (Ann):** Why?\n\nNext");
}

#[test]
fn tracked_changes_name_what_was_done_and_by_whom() {
    let change = |id: &str, kind: &str, text: &str| {
        format!(
            "<text:changed-region text:id='{id}'><text:{kind}><office:change-info><dc:creator>Ann\
             </dc:creator></office:change-info>{text}</text:{kind}></text:changed-region>"
        )
    };
    let body = format!(
        "<text:tracked-changes>{}{}</text:tracked-changes><text:p>The <text:change \
         text:change-id='d'/><text:change-start text:change-id='i'/>new <text:change-end \
         text:change-id='i'/>price</text:p><text:p>is <text:change-start text:change-id='i'/>50\
         </text:p><text:p>or 60<text:change-end text:change-id='i'/> now</text:p>",
        change("d", "deletion", "<text:p>old</text:p>"),
        change("i", "insertion", ""),
    );

    assert_eq!(
        text(&body),
        "The [deleted by Ann: old] [inserted by Ann: new] price\n\nis [inserted by Ann: 50]\n\n\
         [inserted by Ann: or 60] now"
    );
}

#[test]
fn pages_end_where_the_file_says() {
    let document = document(
        "<text:p text:style-name='New'>one</text:p><text:p>two<text:soft-page-break/> two</text:p>\
         <text:list><text:list-item><text:p>three</text:p></text:list-item><text:soft-page-break/>\
         <text:list-item><text:p>four</text:p></text:list-item></text:list>\
         <text:p text:style-name='New'>five</text:p>",
    );

    let pages: Vec<&str> = document.pages.iter().map(|page| page.markdown.as_str()).collect();

    assert_eq!(pages, ["one\n\ntwo two", "- three", "- four", "five"]);
    assert!(document.pages.iter().all(|page| page.kind == PageKind::Page));
}

#[test]
fn a_table_that_goes_on_over_a_page_repeats_its_head() {
    let row = |text: &str| {
        format!(
            "<table:table-row><table:table-cell><text:p>{text}</text:p></table:table-cell><table:table-cell/></table:table-row>"
        )
    };
    let body = format!(
        "<table:table>{}{}<text:soft-page-break/>{}</table:table>",
        row("head"),
        row("a"),
        row("b")
    );

    let pages: Vec<String> = document(&body).pages.into_iter().map(|page| page.markdown).collect();

    assert_eq!(pages, ["| head |\n| --- |\n| a |", "| head |\n| --- |\n| b |"]);
}

#[test]
fn text_boxes_stand_after_their_paragraph_and_pictures_are_described() {
    let text = text(
        "<text:p>before <draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box>\
         </draw:frame>after <draw:frame><draw:image xlink:href='https://evil.example/x.png'/>\
         <svg:desc>A chart of sales</svg:desc></draw:frame><draw:frame><draw:image/>\
         <svg:title>Picture 3</svg:title></draw:frame></text:p>",
    );

    assert_eq!(text, "before after [image: A chart of sales]\n\nboxed");
}

#[test]
fn charts_show_their_data_and_formulas_their_text() {
    let chart = format!(
        "<office:document-content {SPACES}><office:body><office:chart><chart:chart><chart:title>\
         <text:p>Sales</text:p></chart:title><table:table><table:table-rows><table:table-row>\
         <table:table-cell/><table:table-cell><text:p>2025</text:p></table:table-cell>\
         </table:table-row><table:table-row><table:table-cell><text:p>North</text:p>\
         </table:table-cell><table:table-cell office:value='4'/></table:table-row>\
         </table:table-rows></table:table></chart:chart></office:chart></office:body>\
         </office:document-content>"
    );
    let formula = format!(
        "<math:math {SPACES}><math:semantics><math:mi>E</math:mi><math:annotation>E = m c^2\
         </math:annotation></math:semantics></math:math>"
    );
    let body = "<text:p><draw:frame><draw:object xlink:href='./Object 1'/></draw:frame></text:p>\
                <text:p><draw:frame><draw:object xlink:href='./Object 2'/></draw:frame></text:p>";
    let parts = [("Object 1/content.xml", chart.as_str()), ("Object 2/content.xml", &formula)];

    let text = read("a.odt", &file("text", "text", body, &parts)).markdown();

    assert_eq!(text, "**Chart:** Sales\n\n|  | 2025 |\n| --- | --- |\n| North | 4 |\n\nE = m c^2");
}

#[test]
fn headers_and_footers_stand_once_and_without_page_numbers() {
    let styles = format!(
        "<office:document-styles {SPACES}><office:master-styles><style:master-page><style:header>\
         <text:p>Contoso Ltd, confidential</text:p></style:header><style:footer><text:p>Page \
         <text:page-number>1</text:page-number></text:p></style:footer></style:master-page>\
         </office:master-styles></office:document-styles>"
    );
    let body = "<text:p>one</text:p><text:p text:style-name='New'>two</text:p>";

    let text = read("a.odt", &file("text", "text", body, &[("styles.xml", &styles)])).markdown();

    assert_eq!(text, "**Header:** Contoso Ltd, confidential\n\none\n\ntwo");
}

#[test]
fn program_text_is_fenced() {
    let line = "<text:p text:style-name='Preformatted_20_Text'>a<text:s text:c='2'/># b</text:p>";

    assert_eq!(text(&format!("{line}{line}<text:p>c</text:p>")), "```\na  # b\na  # b\n```\n\nc");
}

#[test]
fn links_are_written_and_none_is_live() {
    let text = text(
        "<text:p><text:a xlink:href='https://contoso.example/a'>the plan</text:a> \
         <text:a xlink:href='javascript:x()'>bad</text:a> <text:a xlink:href='#Heading'>inside\
         </text:a> ![x](https://evil.example) &lt;img src=x&gt;</text:p>",
    );

    assert_eq!(
        text,
        "the plan (https://contoso.example/a) bad inside !\\[x]\\(https://evil.example) \\<img src=x>"
    );
}

#[test]
fn slides_have_title_text_notes_and_comments_in_reading_order() {
    let frame = |class: &str, x: &str, y: &str, text: &str| {
        format!(
            "<draw:frame presentation:class='{class}' svg:x='{x}' svg:y='{y}' svg:width='8cm' \
             svg:height='3cm'><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
        )
    };
    let body = format!(
        "<draw:page draw:style-name='Hidden'>{}{}{}{}<office:annotation><dc:creator>Ann\
         </dc:creator><text:p>Why?</text:p></office:annotation><presentation:notes>\
         <draw:page-thumbnail/>{}</presentation:notes></draw:page><draw:page/>",
        frame("", "12cm", "6cm", "right"),
        frame("outline", "1cm", "6cm", "left"),
        frame("title", "1cm", "1cm", "Plan"),
        frame("page-number", "1cm", "18cm", "7"),
        frame("notes", "1cm", "12cm", "Say hello."),
    );

    let document = odp(&body);

    assert_eq!(
        document.markdown(),
        "## Plan\n\n*Hidden slide.*\n\nleft\n\nright\n\n**Notes:** Say hello.\n\n\
         **Comment (Ann):** Why?\n\n## Slide 2"
    );
    assert!(document.pages[0].is_hidden);
    assert_eq!(document.outline[0].text, "Plan");
}

#[test]
fn the_title_of_the_properties_comes_first() {
    let meta = format!(
        "<office:document-meta {SPACES}><office:meta><dc:title> Budget </dc:title></office:meta></office:document-meta>"
    );
    let body = "<text:h text:outline-level='2'>Plan</text:h>";

    let document = read("a.odt", &file("text", "text", body, &[("meta.xml", &meta)]));

    assert_eq!(document.title.as_deref(), Some("Budget"));
    assert_eq!(document.markdown(), "## Plan");
}

#[test]
fn an_encrypted_file_is_refused_as_such() {
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">\
                    <manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/>\
                    </manifest:file-entry></manifest:manifest>";
    let bytes = file("text", "text", "", &[("META-INF/manifest.xml", manifest)]);

    assert_eq!(refusal("a.odt", &bytes), RefusalKind::Encrypted);
}

#[test]
fn a_file_without_text_is_read_and_said_to_have_none() {
    for document in [document("<text:p/>"), odp("<draw:page/>"), odp("")] {
        let said = "The document has no text; it is empty or has only pictures.";
        assert_eq!(document.warnings, [said]);
    }
}

#[test]
fn a_file_without_content_is_damaged() {
    let kind = "application/vnd.oasis.opendocument.text";

    assert_eq!(refusal("a.odt", &package(&[("mimetype", kind)])), RefusalKind::Damaged);
}

#[test]
fn a_text_that_breaks_off_is_read_as_far_as_it_goes() {
    let content = format!(
        "<office:document-content {SPACES}><office:body><office:text><text:p>one</text:p><text:p>two"
    );
    let kind = "application/vnd.oasis.opendocument.text";

    let document = read("a.odt", &package(&[("mimetype", kind), ("content.xml", &content)]));

    assert_eq!(document.markdown(), "one\n\ntwo");
    assert_eq!(document.warnings, ["The file is damaged; the text after the damage is missing."]);
}

#[test]
fn c07_entities_of_the_file_are_not_expanded() {
    let content = format!(
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><office:document-content {SPACES}>\
         <office:body><office:text><text:p>&a;</text:p></office:text></office:body>\
         </office:document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.text";
    let bytes = package(&[("mimetype", kind), ("content.xml", &content)]);

    assert_eq!(refusal("a.odt", &bytes), RefusalKind::Damaged);
}

#[test]
fn c07_text_nested_very_deeply_ends_where_it_is_too_deep() {
    let body = format!("<text:p>top</text:p>{}", "<text:section>".repeat(50_000));

    let document = document(&body);

    assert_eq!(document.markdown(), "top");
    assert_eq!(document.warnings.len(), 1);
}

#[test]
fn c06_a_claimed_number_of_cells_costs_nothing() {
    let text = text(
        "<table:table><table:table-row table:number-rows-repeated='1000000000'><table:table-cell \
         table:number-columns-repeated='1000000000' table:number-columns-spanned='1000000000'>\
         <text:p>x<text:s text:c='1000000000'/></text:p></table:table-cell><table:table-cell/>\
         </table:table-row></table:table>",
    );

    assert!(text.len() < 100_000);
}

#[test]
fn a_file_that_was_packed_again_is_known_by_its_content() {
    let content = format!(
        "<office:document-content {SPACES}><office:body><office:text><text:p>x</text:p>\
         </office:text></office:body></office:document-content>"
    );

    assert_eq!(read("a", &package(&[("content.xml", &content)])).markdown(), "x");
}

#[test]
fn a_template_or_master_document_is_a_text_too() {
    let bytes = file("text-template", "text", "<text:p>x</text:p>", &[]);

    assert_eq!(read("a.ott", &bytes).markdown(), "x");
}

/// A body made of what texts and slides are made of, in any order.
fn body() -> impl Strategy<Value = String> {
    let leaves = vec![
        "<text:soft-page-break/>",
        "<text:change-start text:change-id='a'/>",
        "<text:change text:change-id='a'/>",
        "<text:s text:c='9999999'/>",
        "<text:tab/>",
        "<text:line-break/>",
        "&lt;",
        "img src=x&gt;",
        "!",
        "[x",
        "](",
        "(https://x.example)",
        "[a]: b",
        "[page 1 of 2]",
        "\\",
        "`",
        "&#x202e;",
        "&unknown;",
        "a ",
        "# ",
        "|",
    ];
    let open = vec![
        "<text:p>",
        "<text:p>",
        "<text:p text:style-name='New'>",
        "<text:p text:style-name='P1'>",
        "<text:p text:style-name='Preformatted_20_Text'>",
        "<text:h text:outline-level='99999999999'>",
        "<text:list text:style-name='N'>",
        "<text:list text:continue-numbering='true'>",
        "<text:list-item text:start-value='18446744073709551615'>",
        "<text:list-item>",
        "<text:section>",
        "<text:tracked-changes>",
        "<text:changed-region text:id='a'>",
        "<text:deletion>",
        "<table:table>",
        "<table:table-row>",
        "<table:table-cell>",
        "<table:table-cell table:number-columns-spanned='3' table:number-rows-spanned='2'>",
        "<text:span text:style-name='B'>",
        "<text:span text:style-name='S'>",
        "<text:a xlink:href='https://x.example/![a](b)'>",
        "<office:annotation>",
        "<text:note><text:note-body>",
        "<draw:page>",
        "<draw:frame svg:x='1cm' svg:y='nan' presentation:class='title'>",
        "<draw:frame>",
        "<draw:g>",
        "<draw:text-box>",
        "<presentation:notes>",
    ];
    prop::collection::vec(content(leaves, open), 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_body_is_read_without_acting(body in body()) {
        for (kind, element) in [("text", "text"), ("presentation", "presentation")] {
            let bytes = file(kind, element, &body, &[]);
            let document = extract(&Input::new(&bytes), &Options::default());
            for page in document.map(|document| document.pages).unwrap_or_default() {
                prop_assert!(!acts(&page.markdown), "{}", page.markdown);
            }
        }
    }
}
