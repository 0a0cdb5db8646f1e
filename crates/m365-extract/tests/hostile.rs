//! C11, C13, C14: input made to cost much costs little.

use std::time::{Duration, Instant};

use m365_extract::{
    Input, Options, extract,
    mail::{BodyKind, body},
    safe_html,
};

use super::{page, read};

/// Far above what any of these takes in a build without optimisation, far below what they would
/// take if the cost grew with the square of the size.
const SOON: Duration = Duration::from_secs(10);
const SIZE: usize = 128 * 1024;

fn filled(part: &str) -> String {
    part.repeat(SIZE / part.len())
}

fn assert_soon(what: &str, work: impl FnOnce()) {
    let start = Instant::now();

    work();

    assert!(start.elapsed() < SOON, "{what}: {:?}", start.elapsed());
}

#[test]
fn c14_deep_and_unclosed_elements_take_linear_time() {
    for part in [
        "<div>",
        "<b><p>",
        "<table><tr><td>",
        "<ul><li>",
        "<blockquote>",
        "<a href=x><b>",
        "<font a>",
        "<p><i>",
        "<select><option>",
        "<svg>",
        "<table>x",
        "</p>",
        "<td></b>",
    ] {
        assert_soon(part, || {
            let markup = format!("<p>first</p>{}last", filled(part));
            assert!(page(&markup).starts_with("first"), "{part}");
            assert!(safe_html(&markup).starts_with("<p>first</p>"), "{part}");
        });
    }
}

#[test]
fn c14_a_style_sheet_that_fits_every_element_often_takes_linear_time() {
    let rules = "p p .a { color: red; width: 1px; top: 0 }".repeat(2_000);
    let elements = filled("<p class=a>");

    assert_soon("sheet", || {
        let _ = body(&format!("<style>{rules}</style>{elements}x"), BodyKind::Html);
    });
}

#[test]
fn c14_a_tag_with_endless_attributes_takes_linear_time() {
    let attributes: String = (0..60_000).map(|number| format!(" a{number}=1")).collect();

    assert_soon("attributes", || assert_eq!(page(&format!("<p{attributes}>text</p>")), "text"));
}

#[test]
fn c14_long_runs_of_marks_take_linear_time() {
    for part in
        ["(", "[", "![", "](", "<", "`", "*", "> ", "\u{1b}]", "\u{9b}0", "\u{200d}", "&#x1b;["]
    {
        assert_soon(part, || {
            let text = filled(part);
            let _ = extract(&Input::new(text.as_bytes()).named("a.md"), &Options::default());
            let _ = (body(&text, BodyKind::Text), body(&text, BodyKind::Html));
        });
    }
}

#[test]
fn c14_backslashes_in_many_parts_of_a_paragraph_take_linear_time() {
    for part in ["\\<i></i>", "\\<b>x</b>", "\\<a href='#'>#</a>", "\\<sup></sup>"] {
        assert_soon(part, || {
            let _ = body(&part.repeat(50_000), BodyKind::Html);
        });
    }
}

#[test]
fn c14_endless_lines_of_a_mail_take_linear_time() {
    for part in [
        "From: a\n",
        "wrote:\n",
        "> a\n",
        "--\n",
        "Sent from my x\n",
        "\n",
        "On 2026 a@b <c> wrote:\n",
    ] {
        assert_soon(part, || {
            let _ = body(&format!("New.\n{}", filled(part)), BodyKind::Text);
        });
    }
}

#[test]
fn c14_deep_quotes_stay_small() {
    let text = page(&format!("{}x", "<blockquote>".repeat(10_000)));

    assert!(text.len() < 100, "{text}");
}

#[test]
fn c10_a_page_table_is_read_to_a_bound() {
    let table = format!("<table border=1>{}</table>", "<tr><td>1<td>2</tr>".repeat(30_000));

    let whole = Options::default().page_chars(usize::MAX);
    let document = extract(&Input::new(table.as_bytes()), &whole).unwrap();
    let mail = body(&table, BodyKind::Html);

    let rows = document.markdown().lines().filter(|line| line.starts_with('|')).count();
    assert_eq!(rows, 10_001);
    assert_eq!(document.warnings, ["A table is larger than what is read."]);
    assert!(mail.markdown.ends_with("\n\n[table cut: 10000 of 30000 rows]"));
}

#[test]
fn c10_the_columns_of_a_table_are_read_to_a_bound() {
    let wide = format!("<table border=1><tr>{}</table>", "<td>1".repeat(300));
    let spanned = format!("<table border=1><tr>{}<td>1</table>", "<td colspan=50>1".repeat(4));

    assert!(page(&wide).ends_with("[table cut: 200 of 300 columns]"));
    assert!(page(&spanned).ends_with("[table cut: 200 of 201 columns]"));
    assert!(!page(&spanned.replace("<td>1", "")).contains("table cut"));
    assert_eq!(
        read("a.csv", "a,".repeat(1_100).as_bytes()).warnings,
        ["The table has more columns than are read: the first 1000 are shown."],
    );
}

#[test]
fn c10_a_wide_row_does_not_widen_all_others() {
    let table = format!("{}\n{}", "a,".repeat(900), "b\n".repeat(50_000));

    let document = read("a.csv", table.as_bytes());

    assert!(document.markdown().len() < 1_000_000);
    assert!(document.markdown().lines().filter(|line| *line == "| b |").count() > 49_000);
    assert!(document.warnings.is_empty());
}

#[test]
fn json_that_nests_without_end_is_shown_as_it_is() {
    let document = read("a.json", "[".repeat(100_000).as_bytes());

    assert_eq!(document.warnings, ["The JSON cannot be parsed; it is shown as it is."]);
}

#[test]
fn c11_a_message_with_ten_thousand_attachments_is_bounded() {
    let part =
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nx\n";
    let message = format!(
        "From: a@contoso.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; \
         boundary=b\n\n{}--b--\n",
        part.repeat(10_000),
    );

    let document = read("a.eml", message.as_bytes());

    assert!(document.markdown().contains("- and "));
    assert!(document.markdown().len() < 20_000);
    assert_eq!(document.warnings, ["The message has more parts than are read."]);
}

#[test]
fn c11_messages_nested_ten_thousand_deep_are_bounded() {
    let message = "From: a@contoso.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: \
                   message/rfc822\n\n";

    let document = read("a.eml", message.repeat(10_000).as_bytes());

    assert!(document.markdown().len() < 5_000);
    assert_eq!(document.warnings.len(), 1);
}

#[test]
fn c11_a_header_of_a_megabyte_is_cut() {
    let message =
        format!("From: a@contoso.example\nTo: b\nSubject: {}\nDate: x\n\nbody", filled("ab "));

    let document = read("a.eml", message.as_bytes());

    assert!(document.title.unwrap().chars().count() <= 500);
}

#[test]
fn c13_text_in_a_wrong_encoding_is_replaced() {
    let text = read("a.html", b"<meta charset=utf-8><p>a\xff\xfe\x80b</p>").markdown();

    assert!(text.starts_with('a') && text.ends_with('b'), "{text}");
}
