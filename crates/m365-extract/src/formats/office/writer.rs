//! From the elements of a document to pages of markdown.

use std::collections::HashMap;

use office_oxide::ir::{
    CodeBlock, Element, Heading, Image, InlineContent, List, Note, Paragraph, TextSpan,
};

use super::{
    grid::Grid,
    names::{says_something, title_level},
    note,
    span::{self, Look, Span},
    table,
};
use crate::{
    clean::clean_text,
    document::LinkStyle,
    escape,
    limits::MAX_DEPTH,
    markdown::{Blocks, Gap, picture},
};

/// The most text that is written, in bytes; the rest is left out.
const MAX_TEXT: usize = 8 * 1024 * 1024;

/// Writes the elements of a document; a page break begins a new page.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    blocks: Blocks,
    look: Look,
    depth: usize,
    counts_items: bool,
    pages: Vec<String>,
    title: Option<String>,
    /// Comments that stand where the text refers to them, by their number.
    comments: HashMap<u32, &'a Note>,
    /// Numbers of the notes by their kind and id.
    notes: HashMap<(NoteKind, u32), usize>,
    /// Comments to be written after the block under way.
    due: Vec<&'a Note>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum NoteKind {
    Foot,
    End,
}

impl<'a> Writer<'a> {
    /// Creates a writer that has written nothing.
    pub(crate) fn new(links: LinkStyle) -> Self {
        Self {
            blocks: Blocks::default(),
            look: Look { links, marks_bold: true },
            depth: 0,
            counts_items: true,
            pages: Vec::new(),
            title: None,
            comments: HashMap::new(),
            notes: HashMap::new(),
            due: Vec::new(),
        }
    }

    /// Writes all items of lists without numbers.
    pub(crate) fn without_numbers(mut self) -> Self {
        self.counts_items = false;
        self
    }

    /// Writes elements, those inside of them included.
    pub(crate) fn elements(&mut self, elements: &'a [Element]) {
        if self.depth >= MAX_DEPTH / 4 {
            return;
        }
        self.depth += 1;
        self.find_comments(elements);
        for element in elements {
            if self.blocks.size() < MAX_TEXT {
                self.element(element);
            }
        }
        self.depth -= 1;
    }

    /// Writes a table.
    pub(super) fn table(&mut self, grid: Grid) {
        grid.write(&mut self.blocks);
    }

    /// The text of the page under way, which ends; what comes next begins a new one.
    pub(crate) fn end_page(&mut self) {
        self.blocks.flush(Gap::Paragraph);
        let blocks = std::mem::take(&mut self.blocks);
        let (markdown, title) = blocks.into_markdown();
        self.title = self.title.take().or(title);
        self.pages.push(markdown);
    }

    /// The pages that have text, and the first heading.
    pub(crate) fn finish(mut self) -> (Vec<String>, Option<String>) {
        self.end_page();
        self.pages.retain(|page| !page.is_empty());
        (self.pages, self.title)
    }

    /// Comments that have a place in the text are written there, not where they are kept.
    fn find_comments(&mut self, elements: &'a [Element]) {
        let anchored: Vec<u32> = elements.iter().flat_map(comment_marks).collect();
        for element in elements {
            if let Element::Endnote(note) = element
                && is_comment(note)
                && anchored.contains(&note.id)
            {
                self.comments.insert(note.id, note);
            }
        }
    }

    fn element(&mut self, element: &'a Element) {
        match element {
            Element::Heading(heading) => self.heading(heading),
            Element::Paragraph(paragraph) => self.paragraph(paragraph, Gap::Paragraph),
            Element::Table(table) => table::write(self, table),
            Element::List(list) => self.list(list),
            Element::Image(image) => self.image(image),
            Element::TextBox(text_box) => self.elements(&text_box.content),
            Element::PageBreak => self.end_page(),
            Element::Footnote(note) => self.note(note, NoteKind::Foot),
            Element::Endnote(note) if is_comment(note) => self.comment_in_place(note),
            Element::Endnote(note) => self.note(note, NoteKind::End),
            Element::CodeBlock(code) => self.code(code),
            _ => {}
        }
        self.write_due();
    }

    fn heading(&mut self, heading: &'a Heading) {
        let look = Look { marks_bold: false, ..self.look };
        self.inline(&heading.content, look);
        self.blocks.flush_heading(usize::from(heading.level.clamp(1, 6)));
    }

    fn paragraph(&mut self, paragraph: &'a Paragraph, gap: Gap) {
        self.inline(&paragraph.content, self.look);
        match paragraph.style.as_deref().and_then(title_level) {
            Some(level) => self.blocks.flush_heading(level),
            None => self.blocks.flush(gap),
        }
    }

    fn inline(&mut self, content: &'a [InlineContent], look: Look) {
        let mut spans = Vec::with_capacity(content.len());
        for part in content {
            match part {
                InlineContent::Text(text) => spans.push(text_span(text)),
                InlineContent::LineBreak => spans.push(Span::line_break()),
                InlineContent::FootnoteRef(mark) => {
                    spans.push(self.note_mark(NoteKind::Foot, mark.note_id));
                }
                InlineContent::EndnoteRef(mark) => {
                    spans.push(self.note_mark(NoteKind::End, mark.note_id));
                }
                InlineContent::CommentRef(mark) => {
                    self.due.extend(self.comments.get(&mark.comment_id));
                }
                _ => {}
            }
        }
        span::write(&spans, self.blocks.inline(), look);
    }

    fn note_mark(&mut self, kind: NoteKind, id: u32) -> Span {
        Span::markdown(note::mark(self.number(kind, id)))
    }

    fn number(&mut self, kind: NoteKind, id: u32) -> usize {
        let next = self.notes.len() + 1;
        *self.notes.entry((kind, id)).or_insert(next)
    }

    fn note(&mut self, note: &'a Note, kind: NoteKind) {
        let text = self.one_line(&note.content);
        let number = self.number(kind, note.id);
        if !text.is_empty() {
            self.blocks.push(&note::note(number, &text), Gap::Paragraph);
        }
    }

    fn comment_in_place(&mut self, comment: &'a Note) {
        if !self.comments.contains_key(&comment.id) {
            self.comment(comment);
        }
    }

    fn comment(&mut self, comment: &'a Note) {
        let text = self.one_line(&comment.content);
        if !text.is_empty() {
            let markdown = note::comment(comment.author.as_deref(), &text);
            self.blocks.push(&markdown, Gap::Paragraph);
        }
    }

    fn write_due(&mut self) {
        for comment in std::mem::take(&mut self.due) {
            self.comment(comment);
        }
    }

    fn list(&mut self, list: &'a List) {
        if self.depth >= MAX_DEPTH / 4 {
            return;
        }
        self.depth += 1;
        for (number, item) in (u64::from(list.start_number.unwrap_or(1))..).zip(&list.items) {
            let is_counted = list.ordered && self.counts_items;
            let marker = if is_counted { format!("{number}.") } else { "-".to_owned() };
            self.blocks.open_item(&marker, 0);
            self.item(&item.content);
            if let Some(nested) = &item.nested {
                self.list(nested);
            }
            self.blocks.close();
        }
        self.depth -= 1;
        self.write_due();
    }

    fn item(&mut self, content: &'a [Element]) {
        for element in content {
            match element {
                Element::Paragraph(paragraph) => self.paragraph(paragraph, Gap::Line),
                other => self.element(other),
            }
        }
    }

    fn image(&mut self, image: &Image) {
        let says = image.alt_text.as_deref().filter(|text| says_something(text));
        if let Some(text) = says.filter(|_| !image.decorative) {
            self.blocks.inline().push_markdown(&picture(text));
            self.blocks.flush(Gap::Paragraph);
        }
    }

    fn code(&mut self, code: &CodeBlock) {
        let text = clean_text(&code.content);
        if !text.trim().is_empty() {
            self.blocks.push(&escape::fenced(&text, ""), Gap::Paragraph);
        }
    }

    /// Elements as one line of markdown, as in a cell or note.
    pub(super) fn one_line(&mut self, elements: &'a [Element]) -> String {
        self.line(elements, self.look)
    }

    /// The text of a cell; in the head of a table nothing is marked bold.
    pub(super) fn cell(&mut self, elements: &'a [Element], is_head: bool) -> String {
        self.line(elements, Look { marks_bold: !is_head, ..self.look })
    }

    fn line(&mut self, elements: &'a [Element], look: Look) -> String {
        let mut inner = Writer::new(look.links);
        inner.look = look;
        inner.depth = self.depth;
        inner.counts_items = self.counts_items;
        std::mem::swap(&mut inner.comments, &mut self.comments);
        std::mem::swap(&mut inner.notes, &mut self.notes);
        inner.elements(elements);
        inner.blocks.flush(Gap::Line);
        std::mem::swap(&mut inner.comments, &mut self.comments);
        std::mem::swap(&mut inner.notes, &mut self.notes);
        let (lines, _) = inner.blocks.into_lines();
        let texts: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
        let words: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        words.join(" ")
    }

    /// How deep elements nest here.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }
}

fn text_span(text: &TextSpan) -> Span {
    Span {
        bold: text.bold,
        strike: text.strikethrough,
        link: text.hyperlink.as_deref().map(Into::into),
        ..Span::text(text.text.clone())
    }
}

/// A comment is kept as an endnote that has an author, or says that it is one.
fn is_comment(note: &Note) -> bool {
    let marker = note.marker.as_deref().unwrap_or_default();
    note.author.is_some() || marker.to_ascii_lowercase().starts_with("comment")
}

fn comment_marks(element: &Element) -> Vec<u32> {
    let content = match element {
        Element::Heading(heading) => &heading.content,
        Element::Paragraph(paragraph) => &paragraph.content,
        _ => return Vec::new(),
    };
    let id = |part: &InlineContent| match part {
        InlineContent::CommentRef(mark) => Some(mark.comment_id),
        _ => None,
    };
    content.iter().filter_map(id).collect()
}
