//! SmartArt: the words of its points as a nested list (ECMA-376 part 1, 21.4.3).

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
};

use super::{bullet::Bullets, package::Relations, text};
use crate::{
    formats::office::span::Look,
    markdown::{Blocks, Gap},
    xml::Element,
};

/// The most levels of points that are told from each other.
const MAX_LEVELS: usize = 9;
/// The most points that are written.
const MAX_POINTS: usize = 5_000;

/// The points of a diagram and which belongs to which.
#[derive(Default)]
struct Diagram {
    words: HashMap<String, String>,
    children: HashMap<String, Vec<(usize, String)>>,
    seen: HashSet<String>,
}

/// Writes the points of a diagram.
pub(super) fn write(root: &Element<'_>, look: Look, blocks: &mut Blocks) {
    let mut diagram = Diagram::default();
    let mut top = None;
    for point in root.descendants().filter(|element| element.name().1 == "pt").take(MAX_POINTS) {
        let Some(id) = point.attribute("modelId") else { continue };
        match point.attribute("type").unwrap_or("node") {
            "node" | "asst" => drop(diagram.words.insert(id.to_owned(), words(point, look))),
            "doc" => top = Some(id.to_owned()),
            _ => {}
        }
    }
    for link in root.descendants().filter(|element| element.name().1 == "cxn") {
        diagram.connect(link);
    }
    for children in diagram.children.values_mut() {
        children.sort();
    }
    if let Some(top) = top {
        blocks.end_list();
        diagram.level(&top, 0, blocks);
    }
}

fn words(point: &Element<'_>, look: Look) -> String {
    let body = point.elements().find(|element| element.name().1 == "t");
    let (relations, bullets) = (Relations::default(), Bullets::default());
    let has_hidden = &Cell::new(false);
    let (relations, bullets) = (&relations, &bullets);
    let place = text::Place { relations, bullets, link: None, look, has_hidden };
    body.map(|body| text::line(body, place)).unwrap_or_default()
}

impl Diagram {
    fn connect(&mut self, link: &Element<'_>) {
        let is_parent = link.attribute("type").is_none_or(|kind| kind == "parOf");
        if let (true, Some(from), Some(to)) =
            (is_parent, link.attribute("srcId"), link.attribute("destId"))
        {
            let order = link.number("srcOrd").unwrap_or_default();
            self.children.entry(from.to_owned()).or_default().push((order, to.to_owned()));
        }
    }

    fn level(&mut self, parent: &str, depth: usize, blocks: &mut Blocks) {
        if depth > MAX_LEVELS {
            return;
        }
        for (_, id) in self.children.get(parent).cloned().unwrap_or_default() {
            if !self.seen.insert(id.clone()) {
                continue;
            }
            let words = self.words.get(&id).cloned().unwrap_or_default();
            if words.is_empty() {
                self.level(&id, depth + 1, blocks);
                continue;
            }
            blocks.open_item("-", 0);
            blocks.inline().push_markdown(&words);
            blocks.flush(Gap::Line);
            self.level(&id, depth + 1, blocks);
            blocks.close();
        }
    }
}
