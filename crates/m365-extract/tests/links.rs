//! C04: links show where they lead, and nothing acts.

use m365_extract::{Input, LinkStyle, Options, extract};

use super::{page, read};

fn styled(markup: &str, style: LinkStyle) -> String {
    let input = Input::new(markup.as_bytes()).named("page.html");
    extract(&input, &Options::default().links(style)).unwrap().markdown()
}

#[test]
fn c04_a_link_shows_its_target_and_is_not_live() {
    let text = page(
        "<p>See <a href='https://evil.example/?q=1&amp;utm_source=x'><b>the plan</b></a>.</p>",
    );

    assert_eq!(text, "See **the plan** (https://evil.example/?q=1).");
}

#[test]
fn c04_a_link_is_written_as_asked() {
    let markup = "<a href='https://evil.example/?d=data'>plan</a>";

    assert_eq!(styled(markup, LinkStyle::Host), "plan (evil.example)");
    assert_eq!(styled(markup, LinkStyle::Text), "plan");
    assert_eq!(styled(markup, LinkStyle::Markdown), "[plan](https://evil.example/?d=data)");
}

#[test]
fn c04_scripts_and_relative_links_leave_their_text() {
    let text =
        page("<base href='https://evil.example'><a href='javascript:x()'>a</a> <a href='/b'>b</a>");

    assert_eq!(text, "a b");
}

#[test]
fn c04_markdown_in_a_page_does_not_act() {
    let text = page("<p>!<b>[a]</b>(https://evil.example/?d=1) [b]: https://evil.example</p>");

    assert!(!text.contains("]("), "{text}");
    assert!(!text.contains("!["), "{text}");
}

#[test]
fn c04_a_tag_in_pieces_does_not_act() {
    assert_eq!(page("<p>&lt;<b>img src=x&gt;</b></p>"), "<**\\img src=x>**");
    assert_eq!(page("<p>\\&lt;<i>img src=x&gt;</i></p>"), "\\<\\img src=x>");
    assert_eq!(page("<p>\\\\<i>&lt;img src=x&gt;</i></p>"), "\\\\\\<img src=x>");
    assert_eq!(page("<p>&lt;/<i>a&gt;</i></p>"), "</\\a>");
}

#[test]
fn c04_markdown_in_a_file_does_not_act() {
    let source =
        b"# T\n\n![a](https://evil.example/?d=1)\n[b][r]\n\n[r]: https://evil.example\n<img src=x>";

    let text = read("notes.md", source).markdown();

    assert_eq!(
        text,
        "# T\n\n!\\[a]\\(https://evil.example/?d=1)\n[b]\\[r]\n\n\\[r]: https://evil.example\n\\<img src=x>",
    );
}

#[test]
fn a_mail_address_is_written_once() {
    let text =
        page("<p>Ann &lt;<a href='mailto:ann@contoso.example'>ann@contoso.example</a>&gt;</p>");

    assert_eq!(text, "Ann <ann@contoso.example>");
}

#[test]
fn a_link_around_blocks_shows_its_target_behind_them() {
    let text = page("<a href='https://contoso.example/'><div>a</div><div>b</div></a>");

    assert_eq!(text, "a\nb\n(https://contoso.example/)");
}
