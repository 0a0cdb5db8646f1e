//! From the elements of a text to pages of markdown.

use std::rc::Rc;

use super::{
    changes::Changes,
    code::{is_code, verbatim},
    list::Numbers,
    names::is_unseen,
    objects::Objects,
    styles::{Looks, Styles},
};
use crate::{
    document::LinkStyle,
    escape,
    formats::office::{
        note::Change,
        span::{self, Look},
        title_level,
    },
    limits::MAX_PAGES,
    markdown::{Blocks, Gap},
    xml::Element,
};

/// The most text that is written, in bytes; the rest is left out.
const MAX_TEXT: usize = 8 * 1024 * 1024;
/// Drawings and notes within each other deeper than this are left out.
const MAX_INSIDE: usize = 32;

/// Writes the elements of a document.
#[derive(Debug)]
pub(in crate::formats) struct Writer<'a> {
    pub(super) styles: &'a Styles,
    pub(super) objects: &'a Objects,
    pub(super) changes: Changes<'a>,
    pub(super) blocks: Blocks,
    pub(super) look: Look,
    /// Who inserted the text under way, where someone did.
    pub(super) insertion: Option<Rc<Change>>,
    /// How many notes there are so far.
    pub(super) notes: usize,
    /// Notes and comments to be written below the block under way.
    pub(super) due: Vec<String>,
    /// How many pages ended within the block under way.
    pub(super) soft_breaks: usize,
    pub(super) numbers: Numbers,
    code: Vec<String>,
    pages: Vec<String>,
    /// Whether the text has pages of its own.
    is_paged: bool,
    /// Whether something stands on the page under way, even if it has no text.
    is_begun: bool,
    /// How many lines, cells or drawings are around the text: none of them has pages.
    pub(super) inside: usize,
    /// How many drawings and frames of one cell are around the text: they may have colours.
    boxes: usize,
    pub(super) written: usize,
    /// Whether a part of a table was left out.
    pub(super) is_cut: bool,
    /// Whether the text stands in the margin of a page, where numbers of pages say nothing.
    pub(super) is_margin: bool,
    pub(super) has_page_number: bool,
    pub(super) has_hidden: bool,
}

impl<'a> Writer<'a> {
    /// Creates a writer that has written nothing.
    pub(in crate::formats) fn new(
        styles: &'a Styles,
        objects: &'a Objects,
        links: LinkStyle,
    ) -> Self {
        Self {
            styles,
            objects,
            changes: Changes::default(),
            blocks: Blocks::default(),
            look: Look { links, marks_bold: true },
            insertion: None,
            notes: 0,
            due: Vec::new(),
            soft_breaks: 0,
            numbers: Numbers::default(),
            code: Vec::new(),
            pages: Vec::new(),
            is_paged: true,
            is_begun: false,
            inside: 0,
            boxes: 0,
            written: 0,
            is_cut: false,
            is_margin: false,
            has_page_number: false,
            has_hidden: false,
        }
    }

    /// Creates a writer of text that is on slides.
    pub(in crate::formats) fn without_pages(
        styles: &'a Styles,
        objects: &'a Objects,
        links: LinkStyle,
    ) -> Self {
        Self { is_paged: false, ..Self::new(styles, objects, links) }
    }

    /// Notes the tracked changes that marks in the text refer to.
    pub(in crate::formats) fn set_changes(&mut self, list: &Element<'a>) {
        self.changes = Changes::of(list);
    }

    /// Whether no more text is written.
    pub(in crate::formats) fn is_full(&self) -> bool {
        self.written + self.blocks.size() > MAX_TEXT || self.pages.len() >= MAX_PAGES
    }

    /// Whether a part of the text was left out for its length.
    pub(in crate::formats) fn is_cut(&self) -> bool {
        self.is_cut || self.is_full()
    }

    /// Whether text was left out that no one sees.
    pub(in crate::formats) fn has_hidden(&self) -> bool {
        self.has_hidden
    }

    /// Writes all blocks in an element.
    pub(in crate::formats) fn children(&mut self, parent: &Element<'a>) {
        for element in parent.elements() {
            self.block(element);
        }
    }

    /// Writes a block.
    pub(in crate::formats) fn block(&mut self, element: &Element<'a>) {
        if self.is_full() {
            return;
        }
        match element.name() {
            ("text", "p") => return self.paragraph(element),
            ("text", "h") => self.heading(element),
            ("text", "list") => self.list(element),
            ("text", "numbered-paragraph") => self.numbered_paragraph(element),
            ("table", "table") => self.table(element),
            ("text", "soft-page-break") => self.soft_breaks += 1,
            ("text", "section") if is_hidden_section(element) => self.has_hidden = true,
            ("text", "section")
                if self.styles.shades_section(element.attribute("text:style-name")) =>
            {
                self.in_box(|writer| writer.children(element));
            }
            ("text", "change" | "change-start" | "change-end") => self.change_of_blocks(element),
            ("office", "annotation") => self.comment(element),
            ("draw", "frame") => self.frame(element),
            _ if is_unseen(element) => {}
            _ => self.children(element),
        }
        self.end_block();
    }

    /// Writes what hangs on to a block, and ends the page where the block ended one.
    pub(super) fn end_block(&mut self) {
        if self.inside > 0 || self.blocks.is_in_item() {
            return;
        }
        self.is_begun = true;
        for note in std::mem::take(&mut self.due) {
            self.end_code();
            self.blocks.push(&note, Gap::Paragraph);
        }
        for _ in 0..std::mem::take(&mut self.soft_breaks).min(MAX_PAGES) {
            self.break_page(true);
            self.is_begun = true;
        }
    }

    fn paragraph(&mut self, paragraph: &Element<'a>) {
        let style = paragraph.attribute("text:style-name");
        let (before, after) = self.styles.breaks("paragraph", style);
        self.break_page(before);
        match self.styles.named(style) {
            Some(name) if is_code(name) && self.inside == 0 && !self.blocks.is_in_item() => {
                self.code.push(verbatim(paragraph));
                self.is_begun = true;
            }
            name => {
                self.end_code();
                self.text(paragraph, name.and_then(title_level), Gap::Paragraph);
                self.end_block();
            }
        }
        self.break_page(after);
    }

    /// Begins a new page, unless nothing stands on this one.
    pub(super) fn break_page(&mut self, is_wanted: bool) {
        if is_wanted && self.is_paged && self.is_begun && self.inside == 0 {
            self.end_page();
        }
    }

    /// Writes a paragraph, or a heading of a level.
    pub(super) fn text(&mut self, paragraph: &Element<'a>, level: Option<usize>, gap: Gap) {
        let style = paragraph.attribute("text:style-name");
        let looks = self.styles.looks("paragraph", style, Looks::default());
        let runs = self.runs(paragraph, looks);
        match level {
            Some(level) => {
                span::write(
                    &runs.spans,
                    self.blocks.inline(),
                    Look { marks_bold: false, ..self.look },
                );
                self.blocks.flush_heading(level);
            }
            None => {
                span::write(&runs.spans, self.blocks.inline(), self.look);
                self.blocks.flush(gap);
            }
        }
        for frame in runs.frames {
            self.frame(frame);
        }
    }

    fn heading(&mut self, heading: &Element<'a>) {
        let style = heading.attribute("text:style-name");
        self.end_code();
        let (before, after) = self.styles.breaks("paragraph", style);
        self.break_page(before);
        let level = heading.number("text:outline-level").or_else(|| self.styles.level_of(style));
        let level = level.unwrap_or(1).clamp(1, 10);
        if let Some(number) = self.heading_number(heading, level) {
            self.blocks.inline().push_text(&format!("{number} "));
        }
        self.text(heading, Some(level.min(6)), Gap::Paragraph);
        self.break_page(after);
    }

    /// Ends the program text under way.
    pub(super) fn end_code(&mut self) {
        if self.inside > 0 {
            return;
        }
        let code = std::mem::take(&mut self.code).join("\n");
        if !code.trim().is_empty() {
            let code = crate::clean_text(&code);
            self.blocks.push(&escape::fenced(code.trim_matches('\n'), ""), Gap::Paragraph);
        }
    }

    fn end_page(&mut self) {
        self.end_code();
        self.blocks.flush(Gap::Paragraph);
        let page = self.blocks.take_page();
        self.written += page.len();
        self.pages.push(page);
        self.is_begun = false;
    }

    /// The pages, and the first heading.
    pub(in crate::formats) fn finish(mut self) -> (Vec<String>, Option<String>) {
        let title = self.blocks.title().map(str::to_owned);
        self.soft_breaks = 0;
        self.end_block();
        self.end_page();
        while self.pages.len() > 1 && self.pages.last().is_some_and(String::is_empty) {
            self.pages.pop();
        }
        (self.pages, title)
    }

    /// All text so far, where it is on slides.
    pub(in crate::formats) fn take_text(&mut self) -> String {
        self.end_block();
        self.end_code();
        self.blocks.flush(Gap::Paragraph);
        let text = self.blocks.take_page();
        self.written += text.len();
        text
    }

    /// The text of an element as that of a heading.
    pub(in crate::formats) fn heading_line(&mut self, element: &Element<'a>) -> String {
        let look = self.look;
        self.look.marks_bold = false;
        let line = self.line(element);
        self.look = look;
        line
    }

    /// The text of an element on one line of markdown, as in a cell or note.
    pub(super) fn line(&mut self, element: &Element<'a>) -> String {
        let lines = self.apart(|writer| writer.children(element));
        let texts: Vec<&str> = lines.split('\n').map(str::trim).collect();
        let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    }

    /// What is written by `write`, apart from the text under way.
    pub(in crate::formats) fn apart(&mut self, write: impl FnOnce(&mut Self)) -> String {
        if self.inside >= MAX_INSIDE {
            return String::new();
        }
        let outer = std::mem::take(&mut self.blocks);
        self.inside += 1;
        write(self);
        self.inside -= 1;
        self.blocks.flush(Gap::Paragraph);
        let (text, _) = std::mem::replace(&mut self.blocks, outer).into_markdown();
        self.written += text.len();
        text
    }

    /// Writes what may stand on a colour.
    pub(super) fn in_box(&mut self, write: impl FnOnce(&mut Self)) {
        self.boxes += 1;
        write(self);
        self.boxes -= 1;
    }

    /// Whether white text would not be seen.
    pub(super) fn is_on_white(&self) -> bool {
        let is_plain = self.inside == 0 && self.boxes == 0;
        is_plain && self.is_paged && !self.styles.has_background
    }

    /// The notes and comments that no block has written yet.
    pub(in crate::formats) fn take_due(&mut self) -> Vec<String> {
        std::mem::take(&mut self.due)
    }

    fn change_of_blocks(&mut self, mark: &Element<'a>) {
        if let Some(deleted) = self.change_at(mark) {
            self.end_code();
            self.blocks.inline().push_markdown(&deleted);
            self.blocks.flush(Gap::Paragraph);
        }
    }

    /// Notes where an insertion begins or ends; gives what was deleted, if anything was.
    pub(super) fn change_at(&mut self, mark: &Element<'_>) -> Option<String> {
        if mark.is("text:change-end") {
            self.insertion = None;
            return None;
        }
        if let Some((change, element)) = self.changes.take_deleted(mark) {
            return Some(change.markdown(&self.line(&element)));
        }
        if let Some(change) = self.changes.inserted(mark) {
            self.insertion = Some(Rc::clone(change));
        }
        None
    }
}

fn is_hidden_section(section: &Element<'_>) -> bool {
    section.attribute("text:display") == Some("none")
}
