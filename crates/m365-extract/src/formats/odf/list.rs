//! Lists, and the numbers of their items and of headings.

use std::collections::HashMap;

use super::{
    label::{self, Level},
    writer::Writer,
};
use crate::{markdown::Gap, xml::Element};

/// The numbers that were drawn last, for lists that go on later.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    by_style: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, Vec<usize>>,
    headings: Vec<usize>,
}

/// A list on one level.
struct At<'p> {
    style: &'p str,
    depth: usize,
    /// How many levels have no item around this one.
    indent: usize,
}

impl<'a> Writer<'a> {
    /// Writes a list.
    pub(super) fn list(&mut self, list: &Element<'a>) {
        self.end_code();
        let style = self.list_style(list).unwrap_or_default();
        let mut numbers = self.numbers.before(list, &style);
        self.level(list, &At { style: &style, depth: 0, indent: 0 }, &mut numbers);
        self.numbers.note(list, style, numbers);
    }

    /// The style of a list, or of the paragraphs in it.
    fn list_style(&self, list: &Element<'a>) -> Option<String> {
        let own = list.attribute("text:style-name").map(str::to_owned);
        own.or_else(|| {
            let paragraph = list.descendants().find(|inner| is_text(inner))?;
            self.styles.list_of(paragraph.attribute("text:style-name"))
        })
    }

    fn level(&mut self, list: &Element<'a>, at: &At<'_>, numbers: &mut Vec<usize>) {
        for item in list.elements() {
            match item.name() {
                ("text", "list-header") => self.children(item),
                ("text", "list-item") if begins_with_text(item) => self.item(item, at, numbers),
                ("text", "list-item") => self.lists_in(item, at, numbers, at.indent + 1),
                ("text", "soft-page-break") => self.soft_breaks += 1,
                _ => {}
            }
            if at.depth == 0 {
                self.end_block();
            }
        }
    }

    fn item(&mut self, item: &Element<'a>, at: &At<'_>, numbers: &mut Vec<usize>) {
        let levels = self.levels(at.style, at.depth + 1);
        count(numbers, &levels, at.depth, item.number("text:start-value"));
        let first = item.elements().find(|inner| is_text(inner));
        if let Some(heading) = first.filter(|first| first.is("text:h")) {
            return self.numbered_heading(heading, label::drawn(&levels, numbers));
        }
        self.blocks.open_item(&label::marker(&levels, numbers), at.indent);
        for child in item.elements() {
            match child.name() {
                ("text", "p") => self.text(child, None, Gap::Line),
                ("text", "list") => self.nested(child, at, numbers, 0),
                _ => self.block(child),
            }
        }
        self.blocks.close();
    }

    /// The lists in an item that has no text of its own.
    fn lists_in(
        &mut self,
        item: &Element<'a>,
        at: &At<'_>,
        numbers: &mut Vec<usize>,
        indent: usize,
    ) {
        for child in item.elements() {
            match child.name() {
                ("text", "list") => self.nested(child, at, numbers, indent),
                _ => self.block(child),
            }
        }
    }

    fn nested(&mut self, list: &Element<'a>, at: &At<'_>, numbers: &mut Vec<usize>, indent: usize) {
        let style = list.attribute("text:style-name").unwrap_or(at.style);
        numbers.truncate(at.depth + 1);
        self.level(list, &At { style, depth: at.depth + 1, indent }, numbers);
    }

    /// How items are marked down to a level; by bullets where the style does not say.
    fn levels(&self, style: &str, depth: usize) -> Vec<Level> {
        let mut levels = self.styles.levels(style).to_vec();
        levels.resize(depth.max(levels.len()), Level::default());
        levels.truncate(depth);
        levels
    }

    fn numbered_heading(&mut self, heading: &Element<'a>, number: Option<String>) {
        let style = heading.attribute("text:style-name");
        let level = heading.number("text:outline-level").or_else(|| self.styles.level_of(style));
        self.break_page(self.styles.breaks("paragraph", style).0);
        if let Some(number) = number {
            self.blocks.inline().push_text(&format!("{number} "));
        }
        self.text(heading, Some(level.unwrap_or(1).clamp(1, 6)), Gap::Paragraph);
    }

    /// The number of a heading as it is drawn, where headings have some.
    pub(super) fn heading_number(&mut self, heading: &Element<'a>, level: usize) -> Option<String> {
        let levels = self.styles.outline();
        if heading.attribute("text:is-list-header") == Some("true") {
            return None;
        }
        let start = heading.number("text:start-value");
        count(&mut self.numbers.headings, levels, level.checked_sub(1)?, start);
        label::drawn(levels, &self.numbers.headings)
    }

    /// Writes a paragraph that has the mark of an item but is in no list.
    pub(super) fn numbered_paragraph(&mut self, paragraph: &Element<'a>) {
        self.end_code();
        let number = paragraph.descendants().find(|inner| inner.is("text:number"));
        let number = number.map(Element::text).unwrap_or_default();
        let digits: String = number.chars().take_while(char::is_ascii_digit).take(6).collect();
        let marker = if digits.is_empty() { "-".to_owned() } else { format!("{digits}.") };
        let level = paragraph.number("text:level").unwrap_or(1).saturating_sub(1);
        self.blocks.open_item(&marker, level);
        for child in paragraph.elements().filter(|inner| is_text(inner)) {
            self.text(child, None, Gap::Line);
        }
        self.blocks.close();
    }
}

impl Numbers {
    /// The numbers that a list goes on from.
    fn before(&self, list: &Element<'_>, style: &str) -> Vec<usize> {
        let continued = list.attribute("text:continue-list").and_then(|id| self.by_id.get(id));
        let goes_on = list.attribute("text:continue-numbering") == Some("true");
        let same = self.by_style.get(style).filter(|_| goes_on);
        continued.or(same).cloned().unwrap_or_default()
    }

    fn note(&mut self, list: &Element<'_>, style: String, numbers: Vec<usize>) {
        if let Some(id) = list.attribute("id").or(list.attribute("text:id")) {
            self.by_id.insert(id.to_owned(), numbers.clone());
        }
        self.by_style.insert(style, numbers);
    }
}

/// Counts one more item on a level, from what the file says or the level begins with.
fn count(numbers: &mut Vec<usize>, levels: &[Level], depth: usize, start: Option<usize>) {
    let begins = |at: usize| levels.get(at).map_or(1, |level| level.start);
    while numbers.len() < depth {
        numbers.push(begins(numbers.len()));
    }
    numbers.truncate(depth + 1);
    let next = numbers.get(depth).map_or_else(|| begins(depth), |last| last.saturating_add(1));
    numbers.truncate(depth);
    numbers.push(start.unwrap_or(next));
}

fn is_text(element: &Element<'_>) -> bool {
    element.is("text:p") || element.is("text:h")
}

fn begins_with_text(item: &Element<'_>) -> bool {
    item.elements()
        .find(|inner| !inner.is("text:soft-page-break"))
        .is_some_and(|first| !first.is("text:list"))
}
