//! Web pages and HTML mail as markdown.

mod block;
mod color;
mod dom;
mod grid;
mod image;
mod list;
mod marks;
mod parse;
mod safe;
mod sheet;
mod style;
pub(crate) mod table;
mod walk;

pub(crate) use self::block::{Line, Role};
pub use self::safe::safe_html;
use crate::document::LinkStyle;

/// A page as lines of markdown.
#[derive(Debug)]
pub(crate) struct Rendered {
    lines: Vec<Line>,
    title: Option<String>,
}

impl Rendered {
    /// The lines in order, each with what it is in its message.
    pub(crate) fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    /// All of it as one text.
    pub(crate) fn markdown(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }

    /// The first heading, if there is one.
    pub(crate) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
}

/// Renders a page, or a part of one.
pub(crate) fn render(markup: &str, links: LinkStyle) -> Rendered {
    let dom = parse::parse(markup);
    let (lines, title) = walk::page(&dom, links);
    Rendered { lines, title }
}
