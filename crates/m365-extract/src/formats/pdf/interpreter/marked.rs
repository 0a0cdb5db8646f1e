//! Marked content: what tags say of the text in them.

use hayro_syntax::{
    object::{Dict, Name, Object, String as PdfString, dict_or_stream},
    page::Resources,
};

use super::Interpreter;
use crate::formats::pdf::{ink::Mark, strings};

/// The longest meaning of a tag that is read, in bytes.
const MAX_MEANING: usize = 512;
/// Tags within each other at most; deeper ones are not kept apart.
const MAX_DEPTH: usize = 256;

/// The tags that are open.
#[derive(Default)]
pub(super) struct Marked {
    open: Vec<Tag>,
    beyond: usize,
}

#[derive(Clone, Default)]
struct Tag {
    heading: u8,
    is_running: bool,
    is_hidden: bool,
    /// What the text in it stands for, where its font does not say.
    meaning: Option<String>,
}

impl Marked {
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.open.truncate(len);
        self.beyond = 0;
    }

    pub(super) fn begin(&mut self, tag: &[u8], properties: Option<&Dict<'_>>, is_visible: bool) {
        if self.open.len() >= MAX_DEPTH {
            self.beyond += 1;
            return;
        }
        let outer = self.open.last().cloned().unwrap_or_default();
        let own = heading(tag);
        self.open.push(Tag {
            heading: if own > 0 { own } else { outer.heading },
            is_running: outer.is_running || is_running(tag, properties),
            is_hidden: outer.is_hidden || !is_visible,
            meaning: properties
                .and_then(|dict| dict.get::<PdfString<'_>>("ActualText"))
                .map(|text| strings::text(text.get(..MAX_MEANING).unwrap_or(&text))),
        });
    }

    pub(super) fn end(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else {
            self.open.pop();
        }
    }

    pub(super) fn is_visible(&self) -> bool {
        self.open.last().is_none_or(|tag| !tag.is_hidden)
    }

    pub(super) fn mark(&self) -> Mark {
        let tag = self.open.last();
        Mark {
            heading: tag.map_or(0, |tag| tag.heading),
            is_running: tag.is_some_and(|tag| tag.is_running),
            ..Mark::default()
        }
    }

    /// What the text in the innermost tag stands for, said once.
    pub(super) fn take_meaning(&mut self) -> Option<String> {
        self.open.last_mut()?.meaning.take()
    }
}

impl<'a> Interpreter<'a, '_> {
    pub(super) fn begin_marked(
        &mut self,
        tag: &Name<'_>,
        properties: &Object<'_>,
        resources: &Resources<'a>,
    ) {
        if let Some((dict, _)) = dict_or_stream(properties) {
            let is_visible = self.shared.layers.shows(dict);
            return self.marked.begin(tag, Some(dict), is_visible);
        }
        let name = properties.clone().into_name();
        let dict = name.as_ref().and_then(|name| resources.properties.get::<Dict<'_>>(name));
        let id = name.as_ref().and_then(|name| resources.properties.get_ref(name));
        let is_layer = tag.as_ref() == b"OC";
        let is_visible =
            !is_layer || dict.as_ref().is_none_or(|dict| self.shared.layers.shows_layer(dict, id));
        self.marked.begin(tag, dict.as_ref(), is_visible);
    }
}

fn heading(tag: &[u8]) -> u8 {
    match tag {
        b"Title" => 1,
        [b'H', level @ b'1'..=b'6'] => level - b'0',
        _ => 0,
    }
}

/// Whether a tag says that its text is part of the page, as headers and page numbers are.
fn is_running(tag: &[u8], properties: Option<&Dict<'_>>) -> bool {
    let kind = properties.and_then(|dict| dict.get::<Name<'_>>("Type"));
    tag == b"Artifact" && kind.is_some_and(|kind| kind.as_ref() == b"Pagination")
}
