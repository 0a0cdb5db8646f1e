//! Tracked changes: who made them, and what was deleted.

use std::{collections::HashMap, rc::Rc};

use crate::{
    clean::excerpt,
    formats::office::note::{Change, MAX_AUTHOR},
    xml::Element,
};

/// What was done where text was inserted.
const INSERTED: &str = "inserted";

/// The tracked changes of a text by their ids.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    by_id: HashMap<String, Tracked<'a>>,
}

#[derive(Debug)]
struct Tracked<'a> {
    change: Rc<Change>,
    /// What holds the text that was deleted, until it is written.
    deleted: Option<Element<'a>>,
}

impl<'a> Changes<'a> {
    /// Reads the list of changes.
    pub(super) fn of(list: &Element<'a>) -> Self {
        let regions = list.elements().filter(|element| element.is("text:changed-region"));
        let by_id = regions.filter_map(|region| Some((id(region)?, Tracked::of(region)?)));
        Self { by_id: by_id.collect() }
    }

    /// The insertion that begins at a mark.
    pub(super) fn inserted(&self, mark: &Element<'_>) -> Option<&Rc<Change>> {
        let tracked = self.by_id.get(mark.attribute("text:change-id")?)?;
        Some(&tracked.change).filter(|change| change.what == INSERTED)
    }

    /// The deletion at a mark and what was deleted; each is given once.
    pub(super) fn take_deleted(&mut self, mark: &Element<'_>) -> Option<(Rc<Change>, Element<'a>)> {
        let tracked = self.by_id.get_mut(mark.attribute("text:change-id")?)?;
        Some((Rc::clone(&tracked.change), tracked.deleted.take()?))
    }
}

fn id(region: &Element<'_>) -> Option<String> {
    region.attribute("text:id").or(region.attribute("id")).map(str::to_owned)
}

impl<'a> Tracked<'a> {
    fn of(region: &Element<'a>) -> Option<Self> {
        let element = region.elements().next()?;
        let (what, deleted) = match element.name() {
            ("text", "deletion") => ("deleted", Some(element.clone())),
            ("text", "insertion") => (INSERTED, None),
            _ => return None,
        };
        let change = Change { what, author: author(element) };
        Some(Self { change: Rc::new(change), deleted })
    }
}

/// Who made a change or a comment.
pub(super) fn author(element: &Element<'_>) -> Option<String> {
    let creator = element.descendants().find(|inner| inner.is("dc:creator"))?;
    let name = excerpt(&creator.text(), MAX_AUTHOR);
    (!name.is_empty()).then_some(name)
}
