//! Whatever the input: no panic, and nothing in the output that acts or is not seen.

use m365_extract::{
    Input, Options, clean_text, excerpt, extract,
    mail::{BodyKind, body},
    safe_html,
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
            "<h1 id=x>",
            "<th rowspan=99>",
            "<caption>",
            "<script>",
            "<img src=x onerror=y alt='\"><i>'>",
            "<a href='javascript:x()' onclick=y>",
            "<a href='mailto:\"><script>'>",
            "<p hidden>",
            "<br>",
            "&quot;",
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

/// What `safe_html` may write between `<` and `>`.
fn is_safe_tag(tag: &str) -> bool {
    const NAMES: &str = " p br hr h1 h2 h3 h4 h5 h6 ul ol li table thead tbody tr td th blockquote pre \
                         code b strong i em u s sub sup a ";
    let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    let name = name.trim_start_matches('/');
    let is_safe_attribute = |attribute: &str| match attribute.split_once("=\"") {
        Some(("colspan" | "rowspan", span)) => span.parse::<u8>().is_ok_and(|span| span <= 50),
        Some(("href", target)) => {
            name == "a"
                && ["https:", "http:", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
        }
        _ => false,
    };
    let mut attributes = attributes.split_terminator("\" ").map(|one| one.trim_end_matches('"'));
    NAMES.contains(&format!(" {name} ")) && attributes.all(is_safe_attribute)
}

/// Whether all that looks like a tag is one that may be there.
fn is_safe(html: &str) -> bool {
    let mut parts = html.split('<');
    let is_text = |text: &str| !text.contains(['>', '"']);
    let is_tag_and_text = |part: &str| {
        part.split_once('>').is_some_and(|(tag, text)| is_safe_tag(tag) && is_text(text))
    };
    parts.next().is_none_or(is_text) && parts.all(is_tag_and_text)
}

proptest! {
    #[test]
    fn any_page_as_html_has_nothing_but_plain_tags(content in markup()) {
        let html = safe_html(&content);
        prop_assert!(is_safe(&html), "{html}");
        prop_assert!(!html.contains("![") || html.contains("![image: "), "{html}");
        prop_assert!(!html.contains("](") && !html.contains("]:"), "{html}");
        prop_assert_eq!(clean_text(&html), html);
    }

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
