//! A list of messages that grows while it fits an answer.

use m365_graph::{ChatMessage, Page};
use serde_json::{Map, Value};

use super::super::{
    item::Item,
    reader::{Read, Reader},
    request::Position,
};
use crate::teams::place::Place;

/// The list, and the room that is left.
pub(super) struct List<'a> {
    reader: &'a Reader<'a>,
    place: Place,
    room: usize,
    read: Read,
    texts: Vec<String>,
}

impl<'a> List<'a> {
    pub(super) fn new(reader: &'a Reader<'a>, item: Item, place: Place) -> Self {
        let room = reader.room_beside(&item);
        Self { reader, place, room, read: Read { item, ..Read::default() }, texts: Vec::new() }
    }

    /// Adds what fits of a page, each message as `describe` has it; the first one always does.
    pub(super) fn add(
        &mut self,
        page: Page<ChatMessage>,
        describe: impl Fn(&ChatMessage) -> Option<(Map<String, Value>, String)>,
    ) {
        let start = self.place.start(page.items.iter().map(|message| message.id.as_ref()));
        let mut last = None;
        for (at, message) in page.items.iter().enumerate().skip(start) {
            let before = std::mem::replace(&mut last, message.id.as_ref());
            let Some((entry, text)) = describe(message) else { continue };
            let length = self.reader.length(&entry) + text.chars().count() + 2;
            if length > self.room && !self.texts.is_empty() {
                self.read.next = Some(Position::listing(&self.place.clone().at(at, before)));
                return;
            }
            self.room = self.room.saturating_sub(length);
            self.read.item.items.push(entry);
            self.texts.push(text);
        }
        if let Some(link) = page.next {
            self.read.next = Some(Position::listing(&self.place.clone().next(link, last)));
        }
        if let Some(why) = page.incomplete {
            self.read.notices.push(format!("The list is not complete: {why}."));
        }
    }

    pub(super) fn finish(mut self) -> Read {
        self.read.text = (!self.texts.is_empty()).then(|| self.texts.join("\n\n"));
        self.read
    }
}
