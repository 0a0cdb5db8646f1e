//! The visible part of a page as plain HTML that does nothing.

mod writer;

use self::writer::{Tag, Writer};
use super::{
    dom::{Dom, Element, Id, ROOT},
    grid, image, parse,
    sheet::Sheet,
    style::Style,
    walk::{MAX_DEPTH, MAX_TEXT, is_block, is_unseen},
};
use crate::links::Target;

/// The visible part of a page, or of a part of one, as plain HTML that does nothing.
///
/// What is left are paragraphs, headings, lists, tables, quotes, code and emphasis, written without
/// attributes. The exceptions are `colspan` and `rowspan`, and the `href` of a link, which is its
/// real target: `http`, `https` or `mailto`, with redirectors of mail gateways unwrapped. A picture
/// leaves its description, `[image: plan]`. Text that a reader would not see is dropped, and so are
/// scripts, styles, comments and invisible characters; brackets are written so that the text does
/// not act as markdown either. Depth and size are bounded; what is beyond the bounds is left out.
///
/// ```
/// use m365_extract::safe_html;
///
/// let page = r#"<p onclick="x()">See <a href="https://contoso.example/?utm_source=x">the plan</a>
///     <span style="display:none">secret</span><img src="https://t.example/o.gif" alt="Plan"></p>"#;
///
/// assert_eq!(
///     safe_html(page),
///     r#"<p>See <a href="https://contoso.example/">the plan</a> [image: Plan]</p>"#,
/// );
/// ```
#[must_use]
pub fn safe_html(markup: &str) -> String {
    let dom = parse::parse(markup);
    let sheet = Sheet::of(&dom);
    let mut cleaner = Cleaner { dom: &dom, sheet: &sheet, out: Writer::default() };
    cleaner.children(ROOT, Spot { style: Style::page(), depth: 0, verbatim: false });
    cleaner.out.into_html()
}

/// Copies what is seen from a tree.
struct Cleaner<'a> {
    dom: &'a Dom,
    sheet: &'a Sheet,
    out: Writer,
}

/// Where the cleaner is.
#[derive(Clone, Copy)]
struct Spot {
    style: Style,
    depth: usize,
    /// Whether white space counts, as in `pre`.
    verbatim: bool,
}

impl<'a> Cleaner<'a> {
    fn children(&mut self, id: Id, spot: Spot) {
        let spot = Spot { depth: spot.depth + 1, ..spot };
        let dom = self.dom;
        for child in dom.children(id).take_while(|_| spot.depth <= MAX_DEPTH) {
            self.node(child, spot);
        }
    }

    fn node(&mut self, id: Id, spot: Spot) {
        if self.out.size() > MAX_TEXT {
            return;
        }
        if let Some(text) = self.dom.text(id) {
            self.text(text, spot);
        } else if let Some(element) = self.dom.element(id)
            && let Some(style) = spot.style.inside(self.dom, id, self.sheet)
        {
            self.element(id, element, Spot { style, ..spot });
        }
    }

    fn text(&mut self, text: &str, spot: Spot) {
        if spot.style.shows_text() {
            self.out.text(&text[..text.floor_char_boundary(MAX_TEXT)], spot.verbatim);
        }
    }

    fn element(&mut self, id: Id, element: &'a Element, spot: Spot) {
        match element.name() {
            // A caption has its place before its table.
            "caption" => {}
            name if is_unseen(name) => {}
            "br" => self.out.line_break(),
            "hr" => self.out.rule(),
            "img" => self.image(element, spot),
            "emoji" => self.text(element.attribute("alt").unwrap_or_default(), spot),
            "a" => self.link(id, element, spot),
            "table" => self.table(id, spot),
            "td" | "th" => self.wrapped(id, &cell(element), spot),
            "pre" | "codeblock" => {
                self.wrapped(id, &Tag::block("pre"), Spot { verbatim: true, ..spot });
            }
            name => match kept(name) {
                Some(tag) => self.wrapped(id, &tag, spot),
                None if is_block(name) => self.lines(id, spot),
                None => self.children(id, spot),
            },
        }
    }

    /// An element that is kept, unless there is nothing in it.
    fn wrapped(&mut self, id: Id, tag: &Tag, spot: Spot) {
        let mark = self.out.open(tag);
        self.children(id, spot);
        self.out.close(tag, mark);
    }

    /// A block of which only the line breaks around it are kept.
    fn lines(&mut self, id: Id, spot: Spot) {
        self.out.end_line();
        self.children(id, spot);
        self.out.end_line();
    }

    fn image(&mut self, element: &Element, spot: Spot) {
        if let Some(note) = image::note(element).filter(|_| spot.style.shows_text()) {
            self.out.note(&note);
        }
    }

    fn link(&mut self, id: Id, element: &Element, spot: Spot) {
        let href = element.attribute("href").unwrap_or_default();
        match Target::parse(href, element.attribute("originalsrc")) {
            Some(target) => self.wrapped(id, &Tag::inline("a").with("href", target.href()), spot),
            None => self.children(id, spot),
        }
    }

    fn table(&mut self, id: Id, spot: Spot) {
        let dom = self.dom;
        for child in dom.children(id) {
            if dom.element(child).is_some_and(|element| element.name() == "caption")
                && let Some(style) = spot.style.inside(dom, child, self.sheet)
            {
                self.wrapped(child, &Tag::block("p"), Spot { style, ..spot });
            }
        }
        self.wrapped(id, &Tag::block("table"), spot);
    }
}

/// What an element is written as, if it is kept.
fn kept(name: &str) -> Option<Tag> {
    const BLOCKS: [&str; 10] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "li", "blockquote"];
    const INLINE: [&str; 8] = ["b", "strong", "i", "em", "u", "s", "sub", "sup"];
    let of = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
    match name {
        "ul" | "menu" | "dir" => Some(Tag::block("ul")),
        "thead" => Some(Tag::block("thead")),
        "tbody" | "tfoot" => Some(Tag::block("tbody")),
        "tr" => Some(Tag::part("tr")),
        "del" | "strike" => Some(Tag::inline("s")),
        "ins" => Some(Tag::inline("u")),
        "code" | "kbd" | "samp" | "tt" => Some(Tag::inline("code")),
        _ => of(&BLOCKS).map(Tag::block).or_else(|| of(&INLINE).map(Tag::inline)),
    }
}

/// A cell with the places that it spans; it keeps its place even when it is empty.
fn cell(element: &Element) -> Tag {
    let name = if element.name() == "th" { "th" } else { "td" };
    let spans = ["colspan", "rowspan"].map(|name| (name, grid::span(element, name)));
    let wide = spans.into_iter().filter(|(_, span)| *span > 1);
    wide.fold(Tag::part(name), |tag, (name, span)| tag.with(name, span.to_string()))
}
