//! Footnotes, endnotes and comments, each as one line; headers and footers once.

use std::collections::HashMap;

use super::{
    field::Fields,
    package::{Package, Relations},
    story::{Kind, Margin, Shared, Story},
};
use crate::{
    document::LinkStyle,
    formats::office::{margin, note},
    xml::{self, Element},
};

/// Reads the notes of a document.
pub(super) fn notes(
    package: &mut Package<'_>,
    shared: &Shared,
    links: LinkStyle,
) -> HashMap<(Kind, String), String> {
    let mut notes = HashMap::new();
    for (part, name, kind) in
        [("footnotes", "w:footnote", Kind::Foot), ("endnotes", "w:endnote", Kind::End)]
    {
        each(package, part, name, shared, links, |note, id, text| {
            let is_rule = note.attribute("w:type").is_some_and(|kind| kind != "normal");
            if !is_rule && !text.is_empty() {
                notes.insert((kind, id), text);
            }
        });
    }
    notes
}

/// Reads the comments of a document.
pub(super) fn comments(
    package: &mut Package<'_>,
    shared: &Shared,
    links: LinkStyle,
) -> Vec<(String, String)> {
    let mut comments = Vec::new();
    each(package, "comments", "w:comment", shared, links, |comment, id, text| {
        if !text.is_empty() {
            comments.push((id, note::comment(comment.attribute("w:author"), &text)));
        }
    });
    comments
}

/// Calls `add` with each note of a part, its id and its text.
fn each(
    package: &mut Package<'_>,
    part: &str,
    name: &str,
    shared: &Shared,
    links: LinkStyle,
    mut add: impl FnMut(&Element<'_>, String, String),
) {
    let Some((bytes, relations)) = package.part(part) else { return };
    let source = xml::decode(&bytes);
    let Some(root) = package.root(&source) else { return };
    let mut story = Story::new(shared, &relations, links);
    for element in root.elements().filter(|element| element.is(name)) {
        if story.is_full() {
            return package.set_incomplete();
        }
        let id = element.attribute("w:id").unwrap_or_default().to_owned();
        let text = story.line(|story| story.contents(element));
        story.fields = Fields::default();
        add(element, id, text);
    }
}

/// What stands in the margins of all pages: the headers and the footers, each line once.
pub(super) fn margins(
    package: &mut Package<'_>,
    shared: &Shared,
    margins: &[Margin],
    links: LinkStyle,
) -> [String; 2] {
    [true, false].map(|is_header| {
        let mut lines: Vec<String> = Vec::new();
        for margin in margins.iter().filter(|margin| margin.is_header == is_header) {
            let Some(bytes) = package.related(&margin.id) else { continue };
            lines.extend(margin_lines(package, &bytes, shared, links));
        }
        margin::join(lines)
    })
}

fn margin_lines(
    package: &mut Package<'_>,
    bytes: &[u8],
    shared: &Shared,
    links: LinkStyle,
) -> Vec<String> {
    let source = xml::decode(bytes);
    let Some(root) = package.root(&source) else { return Vec::new() };
    let relations = Relations::default();
    let mut story = Story::new(shared, &relations, links);
    story.is_margin = true;
    let mut lines = Vec::new();
    for element in root.elements() {
        let line = story.line(|story| story.content(element));
        if !std::mem::take(&mut story.has_page_number) || margin::says_more_than_a_page(&line) {
            lines.push(line);
        }
    }
    lines
}
