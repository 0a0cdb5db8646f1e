//! RTF as Word, LibreOffice, TextEdit and Outlook write it.

use m365_extract::{Format, PageKind, RefusalKind};

use super::{read, refusal};

/// The text of a document with a header as Word writes it.
fn text(body: &str) -> String {
    let head = r"{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\froman\fcharset0 Times;}
{\f1\fnil\fcharset2 Symbol;}{\f2\fnil\fcharset128 MS Mincho{\*\falt Arial};}{\f3\fcharset204 Arial;}}
{\colortbl;\red0\green0\blue0;\red255\green255\blue255;}
{\stylesheet{\ql Normal;}{\s1\outlinelevel0 heading 1;}{\s2\b \'dcberschrift 2;}{\*\cs3 heading 3;}}
{\*\revtbl{Unknown;}{Ann Lee;}}{\info{\title Plan}{\author Secret}}\paperw11906 ";
    read("a.rtf", format!("{head}{body}}}").as_bytes()).markdown()
}

#[test]
fn a_report_keeps_headings_lists_and_its_table() {
    let document = read("own_report.rtf", include_bytes!("corpus/own_report.rtf"));

    assert_eq!(document.format, Some(Format::Rtf));
    assert_eq!(document.title.as_deref(), Some("Quarterly report"));
    insta::assert_snapshot!(document.markdown());
}

#[test]
fn the_title_is_the_first_heading_or_that_of_the_file() {
    let title = |body: &str| read("a.rtf", body.as_bytes()).title;

    assert_eq!(title(r"{\rtf1{\info{\title Plan}}Text}").as_deref(), Some("Plan"));
    assert_eq!(title(r"{\rtf1{\info{\title Plan}}\outlinelevel0 Top\par}").as_deref(), Some("Top"));
}

#[test]
fn bytes_are_read_in_the_encoding_of_their_font() {
    assert_eq!(
        text(r"{\f2 \'93\'fa\'96\'7b} {\f3\'cf\'f0\'e8} caf\'e9 {\f1\'61}"),
        "日本 При café α"
    );
}

#[test]
fn code_units_are_read_and_what_stands_for_them_is_passed_over() {
    assert_eq!(text(r"\u8364 ?\uc2\u26085\'93\'fa\uc0\u-10179\u-8704 {\uc1\u252\'fc}!"), "€日😀ü!");
    assert_eq!(text(r"{\upr{?}{\*\ud{\u26085 ?}}} ok"), "日 ok");
}

#[test]
fn what_a_reader_does_not_see_is_left_out() {
    assert_eq!(text(r"a{\v secret} {\cf2 white }{\fs2 tiny }b{\*\unknown x}{\xe index}"), "a b");
    assert_eq!(text(r"a {\cf2\highlight1 light} b"), "a light b");
    assert_eq!(
        text(r"a{\pict\pngblip 89504e47}{\object{\*\objdata 0105}{\result shown}}"),
        "ashown"
    );
}

#[test]
fn bold_runs_are_marked_but_not_in_headings_and_cells() {
    assert_eq!(text(r"plain {\b bold} end\par \pard\s1\b Top\par"), "plain **bold** end\n\n# Top");
    assert_eq!(
        text(r"\trowd\cellx1\cellx2\intbl{\b a}\cell b\cell\row"),
        "| a | b |\n| --- | --- |"
    );
}

#[test]
fn powers_are_not_melted_with_their_base() {
    assert_eq!(text(r"10{\super 3} m{\super 2\nosupersub , the 1}{\super st}"), "10³ m², the 1st");
}

#[test]
fn links_name_their_targets_and_nothing_else() {
    let link =
        |code: &str| text(&format!("see {{\\field{{\\*\\fldinst {code}}}{{\\fldrslt it}}}}."));

    assert_eq!(
        link(r#"HYPERLINK "https://contoso.example/a""#),
        "see it (https://contoso.example/a)."
    );
    assert_eq!(link(r#"HYPERLINK "file://server/share""#), "see it.");
    assert_eq!(link(r#"INCLUDEPICTURE "https://evil.example/t.png""#), "see it.");
    assert_eq!(link(r"PAGE \\* MERGEFORMAT"), "see .");
}

#[test]
fn lists_keep_their_numbers_and_levels() {
    let list = r"{\listtext 1.\tab}\ls1\ilvl0 One\par{\listtext\f1\'b7\tab}\ls1\ilvl1 Inner\par
\pard{\pntext b)\tab}Two\par\pard After\par";

    assert_eq!(text(list), "1. One\n  - Inner\nb) Two\n\nAfter");
}

#[test]
fn items_whose_signs_are_text_are_items_when_they_hang_out() {
    let list = r"\pard\fi-360\li720 1.\tab One\par\pard\fi-360\li1080 \bullet\tab Inner\par
\pard\li0 3.\tab 14\par";

    assert_eq!(text(list), "1. One\n  - Inner\n\n3. 14");
}

#[test]
fn merged_cells_have_their_text_once() {
    let table = r"\trowd\clmgf\cellx1000\clmrg\cellx2000\intbl Wide\cell\cell\row
\trowd\cellx1000\cellx2000\intbl a\cell b\par c\cell\row\pard After";

    assert_eq!(text(table), "| Wide |  |\n| --- | --- |\n| a | b c |\n\nAfter");
}

#[test]
fn rows_as_word_writes_them_are_one_table() {
    let table = r"\pard\intbl a\cell b\cell\pard{\trowd\cellx1000\cellx2000\row}
\pard\intbl c\cell d\cell\pard{\trowd\cellx1000\cellx2000\row}\pard After\par";

    assert_eq!(text(table), "| a | b |\n| --- | --- |\n| c | d |\n\nAfter");
}

#[test]
fn a_table_in_a_cell_becomes_its_text() {
    let table = r"\trowd\cellx1000\cellx2000\intbl a \itap2 x\nestcell y\nestcell{\*\nesttableprops
\trowd\cellx1\nestrow}{\nonesttables\par}\itap1\cell b\cell\row";

    assert_eq!(text(table), "| a x; y | b |\n| --- | --- |");
}

#[test]
fn a_frame_of_one_cell_is_text() {
    assert_eq!(text(r"\trowd\cellx9000\intbl One\par Two\cell\row\pard End"), "One\n\nTwo\n\nEnd");
}

#[test]
fn notes_and_comments_follow_their_paragraph() {
    let body = r"Claim{\super\chftn{\footnote\pard{\super\chftn} Proof.}} stays.{\*\atnid AL}
{\*\atnauthor Ann Lee}\chatn{\*\annotation{\*\atnref 1}\pard Really?}\par Next\par";

    assert_eq!(
        text(body),
        "Claim[^1] stays.\n\n[^1]: Proof.\n\n**Comment (Ann Lee):** Really?\n\nNext",
    );
}

#[test]
fn changes_say_whose_they_are() {
    assert_eq!(
        text(r"Pay {\deleted\revauthdel1 ten}{\revised\revauth1 twelve} days {\revised soon}."),
        "Pay [deleted by Ann Lee: ten] [inserted by Ann Lee: twelve] days [inserted: soon].",
    );
}

#[test]
fn what_stands_on_each_page_is_shown_once() {
    let body = r"{\header Contoso internal\par}{\footer Page {\field{\*\fldinst PAGE}{\fldrslt 1}}}
Text\par\sect{\header Contoso internal\par}More";

    assert_eq!(text(body), "Contoso internal\n\nText\n\nMore");
}

#[test]
fn text_boxes_follow_their_paragraph() {
    let shape = r"a{\shp{\*\shpinst{\sp{\sn name}{\sv x}}{\shptxt Boxed\par}}{\shprslt old}} b\par";

    assert_eq!(text(shape), "a b\n\nBoxed");
}

#[test]
fn a_picture_leaves_its_description() {
    let picture = |alt: &str| {
        let property = format!("{{\\sp{{\\sn wzDescription}}{{\\sv {alt}}}}}");
        text(&format!("a {{\\*\\shppict{{\\pict{{\\*\\picprop{property}}}\\pngblip 8950}}}} b"))
    };

    assert_eq!(picture("Sales by region"), "a [image: Sales by region] b");
    assert_eq!(picture("Picture 3"), "a b");
}

#[test]
fn pages_that_their_author_ended_are_pages() {
    let document = read("a.rtf", br"{\rtf1 One\par\page Two\par\pard\pagebb Three\par}");

    let pages: Vec<_> = document.pages.iter().map(|page| page.markdown.as_str()).collect();
    assert_eq!(pages, ["One", "Two", "Three"]);
    assert!(document.pages.iter().all(|page| page.kind == PageKind::Page));
}

#[test]
fn a_break_in_a_long_text_does_not_make_it_pages() {
    let long = format!("{{\\rtf1 One\\page {}}}", "words of it. ".repeat(2_000));

    let document = read("a.rtf", long.as_bytes());

    assert!(document.pages.iter().all(|page| page.kind == PageKind::Part));
    assert!(document.markdown().starts_with("One\n\nwords of it."));
}

#[test]
fn a_document_of_outlook_is_the_page_it_was_made_of() {
    let document = br"{\rtf1\ansi\fromhtml1{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0
See {\*\htmltag84 <a href='https://contoso.example/a'>}\htmlrtf {\b \htmlrtf0 it{\*\htmltag92 </a>}
\htmlrtf }\htmlrtf0 {\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 .{\*\htmltag72 </p>}\htmlrtf \par}\htmlrtf0}";

    assert_eq!(read("a.rtf", document).markdown(), "See it (https://contoso.example/a)<.");
}

#[test]
fn a_line_end_behind_a_backslash_ends_a_paragraph() {
    assert_eq!(text("One\\\nTwo\\line Three\\\r\n"), "One\n\nTwo\nThree");
}

#[test]
fn text_of_a_document_does_not_act() {
    assert_eq!(
        text(r"![x](https://evil.example/?d=1)\par [page 1 of 2]\par <img src=x>\par # no"),
        "!\\[x]\\(https://evil.example/?d=1)\n\n\\[page 1 of 2]\n\n\\<img src=x>\n\n\\# no",
    );
}

#[test]
fn a_document_of_pictures_has_no_text() {
    assert_eq!(refusal("a.rtf", br"{\rtf1{\pict\wmetafile8 0100}}"), RefusalKind::NoText);
    assert_eq!(refusal("a.rtf", br"{\rtf1\par}"), RefusalKind::Empty);
}

#[test]
fn c14_groups_without_end_cost_little() {
    for part in ["{", "{\\b ", "\\trowd\\cell", "{\\footnote ", "{\\field{\\fldrslt ", "\\u-1 "] {
        let bytes = format!("{{\\rtf1 first {}last", part.repeat(50_000));
        let text = read("a.rtf", bytes.as_bytes()).markdown();
        assert!(text.starts_with("first"), "{part}");
    }
}

#[test]
fn a_note_behind_a_table_follows_its_own_paragraph() {
    let table = r"\trowd\cellx1000\cellx2000\intbl a\cell b\cell\row\pard ";
    let text = format!(r"{{\rtf1 {table}text{{\super\chftn}}{{\footnote a note}}\par}}");

    let markdown = read("a.rtf", text.as_bytes()).markdown();

    assert!(markdown.ends_with("text[^1]\n\n[^1]: a note"), "{markdown}");
}
