//! SmartArt: the words of its points as a nested list (ECMA-376 part 1, 21.4.3).

use std::collections::{HashMap, HashSet};

use crate::{
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

/// Writes the points of a diagram; `words` gives the text of a point's body as a line of markdown.
pub(crate) fn write(
    root: &Element<'_>,
    words: impl Fn(&Element<'_>) -> String,
    blocks: &mut Blocks,
) {
    let words = |point: &Element<'_>| {
        let body = point.elements().find(|element| element.name().1 == "t");
        body.map(&words).unwrap_or_default()
    };
    let mut diagram = Diagram::default();
    let mut top = None;
    for point in root.descendants().filter(|element| element.name().1 == "pt").take(MAX_POINTS) {
        let Some(id) = point.attribute("modelId") else { continue };
        match point.attribute("type").unwrap_or("node") {
            "node" | "asst" => drop(diagram.words.insert(id.to_owned(), words(point))),
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
