//! C02: what a reader does not see is not returned.

use super::page;

fn assert_hidden(markup: &str) {
    let text = page(&format!("<p>seen</p>{markup}<p>also</p>"));

    assert!(!text.contains("secret"), "{markup}: {text}");
    assert!(text.contains("seen") && text.contains("also"), "{markup}: {text}");
}

fn assert_shown(markup: &str) {
    let text = page(&format!("<p>seen</p>{markup}"));

    assert!(text.contains("visible"), "{markup}: {text}");
}

#[test]
fn c02_text_that_is_not_displayed_is_dropped() {
    assert_hidden("<div style='display:none'>secret</div>");
    assert_hidden("<div style='DISPLAY : none !important'><p>secret</p></div>");
    assert_hidden("<p style='visibility:hidden'>secret</p>");
    assert_hidden("<p style='mso-hide:all'>secret</p>");
    assert_hidden("<p style='opacity:0'>secret</p>");
    assert_hidden("<p hidden>secret</p>");
    assert_hidden("<div style='max-height:0;overflow:hidden'>secret</div>");
    assert_hidden("<div style='height:0px;overflow:hidden'>secret</div>");
}

#[test]
fn c02_text_off_the_screen_is_dropped() {
    assert_hidden("<p style='position:absolute;left:-9999px'>secret</p>");
    assert_hidden("<p style='text-indent:-9999px'>secret</p>");
    assert_hidden("<p style='transform: translate(-9999px, 0)'>secret</p>");
    assert_hidden("<p style='position:absolute;clip:rect(0,0,0,0)'>secret</p>");
}

#[test]
fn c02_text_too_small_to_read_is_dropped() {
    assert_hidden("<p style='font-size:0'>secret</p>");
    assert_hidden("<p style='font-size:1px'>secret</p>");
    assert_hidden("<pre style='font-size:0px'>secret</pre>");
    assert_hidden("<p style='font:0/0 a'>secret</p>");
}

#[test]
fn c02_text_in_the_colour_of_its_background_is_dropped() {
    assert_hidden("<p style='color:white'>secret</p>");
    assert_hidden("<p style='color:#fefefe'>secret</p>");
    assert_hidden("<font color='#FFFFFF'>secret</font>");
    assert_hidden("<div style='background:#123'><p style='color:rgb(17, 34, 51)'>secret</p></div>");
    assert_hidden("<table bgcolor=black><tr><td><font color=black>secret</font></td></tr></table>");
    assert_hidden("<p style='color:transparent'>secret</p>");
}

#[test]
fn c02_text_that_a_style_sheet_hides_is_dropped() {
    assert_hidden("<style>.x, p.y { display:none }</style><p class='a x'>secret</p>");
    assert_hidden(
        "<style>.x {display:none !important}</style><p class=x style='display:block'>secret</p>",
    );
    assert_hidden("<style>div .a > p {color:#fff}</style><div><b class=a><p>secret</p></b></div>");
    assert_hidden("<style>p {color:red} p.x.y {color:white}</style><p class='y x'>secret</p>");
    assert_hidden("<style>/* a */ #z{color:#fff}</style><p id=z>secret</p>");
}

#[test]
fn c02_parts_of_a_page_that_are_not_text_are_dropped() {
    assert_hidden("<!-- secret --><!--[if mso]><p>secret</p><![endif]-->");
    assert_hidden("<script>secret</script><style>secret</style><template>secret</template>");
    assert_hidden("<noscript>secret</noscript><title>secret</title><svg><text>secret</text></svg>");
    assert_hidden("<iframe>secret</iframe><object>secret</object><input value=secret>");
}

#[test]
fn c02_trackers_are_dropped_with_their_description() {
    assert_hidden("<img src='https://t.example/o.gif' width=1 height=1 alt=secret>");
    assert_hidden("<img src='https://t.example/o.gif' style='width:0' alt=secret>");
    assert_hidden("<img src='https://t.example/o.gif' style='display:none' alt=secret>");
}

#[test]
fn c02_visible_text_stays() {
    assert_shown("<div style='font-size:0'><p style='font-size:14px'>visible</p></div>");
    assert_shown("<div style='visibility:hidden'><p style='visibility:visible'>visible</p></div>");
    assert_shown(
        "<div style='background:#0b6'><a href='https://x.example' style='color:#fff'>visible</a>",
    );
    assert_shown("<div style='background:url(x.png)'><font color=white>visible</font></div>");
    assert_shown("<style>@media print { .x {display:none} }</style><p class=x>visible</p>");
    assert_shown("<style>.a .x {display:none}</style><p class=x>visible</p>");
    assert_shown("<style>body {background:#000;color:#fff}</style><body><p>visible</p>");
    assert_shown(
        "<style>.b td {background:#06c} a {color:#fff}</style><table class=b><tr><td><a href='https://x.example'>visible</a></table>",
    );
    assert_shown("<p style='font:bold 12px/0 Arial'>visible</p>");
    assert_shown("<p style='color:gray;height:0'>visible</p>");
    assert_shown("<body text='#000000' bgcolor='#FFFFFF'>visible");
}

#[test]
fn c03_invisible_characters_are_removed_after_entities_are_decoded() {
    let text = page("<p>a&#x200b;b&zwnj;c&#xE0041;d&#8238;e&shy;f</p>");

    assert_eq!(text, "abcdef");
}

#[test]
fn c03_emoji_arabic_and_hebrew_stay_in_pages() {
    let text = page("<p>👩‍💻 مرحبا שלום می‌خواهم</p>");

    assert_eq!(text, "👩‍💻 مرحبا שלום می‌خواهم");
}
