//! A text of a document on its way to pages: the body, a note, or what stands in a margin.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{
    field::Fields,
    numbering::{Counters, Numbering},
    package::Relations,
    pages::Pages,
    styles::Styles,
    table,
};
use crate::{
    document::LinkStyle,
    formats::office::{
        note::{self, Change},
        span::Look,
    },
    markdown::{Blocks, Gap},
    xml::{Element, Event, XmlReader},
};

/// The most text of a document that is written, in bytes; the rest is left out.
const MAX_TEXT: usize = 8 * 1024 * 1024;

/// What all texts of a document have in common.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) styles: Styles,
    pub(super) numbering: Numbering,
    /// Notes as one line of markdown, by their kind and id.
    pub(super) notes: HashMap<(Kind, String), String>,
    /// Comments as a paragraph of markdown with their id, in their order.
    pub(super) comments: Vec<(String, String)>,
    /// Where the comment of an id stands in that order.
    pub(super) comment_ids: HashMap<String, usize>,
    /// What charts, diagrams and inserted web pages say, by the id of their part.
    pub(super) drawings: HashMap<String, String>,
}

/// Kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Foot,
    End,
}

/// A text under way.
#[derive(Debug)]
pub(super) struct Story<'d> {
    pub(super) shared: &'d Shared,
    pub(super) relations: &'d Relations,
    pub(super) blocks: Blocks,
    pub(super) look: Look,
    pub(super) counters: Counters,
    pub(super) fields: Fields,
    pub(super) pages: Pages,
    /// The parts with headers and footers in the order in which sections name them.
    pub(super) margins: Vec<Margin>,
    /// Whether this is the text of a margin, where page numbers are of no use.
    pub(super) is_margin: bool,
    /// Whether there was a field with the number of a page.
    pub(super) has_page_number: bool,
    /// Whether all becomes one line, as in a cell.
    pub(super) is_one_line: bool,
    /// How many text boxes are around; what is in them does not end a page.
    pub(super) boxes: usize,
    /// The title that stands in the text.
    pub(super) title: Option<String>,
    /// The list of the last item.
    pub(super) list: Option<String>,
    /// Whether the pages have a colour.
    pub(super) has_background: bool,
    /// Whether text was left out that no reader sees.
    pub(super) has_hidden: bool,
    /// Lines of program text that follow each other.
    pub(super) code: Vec<String>,
    pub(super) is_cut: bool,
    /// Who inserted or deleted the row under way.
    pub(super) row_change: Option<Rc<Change>>,
    /// How many pictures have no description.
    pub(super) pictures: usize,
    numbers: HashMap<(Kind, String), usize>,
    /// Comments that were written.
    said: HashSet<usize>,
    /// Notes and comments to be written after the block under way.
    due: Vec<String>,
    written: usize,
}

/// A header or footer that a section has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Margin {
    pub(super) is_header: bool,
    pub(super) id: String,
}

impl<'d> Story<'d> {
    /// Creates a text of which nothing is written.
    pub(super) fn new(shared: &'d Shared, relations: &'d Relations, links: LinkStyle) -> Self {
        Self {
            shared,
            relations,
            blocks: Blocks::default(),
            look: Look { links, marks_bold: true },
            counters: Counters::default(),
            fields: Fields::default(),
            pages: Pages::default(),
            margins: Vec::new(),
            is_margin: false,
            has_page_number: false,
            is_one_line: false,
            boxes: 0,
            title: None,
            list: None,
            has_background: false,
            has_hidden: false,
            code: Vec::new(),
            is_cut: false,
            row_change: None,
            pictures: 0,
            numbers: HashMap::new(),
            said: HashSet::new(),
            due: Vec::new(),
            written: 0,
        }
    }

    /// Writes the main part, block by block.
    pub(super) fn body(&mut self, reader: &mut XmlReader<'_>) {
        while let Some(event) = reader.read() {
            let Event::Start(element) = event else { continue };
            if self.is_full() {
                self.is_cut = true;
                break;
            }
            match element.name() {
                ("w", "tbl") => table::stream(self, reader),
                name if is_block(name) => {
                    let block = reader.finish(element);
                    self.block(&block);
                }
                ("w", "document") | ("mc", "Choice") => {}
                name if is_frame(name) => {}
                ("w", "background") => {
                    self.has_background = true;
                    reader.skip();
                }
                _ => reader.skip(),
            }
        }
        self.end_code();
        self.write_due();
    }

    /// Whether no more text is written.
    pub(super) fn is_full(&self) -> bool {
        self.written + self.blocks.size() > MAX_TEXT
    }

    /// Whether the text stands on the page itself; cells and boxes may have a colour of their own.
    pub(super) fn is_on_white(&self) -> bool {
        !self.has_background && !self.is_one_line && self.boxes == 0
    }

    /// Writes the blocks in an element.
    pub(super) fn contents(&mut self, parent: &Element<'_>) {
        for element in parent.elements() {
            self.content(element);
        }
    }

    /// Writes a block, or what is in a frame.
    pub(super) fn content(&mut self, element: &Element<'_>) {
        match element.name() {
            ("w", "tbl") => table::write(self, element),
            name if is_block(name) => self.block(element),
            ("mc", "Choice") => self.contents(element),
            name if is_frame(name) => self.contents(element),
            _ => {}
        }
    }

    fn block(&mut self, element: &Element<'_>) {
        match element.name() {
            ("w", "p") => self.paragraph(element),
            ("w", "sectPr") => self.last_section(element),
            ("w", "altChunk") => self.inserted(element),
            _ => self.equation(element),
        }
    }

    /// A web page in the place where it is to be inserted.
    fn inserted(&mut self, element: &Element<'_>) {
        self.end_code();
        self.part(element.attribute("r:id").unwrap_or_default());
    }

    /// What another part says, each time that the text refers to it.
    pub(super) fn part(&mut self, id: &str) {
        match self.shared.drawings.get(id) {
            Some(_) if self.is_full() => self.is_cut = true,
            Some(text) => self.blocks.push(text, Gap::Paragraph),
            None => {}
        }
    }

    /// An equation that stands between paragraphs.
    fn equation(&mut self, element: &Element<'_>) {
        self.blocks.inline().push_text(&super::math::text(element));
        self.blocks.flush(Gap::Paragraph);
    }

    /// What `write` writes, as one line.
    pub(super) fn line(&mut self, write: impl FnOnce(&mut Self)) -> String {
        let outer = std::mem::take(&mut self.blocks);
        let was_one_line = std::mem::replace(&mut self.is_one_line, true);
        write(self);
        self.end_code();
        self.blocks.flush(Gap::Line);
        self.is_one_line = was_one_line;
        let (lines, _) = std::mem::replace(&mut self.blocks, outer).into_lines();
        let texts = lines.iter().map(|line| line.text.trim()).filter(|text| !text.is_empty());
        let line = texts.collect::<Vec<_>>().join(" ");
        self.written += line.len();
        line
    }

    /// Ends the page, unless nothing is on it.
    pub(super) fn end_page(&mut self) {
        if self.is_one_line || self.boxes > 0 {
            return;
        }
        self.end_code();
        self.write_due();
        let has_text = self.blocks.done() > 0;
        if !has_text && !self.pages.has_ink {
            return;
        }
        self.written += self.blocks.size();
        self.pages.push(std::mem::take(&mut self.blocks));
    }

    /// The mark of a note, which is written below; nothing where there is no such note.
    pub(super) fn note_mark(&mut self, kind: Kind, id: &str) -> Option<String> {
        let key = (kind, id.to_owned());
        let text = self.shared.notes.get(&key)?;
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.due.push(note::note(number, text));
        }
        Some(note::mark(number))
    }

    /// Has the comment of this id written below.
    pub(super) fn comment(&mut self, id: &str) {
        let Some(at) = self.shared.comment_ids.get(id) else { return };
        if let Some((_, text)) = self.shared.comments.get(*at).filter(|_| self.said.insert(*at)) {
            self.due.push(text.clone());
        }
    }

    /// Writes the comments that the text does not refer to.
    pub(super) fn other_comments(&mut self) {
        for (id, _) in &self.shared.comments {
            self.comment(id);
        }
        self.write_due();
    }

    /// Writes the notes and comments of the block before.
    pub(super) fn write_due(&mut self) {
        if self.is_one_line {
            return;
        }
        for note in std::mem::take(&mut self.due) {
            self.blocks.push(&note, Gap::Paragraph);
        }
    }
}

/// Blocks that are read whole.
fn is_block(name: (&str, &str)) -> bool {
    matches!(name, ("w", "p" | "sectPr" | "altChunk") | ("m", "oMath" | "oMathPara"))
}

/// Elements that are only around blocks, rows, cells or runs.
pub(super) fn is_frame(name: (&str, &str)) -> bool {
    matches!(
        name,
        (
            "w",
            "body" | "sdt" | "sdtContent" | "customXml" | "smartTag" | "ins" | "del" | "moveFrom"
        ) | ("w", "moveTo" | "dir" | "bdo")
            | ("mc", "AlternateContent")
    )
}
