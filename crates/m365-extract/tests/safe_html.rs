//! Pages as HTML: what is seen stays, and nothing acts.

use m365_extract::safe_html;

#[test]
fn the_structure_of_a_page_stays_without_its_attributes() {
    let html = safe_html(
        "<html><head><title>t</title></head><body class=a><h1 id=x>One</h1>\n<p style='color:red'>a \
         <b class=y>b</b> <strike>c</strike></p><ul type=disc><li>d<li>e</ul><blockquote cite=z>f\
         </blockquote><pre class=c>let a;\n  b</pre><hr size=1></body></html>",
    );

    assert_eq!(
        html,
        "<h1>One</h1><p>a <b>b</b> <s>c</s></p><ul><li>d</li><li>e</li></ul>\
         <blockquote>f</blockquote><pre>let a;\n  b</pre><hr>",
    );
}

#[test]
fn a_table_keeps_its_cells_and_its_spans_within_bounds() {
    let html = safe_html(
        "<table border=1><caption>T</caption><thead><tr><th colspan=2>a</thead><tr><td rowspan=9999 \
         width=3>b<td></table>",
    );

    assert_eq!(
        html,
        "<p>T</p><table><thead><tr><th colspan=\"2\">a</th></tr></thead><tbody><tr>\
         <td rowspan=\"50\">b</td><td></td></tr></tbody></table>",
    );
}

#[test]
fn lines_of_a_page_stay_apart() {
    let html =
        safe_html("<div>a</div><div><div>b</div></div><br>c<p></p>d<span><div></div></span>");

    assert_eq!(html, "a<br>b<br><br>c<br>d");
}

#[test]
fn c02_hidden_text_is_gone() {
    let html = safe_html(
        "<style>.x{display:none}</style><p>seen</p><p class=x>secret</p><p hidden>secret</p>\
         <p style='color:#fff'>secret</p><i style='font-size:0'>secret</i><!-- secret -->\
         <script>secret</script><noscript>secret</noscript><title>secret</title>",
    );

    assert_eq!(html, "<p>seen</p>");
}

#[test]
fn c02_pictures_leave_their_description_and_trackers_nothing() {
    let html = safe_html(
        "<p>a <img src='https://x.example/p.png' onerror='x()' alt='The \"plan\"'> \
         <img src='https://t.example/o.gif' width=1 height=1 alt=secret></p>",
    );

    assert_eq!(html, "<p>a [image: The &quot;plan&quot;]</p>");
}

#[test]
fn c03_invisible_characters_are_removed() {
    assert_eq!(safe_html("<p>pay&#x200b;lo&#x202e;ad\u{1b}[31m</p>"), "<p>payload</p>");
}

#[test]
fn c04_a_link_shows_its_real_target() {
    let html = safe_html(
        "<a href='https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcontoso.example\
         %2Fa%3Fb%3D1%26c%3D2&amp;data=x' onclick='x()' target=_blank>plan</a> \
         <a href='mailto:ann@contoso.example?body=x'>Ann</a>",
    );

    assert_eq!(
        html,
        "<a href=\"https://contoso.example/a?b=1&amp;c=2\">plan</a> \
         <a href=\"mailto:ann@contoso.example\">Ann</a>",
    );
}

#[test]
fn c04_a_link_that_acts_leaves_its_text() {
    let html = safe_html("<a href='javascript:x()'>a</a> <a href='data:text/html,x'>b</a>");

    assert_eq!(html, "a b");
}

#[test]
fn c04_text_acts_neither_as_html_nor_as_markdown() {
    let html = safe_html(
        "<p>&lt;img src=x&gt; ![x](https://evil.example/?d=1)</p><p>!<img alt=a src=x>(https://evil\
         .example) <img alt=b src=x>: https://evil.example</p>",
    );

    assert_eq!(
        html,
        "<p>&lt;img src=x&gt; !&#91;x]&#40;https://evil.example/?d=1)</p><p>![image: a]&#40;https://\
         evil.example) [image: b]&#58; https://evil.example</p>",
    );
}

#[test]
fn c14_a_page_without_end_is_bounded_and_closed() {
    let html = safe_html(&format!("<p>{}", "<b><p>text ".repeat(30_000)));

    assert!(html.len() < 5 * 1024 * 1024);
    assert!(html.ends_with("</p>"));
}
