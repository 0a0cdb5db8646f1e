//! Web pages and HTML mail as markdown.

pub(crate) mod dom;
mod parse;
pub(crate) mod table;

use crate::{document::LinkStyle, escape};

/// A page, rendered.
#[derive(Debug)]
pub(crate) struct Rendered {
    text: String,
}

impl Rendered {
    pub(crate) fn markdown(&self) -> String {
        self.text.clone()
    }

    pub(crate) fn title(&self) -> Option<String> {
        None
    }
}

/// Renders a page, or a part of one.
pub(crate) fn render(markup: &str, _: LinkStyle) -> Rendered {
    let dom = parse::parse(markup);
    let texts: Vec<&str> = dom.descendants(dom::ROOT).filter_map(|id| dom.text(id)).collect();
    Rendered { text: escape::text(texts.concat().trim()) }
}
