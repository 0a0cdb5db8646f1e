//! Whatever the input: no panic, and nothing in the output that acts or is not seen.

use m365_extract::{
    Input, Options, clean_text, excerpt, extract,
    mail::{BodyKind, body},
    safe_html,
};
use proptest::prelude::*;

use super::sheets::build::{Book, ods, sheet};

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
            "\\",
            "<",
            "&lt;",
            "img src=x>",
            "<code>",
            "</code>",
            "`",
            "a",
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

/// Whether markdown outside of fences holds a picture, a link or a tag, or hides a control character.
pub(crate) fn acts(markdown: &str) -> bool {
    let is_hidden = |c: char| c.is_control() && !"\n\t".contains(c);
    markdown.contains(is_hidden) || outside_fences(markdown).any(acts_in_line)
}

/// The lines that are not between a fence and the one that closes it, by CommonMark 4.5.
fn outside_fences(markdown: &str) -> impl Iterator<Item = &str> {
    let mut open = 0;
    markdown.lines().filter(move |line| {
        let line = within_containers(line).trim_end();
        let marks = line.len() - line.trim_start_matches('`').len();
        let was_open = open > 0;
        match was_open {
            true if marks >= open && marks == line.len() => open = 0,
            false if marks >= 3 && !line[marks..].contains('`') => open = marks,
            _ => {}
        }
        !was_open
    })
}

/// A line without the marks of the quotes and items that it stands in.
fn within_containers(line: &str) -> &str {
    let mut rest = line;
    loop {
        let text = rest.trim_start();
        let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_numbered = number.len() < text.len();
        let item = text.strip_prefix("- ").or(number.strip_prefix(". ").filter(|_| is_numbered));
        match text.strip_prefix('>').or(item) {
            Some(inner) => rest = inner,
            None => return text,
        }
    }
}

/// Whether a line has a mark that no backslash disarms.
fn acts_in_line(line: &str) -> bool {
    let mut escaped = false;
    line.char_indices().any(|(at, c)| {
        let was_escaped = escaped;
        escaped = c == '\\' && !was_escaped;
        !was_escaped
            && (opens_tag(&line[at..])
                || ["![", "](", "]["].iter().any(|mark| line[at..].starts_with(mark)))
    })
}

/// Whether a tag, comment or instruction begins here, by CommonMark 6.6.
fn opens_tag(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('<') else { return false };
    let name = rest.trim_start_matches('/');
    let after = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
    rest.starts_with(['!', '?']) || (is_name && after.starts_with([' ', '>', '/']))
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
        prop_assert!(!["![", "](", "]:"].iter().any(|mark| html.contains(mark)), "{html}");
        prop_assert_eq!(clean_text(&html), html);
    }

    #[test]
    fn any_mail_body_is_read(content in markup()) {
        for kind in [BodyKind::Html, BodyKind::Text] {
            let body = body(&content, kind);
            prop_assert!(!acts(&body.full_markdown), "{}", body.full_markdown);
            prop_assert!(body.full_markdown.contains(&body.markdown));
        }
    }

    #[test]
    fn any_file_is_read_without_acting(content in markup()) {
        let options = Options::default().page_chars(40);
        for name in ["a.html", "a.eml", "a.csv", "a.json", "a.md", "a.vtt", "a.ics", "a.vcf"] {
            let document = extract(&Input::new(content.as_bytes()).named(name), &options);
            for page in document.map(|document| document.pages).unwrap_or_default() {
                prop_assert!(!acts(&page.markdown), "{name}: {}", page.markdown);
            }
        }
    }

    #[test]
    fn any_cell_is_shown_without_acting(content in markup()) {
        let text: String = content.chars().filter(|c| !c.is_control()).collect();
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let cell = format!("<c t='str'><v>{text}</v></c>");
        let book = Book::of(&sheet(&format!("<row>{cell}{cell}</row><row>{cell}</row>"))).build();
        let paragraph = format!("<text:p>{text}</text:p>");
        let remark = format!("<office:annotation><dc:creator>{text}</dc:creator>{paragraph}</office:annotation>");
        let table = format!(
            "<table:table><table:shapes><draw:frame>{paragraph}</draw:frame></table:shapes>\
             <table:table-row><table:table-cell>{remark}{paragraph}</table:table-cell>\
             </table:table-row></table:table>"
        );
        for bytes in [book, ods(&table)] {
            let text = extract(&Input::new(&bytes), &Options::default()).unwrap().markdown();
            prop_assert!(!acts(&text), "{text}");
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
        let head = content.replace('\n', " ");
        let message = format!("From: {head}\nSubject: {head}\nContent-Type: text/html\n\n{content}");
        let document = extract(&Input::new(message.as_bytes()).named("a.eml"), &Options::default());
        let text = document.map(|document| document.markdown()).unwrap_or_default();
        prop_assert!(!acts(&text), "{text}");
    }

    #[test]
    fn any_calendar_and_contact_is_read_without_acting(content in markup()) {
        let line = content.replace('\n', "\\n");
        let event = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{line}\nLOCATION:{line}\n\
            ATTENDEE;CN={line}:mailto:{line}\nRRULE:{line}\nDTSTART;TZID={line}:20260314T090000\n\
            DESCRIPTION:{line}\nURL:{line}\nATTACH;FILENAME={line}:{line}\nSTATUS:{line}\n\
            END:VEVENT\nEND:VCALENDAR\n");
        let contact = format!("BEGIN:VCARD\nFN:{line}\nEMAIL;TYPE={line}:{line}\nADR:{line}\n\
            BDAY:{line}\nURL:{line}\nNOTE:{line}\nEND:VCARD\n");
        for (name, file) in [("a.ics", event), ("a.vcf", contact)] {
            let document = extract(&Input::new(file.as_bytes()).named(name), &Options::default());
            let text = document.map(|document| document.markdown()).unwrap_or_default();
            prop_assert!(!acts(&text), "{text}");
        }
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
