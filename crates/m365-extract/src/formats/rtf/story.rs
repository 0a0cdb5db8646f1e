//! A run of paragraphs and tables: the text of the document, of a note, a comment or a text box.

use super::table::Table;
use crate::{
    clean::excerpt,
    document::LinkStyle,
    escape,
    links::Target,
    markdown::{self, Blocks, Gap, table},
};

/// What a story is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// The text of the document.
    #[default]
    Main,
    /// A drawing with text.
    Box,
    Comment,
    /// A footnote or endnote.
    Note,
    /// What stands at the top or bottom of each page.
    Running,
}

/// The marks of a piece of text. Those who changed it are given by their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) is_bold: bool,
    pub(super) is_struck: bool,
    pub(super) is_raised: bool,
    pub(super) inserted: Option<i32>,
    pub(super) deleted: Option<i32>,
}

/// A place in the text under way, which holds as long as the paragraph does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    at: usize,
    done: usize,
}

/// What a paragraph is.
#[derive(Debug)]
pub(super) enum Role {
    Text,
    Heading(usize),
    Item(String, usize),
}

/// Collects one story.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) kind: Kind,
    pub(super) table: Table,
    blocks: Blocks,
    pages: Vec<String>,
    title: Option<String>,
    span: Option<(Look, Mark)>,
    /// Blocks that follow the paragraph: comments, notes, text boxes.
    after: Vec<String>,
    /// How many of them belong to the table before the paragraph.
    of_table: usize,
    /// Whether the next text stands in another cell of a table within a cell.
    is_in_next_cell: bool,
    /// Whether the next text stands on another page.
    is_on_next_page: bool,
}

impl Story {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Adds text that looks so; `authors` are those who changed texts.
    pub(super) fn push(&mut self, text: &str, look: Look, authors: &[String]) {
        self.turn_page();
        if std::mem::take(&mut self.is_in_next_cell) && !self.blocks.inline().since(0).is_empty() {
            self.end_span(authors);
            self.blocks.inline().push_text("; ");
        }
        if self.span.map(|(open, _)| open).unwrap_or_default() != look {
            self.end_span(authors);
            if look != Look::default() {
                self.span = Some((look, self.mark()));
            }
        }
        self.blocks.inline().push_text(text);
    }

    /// Adds markdown of ours, such as the mark of a note.
    pub(super) fn push_markdown(&mut self, markdown: &str, authors: &[String]) {
        self.turn_page();
        self.end_span(authors);
        self.blocks.inline().push_markdown(markdown);
    }

    pub(super) fn line_break(&mut self) {
        self.blocks.inline().line_break();
    }

    /// The place where the next text begins.
    pub(super) fn mark(&mut self) -> Mark {
        // A bracket of ours may be put here, which must not melt with a mark before it.
        self.blocks.inline().push_markdown("");
        Mark { at: self.blocks.inline().mark(), done: self.blocks.done() }
    }

    /// Ends the piece of text that looks different.
    pub(super) fn end_span(&mut self, authors: &[String]) {
        let Some((look, mark)) = self.span.take() else { return };
        let Some(text) = self.since(mark) else { return };
        self.blocks.inline().replace_since(mark.at, &look.write(&text, authors));
    }

    /// Makes a link of the text since a mark.
    pub(super) fn link(
        &mut self,
        mark: Mark,
        target: &Target,
        links: LinkStyle,
        authors: &[String],
    ) {
        self.end_span(authors);
        if let Some(text) = self.since(mark) {
            self.blocks.inline().replace_since(mark.at, &target.write(&text, links));
        }
    }

    /// The text since a mark, unless there is none or its paragraph has ended.
    fn since(&mut self, mark: Mark) -> Option<String> {
        let is_open = self.blocks.done() == mark.done;
        let text = self.blocks.inline().since(mark.at).trim_end();
        (is_open && !text.is_empty()).then(|| text.to_owned())
    }

    /// Whether there is text in the paragraph under way.
    pub(super) fn has_text(&mut self) -> bool {
        !self.blocks.inline().since(0).is_empty()
    }

    /// Takes the text of the paragraph so far when it is the sign or number of an item.
    pub(super) fn marker(&mut self) -> Option<String> {
        let text = self.blocks.inline().since(0).to_owned();
        let is_sign = matches!(text.as_str(), "•" | "-" | "–" | "—" | "·" | "o" | "▪" | "◦" | "*");
        let is_number = text.len() <= 5
            && text.ends_with(['.', ')'])
            && text.starts_with(|c: char| c.is_ascii_alphanumeric());
        (is_sign || is_number).then(|| {
            self.span = None;
            self.blocks.inline().replace_since(0, "");
            if is_sign { "-".to_owned() } else { text }
        })
    }

    /// Adds a block after the paragraph under way.
    pub(super) fn follow(&mut self, markdown: String) {
        self.after.push(markdown);
    }

    /// Ends a paragraph outside of tables.
    pub(super) fn end_paragraph(&mut self, role: Role, authors: &[String]) {
        self.end_span(authors);
        self.end_table();
        match role {
            Role::Text => self.blocks.flush(Gap::Paragraph),
            Role::Heading(level) => self.blocks.flush_heading(level),
            Role::Item(marker, level) => {
                self.blocks.open_item(&marker, level);
                self.blocks.flush(Gap::Line);
                self.blocks.close();
            }
        }
        self.push_after();
    }

    fn push_after(&mut self) {
        self.of_table = 0;
        for markdown in std::mem::take(&mut self.after) {
            self.blocks.push(&markdown, Gap::Paragraph);
        }
    }

    /// Ends a cell of a table, or of a table within a cell.
    pub(super) fn end_cell(&mut self, is_nested: bool, authors: &[String]) {
        self.end_span(authors);
        self.is_in_next_cell = is_nested;
        if !is_nested {
            let text = self.blocks.inline().since(0).trim().to_owned();
            self.blocks.inline().replace_since(0, "");
            self.table.push_cell(text);
            self.of_table = self.after.len();
        }
    }

    /// Writes the rows that came before the paragraph under way.
    fn end_table(&mut self) {
        let Some(rows) = self.table.take() else { return };
        let text = self.blocks.inline().since(0).to_owned();
        self.blocks.inline().replace_since(0, "");
        match rows.iter().any(|row| row.len() > 1) {
            true => self.blocks.push(&table::markdown(&rows), Gap::Paragraph),
            // A table of one column is a frame around text.
            false => self.push_frame(&rows),
        }
        let own = self.after.split_off(self.of_table.min(self.after.len()));
        self.push_after();
        self.after = own;
        self.blocks.inline().replace_since(0, &text);
    }

    fn push_frame(&mut self, rows: &[Vec<String>]) {
        for line in rows.iter().flatten().flat_map(|text| text.split('\n')) {
            let line = line.trim();
            if !line.is_empty() {
                self.blocks.push(&escape::paragraph(line), Gap::Paragraph);
            }
        }
    }

    /// Lets the next text begin on a new page.
    pub(super) fn break_page(&mut self, is_break: bool) {
        self.is_on_next_page = is_break && self.kind == Kind::Main;
    }

    fn turn_page(&mut self) {
        if std::mem::take(&mut self.is_on_next_page) && !self.table.is_in_row {
            self.end_table();
            let (markdown, title) = lines(std::mem::take(&mut self.blocks));
            self.pages.push(markdown);
            self.title = self.title.take().or(title);
        }
    }

    /// All pages as markdown, and the first heading.
    pub(super) fn finish(mut self, authors: &[String]) -> (Vec<String>, Option<String>) {
        self.end_paragraph(Role::Text, authors);
        let (markdown, title) = lines(self.blocks);
        self.pages.push(markdown);
        (self.pages, self.title.or(title))
    }
}

fn lines(blocks: Blocks) -> (String, Option<String>) {
    let (lines, title) = blocks.into_lines();
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    (texts.join("\n"), title)
}

impl Look {
    fn write(self, text: &str, authors: &[String]) -> String {
        let is_one_line = !text.contains('\n');
        let raised = markdown::raised(text).filter(|_| self.is_raised);
        let bold =
            wrapped(raised.unwrap_or_else(|| text.to_owned()), "**", self.is_bold && is_one_line);
        let struck = wrapped(bold, "~~", self.is_struck && is_one_line);
        let changed = |what: &str, author: i32, text: &str| {
            let by = author_of(author, authors).map(|name| format!(" by {name}"));
            format!("[{what}{}: {}]", by.unwrap_or_default(), text.replace('\n', " "))
        };
        match (self.inserted, self.deleted) {
            (_, Some(author)) => changed("deleted", author, &struck),
            (Some(author), None) => changed("inserted", author, &struck),
            (None, None) => struck,
        }
    }
}

fn wrapped(text: String, marks: &str, is_wrapped: bool) -> String {
    if is_wrapped { format!("{marks}{text}{marks}") } else { text }
}

fn author_of(number: i32, authors: &[String]) -> Option<String> {
    let name = authors.get(usize::try_from(number).ok()?)?;
    Some(person(name)).filter(|name| !name.is_empty() && name != "Unknown")
}

/// A name as it may stand in brackets of ours.
pub(super) fn person(name: &str) -> String {
    escape::text(&excerpt(name, 100).replace(['[', ']'], ""))
}
