//! Pages become markdown that says the same.

use m365_extract::{Input, LinkStyle, Options, extract};

use super::page;

#[test]
fn headings_paragraphs_and_line_breaks_keep_their_places() {
    let text = page("<h1>One</h1><p>two<br>three</p><h2>Four</h2><div>five</div><div>six</div>");

    assert_eq!(text, "# One\n\ntwo\nthree\n\n## Four\n\nfive\nsix");
}

#[test]
fn lists_nest_and_count() {
    let text = page("<ul><li>a<ol start=3><li>b<li>c</ol><li><p>d</p></ul>");

    assert_eq!(text, "- a\n  3. b\n  4. c\n- d");
}

#[test]
fn a_list_that_word_drew_is_a_list() {
    let text = page(
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.\
         <span>&nbsp;&nbsp;</span></span>first</p><p class=MsoListParagraph \
         style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·</span>second</p>\
         <p class=MsoNormal>Then.</p>",
    );

    assert_eq!(text, "1. first\n  - second\n\nThen.");
}

#[test]
fn a_table_without_head_cells_is_a_table() {
    let text =
        page("<table><tr><td><p>a</p></td><td>b|c</td></tr><tr><td>1</td><td>2</td></tr></table>");

    assert_eq!(text, "| a | b\\|c |\n| --- | --- |\n| 1 | 2 |");
}

#[test]
fn merged_cells_keep_the_columns_apart() {
    let text = page(
        "<table border=1><tr><th>a<th>b<th>c</tr><tr><td rowspan=2>1<td colspan=2>2</tr>\
         <tr><td>3<td>4</tr></table>",
    );

    assert_eq!(text, "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 |  |\n|  | 3 | 4 |");
}

#[test]
fn a_table_that_lays_out_a_page_is_flattened() {
    let text = page(
        "<table role=presentation><tr><td><h1>A</h1></td></tr><tr><td><table><tr><td>b</td></tr>\
         </table></td></tr></table>",
    );

    assert_eq!(text, "# A\n\nb");
}

#[test]
fn quotes_and_code_are_marked() {
    let text =
        page("<blockquote>said<pre>let a = 1;\n  b</pre></blockquote><p>Use <code>x`y</code></p>");

    assert_eq!(text, "> said\n>\n> ```\n> let a = 1;\n>   b\n> ```\n\nUse ``x`y``");
}

#[test]
fn bold_and_deleted_text_is_marked_once() {
    let text = page("<p><b>a <strong>b</strong></b> <s>c</s><b> </b></p>");

    assert_eq!(text, "**a b** ~~c~~");
}

#[test]
fn white_space_collapses_as_in_a_browser() {
    let text = page("<p>  a\n\t b&nbsp;&nbsp; c  </p><p>&nbsp;</p>");

    assert_eq!(text, "a b c");
}

#[test]
fn the_text_of_a_page_does_not_turn_into_markdown() {
    let text = page("<p># one</p><p>&gt; two</p><p>```</p><p>[pages 1–2 of 3]</p>");

    assert_eq!(text, "\\# one\n\n\\> two\n\n\\```\n\n\\[pages 1–2 of 3]");
}

#[test]
fn a_picture_leaves_its_description() {
    let text = page(
        "<p>a <img src='https://x.example/p.png' alt='The [plan]'> b <img src='cid:image001.png@01'> \
         <img src='data:image/png;base64,QUJD'></p>",
    );

    assert_eq!(text, "a [image: The plan] b [image: image001.png]");
}

#[test]
fn raised_numbers_do_not_melt_with_what_they_stand_behind() {
    assert_eq!(page("10<sup>3</sup> m<sup>2</sup>, the 1<sup>st</sup>"), "10³ m², the 1st");
    assert_eq!(page("said<sup><a href='#n1'>1</a></sup>."), "said¹.");
}

#[test]
fn the_sign_that_links_to_a_heading_is_left_out() {
    assert_eq!(page("<h2>Scope<a href='#scope' class=anchor>#</a></h2>"), "## Scope");
    assert_eq!(page("see <a href='#a'>A</a>"), "see A");
}

#[test]
fn blanks_stay_outside_of_marks() {
    assert_eq!(page("a<b> b </b>c <b> d</b>"), "a **b** c **d**");
}

#[test]
fn the_language_of_code_may_be_told_by_its_inner_element() {
    assert_eq!(page("<pre><code class='language-sql'>a</code></pre>"), "```sql\na\n```");
}

#[test]
fn c04_an_exclamation_mark_does_not_make_a_picture_of_a_link() {
    let markup = b"Look!<a href='https://x.example/a'>here</a>";
    let options = Options::default().links(LinkStyle::Markdown);

    let document = extract(&Input::new(markup).named("a.html"), &options).unwrap();

    assert_eq!(document.markdown(), "Look! [here](https://x.example/a)");
}
