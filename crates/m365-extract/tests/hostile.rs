//! C11, C13, C14: input made to cost much costs little.

use std::time::{Duration, Instant};

use m365_extract::{
    Input, Options, RefusalKind, extract,
    mail::{BodyKind, body},
    safe_html,
};

use super::{page, read, refusal};

/// How many times as long four times the input takes at most; it would be sixteen times if the cost
/// grew with the square of the size.
const MOST: f64 = 8.0;
/// What is faster than this is not measured well.
const FLOOR: Duration = Duration::from_millis(50);
const SIZE: usize = 128 * 1024;

fn filled(part: &str, size: usize) -> String {
    part.repeat(size / part.len())
}

/// Does work of a small and a large size; once more where that seems to fail, as the machine may have
/// been busy with something else.
fn assert_linear(what: &str, work: impl Fn(usize)) {
    let took = |size| {
        let start = Instant::now();
        work(size);
        start.elapsed()
    };
    let growth = || took(SIZE).div_duration_f64(took(SIZE / 4).max(FLOOR));

    let first = growth();
    let growth = if first < MOST { first } else { first.min(growth()) };

    assert!(growth < MOST, "{what}: {growth:.1} times as long for 4 times the size");
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
        assert_linear(part, |size| {
            let markup = format!("<p>first</p>{}last", filled(part, size));
            assert!(page(&markup).starts_with("first"), "{part}");
            assert!(safe_html(&markup).starts_with("<p>first</p>"), "{part}");
        });
    }
}

#[test]
fn c14_a_style_sheet_that_fits_every_element_often_takes_linear_time() {
    let rules = "p p .a { color: red; width: 1px; top: 0 }".repeat(2_000);

    assert_linear("sheet", |size| {
        let elements = filled("<p class=a>", size);
        let _ = body(&format!("<style>{rules}</style>{elements}x"), BodyKind::Html);
    });
}

#[test]
fn c14_a_tag_with_endless_attributes_takes_linear_time() {
    assert_linear("attributes", |size| {
        let attributes: String = (0..size / 2).map(|number| format!(" a{number}=1")).collect();
        assert_eq!(page(&format!("<p{attributes}>text</p>")), "text");
    });
}

#[test]
fn c14_long_runs_of_marks_take_linear_time() {
    for part in
        ["(", "[", "![", "](", "<", "`", "*", "> ", "\u{1b}]", "\u{9b}0", "\u{200d}", "&#x1b;["]
    {
        assert_linear(part, |size| {
            let text = filled(part, size);
            let _ = extract(&Input::new(text.as_bytes()).named("a.md"), &Options::default());
            let _ = (body(&text, BodyKind::Text), body(&text, BodyKind::Html));
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
        "From: a\n\n\n",
        "To: a\nFrom: b\nx\n",
    ] {
        assert_linear(part, |size| {
            let _ = body(&format!("New.\n{}", filled(part, size)), BodyKind::Text);
        });
    }
}

#[test]
fn c14_a_line_of_a_contact_that_never_ends_takes_linear_time() {
    for (name, head, part) in [
        ("a.vcf", "NOTE;ENCODING=QUOTED-PRINTABLE", "a=\n"),
        ("a.vcf", "NOTE;ENCODING=QUOTED-PRINTABLE:", "=\n"),
        ("a.vcf", "NOTE", ";"),
        ("a.vcf", "", "a;QUOTED-PRINTABLE:=\n"),
        ("a.ics", "DESCRIPTION:x", "\n x"),
        ("a.ics", "DESCRIPTION", ";A=\""),
    ] {
        assert_linear(part, |size| {
            let kind = if name == "a.vcf" { "VCARD" } else { "VCALENDAR" };
            let lines = filled(part, size);
            let file = format!("BEGIN:{kind}\nFN:x\n{head}{lines}\nEND:{kind}\n");
            let _ = extract(&Input::new(file.as_bytes()).named(name), &Options::default());
        });
    }
}

#[test]
fn c14_files_of_one_endless_part_take_linear_time() {
    for (name, head, part) in [
        ("a.rtf", "{\\rtf1 ", "{"),
        ("a.rtf", "{\\rtf1 ", "{a}"),
        ("a.rtf", "{\\rtf1 ", "\\b a\\b0 "),
        ("a.rtf", "{\\rtf1 ", "\\cell\\row\\trowd"),
        ("a.rtf", "{\\rtf1 ", "\\cell"),
        ("a.rtf", "{\\rtf1 ", "{\\field{\\*\\fldinst x}{\\fldrslt "),
        ("a.rtf", "{\\rtf1{\\fonttbl", "{\\f1 a;}"),
        ("a.rtf", "{\\rtf1{\\fonttbl", "{\\f1 a"),
        ("a.rtf", "{\\rtf1 ", "\\u8364 ?\\'80"),
        ("a.csv", "", "\""),
        ("a.csv", "", "\","),
        ("a.csv", "a,b\n", "\"a\n"),
        ("a.csv", "", "a;b,c\td\n"),
        ("a.ics", "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n"),
        ("a.ics", "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\n"),
        ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "ATTENDEE:a\n"),
        ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "EXDATE:20260101\n"),
        ("a.ics", "BEGIN:VCALENDAR\n", "BEGIN:VTIMEZONE\nTZID:a\nEND:VTIMEZONE\n"),
        ("a.vcf", "", "BEGIN:VCARD\nFN:a\nEND:VCARD\n"),
        ("a.vcf", "BEGIN:VCARD\nFN:a\n", "item1.TEL:1\n"),
        ("a.eml", "From: a@contoso.example\n", "To: a\n"),
        ("a.eml", "From: a@contoso.example\nTo:", " a,"),
        ("a.eml", "From: a@contoso.example\nTo:", " a:;\n"),
        ("a.eml", "From: a@contoso.example\nSubject:", " =?utf-8?q?a?=\n"),
        ("a.eml", "From: a@contoso.example\nTo: (", "("),
        ("a.eml", "From: a@contoso.example\nContent-Type: text/plain", ";\n a=\"b"),
        (
            "a.eml",
            "From: a@contoso.example\nContent-Type: multipart/mixed; boundary=b\n\n",
            "--b\n",
        ),
        ("a.eml", "From: a@contoso.example\nContent-Type: multipart/mixed; boundary=b\n\n", "--"),
        ("a.html", "<p>", "<a href='"),
        ("a.html", "<p ", "a=b "),
        ("a.html", "<p style='", "color:red;"),
        ("a.html", "<p class='", "a "),
        ("a.html", "<style>", "a,"),
        ("a.html", "<style>", "a{"),
        ("a.html", "<style>p.a{color:red}</style>", "<p class='a b'>"),
        ("a.html", "<p>", "&amp"),
        ("a.html", "<!--", "<!--"),
        ("a.html", "<pre>", "`\n"),
        ("a.html", "<ol>", "<li>a"),
        ("a.html", "<table border=1>", "<tr><td rowspan=9>a"),
        ("a.json", "", "[1,"),
        ("a.json", "", "{\"a\":"),
        ("a.txt", "", "```\n"),
        ("a.txt", "", "\u{202e}http://a "),
    ] {
        assert_linear(&format!("{name}: {head}{part}"), |size| {
            let file = format!("{head}{}", filled(part, size));
            let _ = extract(&Input::new(file.as_bytes()).named(name), &Options::default());
        });
    }
}

#[test]
fn c14_endless_voices_of_a_transcript_take_linear_time() {
    for part in ["<v", "<v a>", "<v a>b", "<", "-->", "a: b\n\n", "1 --> 2\na\n\n"] {
        assert_linear(part, |size| {
            let (times, cues) = ("1".repeat(size / 8), filled(part, size));
            let file = format!("WEBVTT\n\n{times} --> 2\n{cues}\n\n00:01 --> 00:02\nlast\n");
            assert!(read("a.vtt", file.as_bytes()).markdown().contains("last"), "{part}");
        });
    }
}

#[test]
fn c13_a_file_that_names_streams_of_objects_without_end_is_refused() {
    for part in ["/ObjStm", "/XRef"] {
        let file = format!("%PDF-1.7\n{}", filled(part, 1 << 20));

        assert_eq!(refusal("a.pdf", file.as_bytes()), RefusalKind::TooLarge);
    }
}

#[test]
fn c14_deep_quotes_stay_small() {
    let text = page(&format!("{}x", "<blockquote>".repeat(10_000)));

    assert!(text.len() < 100, "{text}");
}

#[test]
fn c14_the_marks_of_deep_quotes_count_as_text() {
    let markup = format!("{}{}", "<blockquote>".repeat(200), filled("<p>x", 1 << 20));
    let options = Options::default().page_chars(usize::MAX).max_output(usize::MAX);

    let page = Input::new(markup.as_bytes()).named("a.html");
    let document = extract(&page, &options).unwrap();

    let size = document.markdown().len();
    assert!((4 << 20..5 << 20).contains(&size), "{size} bytes");
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
    let message = format!(
        "From: a@contoso.example\nTo: b\nSubject: {}\nDate: x\n\nbody",
        filled("ab ", SIZE)
    );

    let document = read("a.eml", message.as_bytes());

    assert!(document.title.unwrap().chars().count() <= 500);
}

#[test]
fn c13_text_in_a_wrong_encoding_is_replaced() {
    let text = read("a.html", b"<meta charset=utf-8><p>a\xff\xfe\x80b</p>").markdown();

    assert!(text.starts_with('a') && text.ends_with('b'), "{text}");
}
