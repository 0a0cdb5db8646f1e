//! Comments on slides, of the old kind and of the new one with replies.

use std::collections::HashMap;

use super::package::Relations;
use crate::{
    escape,
    formats::office::note,
    xml::{self, Element},
};

/// The most comments of a slide that are written.
const MAX_COMMENTS: usize = 1_000;

/// The names of those who comment, by their ids.
#[derive(Debug, Default)]
pub(super) struct Authors {
    names: HashMap<String, String>,
}

impl Authors {
    /// The parts that name authors.
    pub(super) fn parts(relations: &Relations) -> Vec<String> {
        let kinds = ["commentAuthors", "authors"];
        kinds.iter().flat_map(|kind| relations.of_kind(kind)).map(str::to_owned).collect()
    }

    /// Adds the authors that a part names.
    pub(super) fn add(&mut self, part: &str) {
        let (Some(root), _) = xml::parse_partly(part) else { return };
        for author in root.elements() {
            if let (Some(id), Some(name)) = (author.attribute("id"), author.attribute("name")) {
                self.names.insert(id.to_owned(), name.to_owned());
            }
        }
    }

    /// The comments of a part in order, each with its replies.
    pub(super) fn comments(&self, part: &str) -> Vec<String> {
        let (Some(root), _) = xml::parse_partly(part) else { return Vec::new() };
        let comments = root.descendants().filter(|one| matches!(one.name().1, "cm" | "reply"));
        let written = comments.take(MAX_COMMENTS).filter_map(|comment| self.comment(comment));
        written.collect()
    }

    fn comment(&self, comment: &Element<'_>) -> Option<String> {
        let author = comment.attribute("authorId").and_then(|id| self.names.get(id));
        let body = comment.elements().find(|one| matches!(one.name().1, "text" | "txBody"))?;
        let paragraphs: Vec<String> =
            body.elements().filter(|one| one.is("a:p")).map(Element::text).collect();
        let text = if paragraphs.is_empty() { body.text() } else { paragraphs.join(" ") };
        let text = escape::text(text.trim());
        (!text.is_empty()).then(|| note::comment(author.map(String::as_str), &text))
    }
}
