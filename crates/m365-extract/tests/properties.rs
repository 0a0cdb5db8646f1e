//! Whatever the input: no panic, and nothing in the output that acts or is not seen.

use m365_extract::{
    Input, Options, clean_text, excerpt, extract,
    mail::{BodyKind, body},
};
use proptest::prelude::*;

/// Text made of what pages and mails are made of.
fn markup() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        prop::sample::select(vec![
            "<p>",
            "</p>",
            "<table>",
            "<tr>",
            "<td colspan=3>",
            "</table>",
            "<ul>",
            "<li>",
            "<b>",
            "</b>",
            "<a href='https://x.example'>",
            "</a>",
            "<blockquote type=cite>",
            "<pre>",
            "<style>",
            "</style>",
            "<!--",
            "-->",
            "<div style='color:#fff'>",
            "</div>",
            "![",
            "](",
            "[a]: b",
            "<",
            "&lt;img src=x&gt;",
            "&#x200b;",
            "\n",
            "> ",
            "-- ",
            "From: a",
            "Subject: b",
            "wrote:",
            "\u{1b}]",
            "\u{7}",
            "\u{202e}",
            "é",
            "👩‍💻",
            "```",
            "|",
            "<svg>",
            "<select>",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

/// Whether markdown outside of fences would fetch something, or hides a control character.
fn acts(markdown: &str) -> bool {
    markdown.contains("![") || markdown.chars().any(|c| c.is_control() && !"\n\t".contains(c))
}

proptest! {
    #[test]
    fn any_mail_body_is_read(content in markup()) {
        for kind in [BodyKind::Html, BodyKind::Text] {
            let body = body(&content, kind);
            prop_assert!(body.full_markdown.contains("```") || !acts(&body.full_markdown));
            prop_assert!(body.full_markdown.contains(&body.markdown));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for name in ["a.html", "a.eml", "a.csv", "a.json", "a.txt", "a.png", "a"] {
            let _ = extract(&Input::new(&bytes).named(name), &Options::default());
        }
    }

    #[test]
    fn any_message_is_read_or_refused(content in markup()) {
        let message = format!("From: a\nSubject: {content}\nContent-Type: text/html\n\n{content}");
        let _ = extract(&Input::new(message.as_bytes()).named("a.eml"), &Options::default());
    }

    #[test]
    fn clean_text_is_clean_already(text in "\\PC{0,80}|[\\x00-\\x9f\u{200b}-\u{200f}\u{e0000}-\u{e01ef}]{0,80}") {
        let once = clean_text(&text);
        prop_assert_eq!(clean_text(&once), once);
    }

    #[test]
    fn an_excerpt_is_one_short_line(text in any::<String>(), max in 1_usize..60) {
        let line = excerpt(&text, max);
        prop_assert!(line.chars().count() <= max && !line.contains('\n'));
    }
}
