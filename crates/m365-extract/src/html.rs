//! Web pages and HTML mail as markdown.

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
mod walk;

pub use self::safe::safe_html;
use crate::{document::LinkStyle, markdown::Line};

/// A page as lines of markdown.
#[derive(Debug)]
pub(crate) struct Rendered {
    lines: Vec<Line>,
    title: Option<String>,
    is_cut: bool,
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

    /// Whether a table was longer or wider than what is read; a line below it says so, too.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }
}

/// Renders a page, or a part of one.
pub(crate) fn render(markup: &str, links: LinkStyle) -> Rendered {
    let dom = parse::parse(markup);
    walk::page(&dom, links)
}
