//! A list of messages that grows while it fits an answer.

use m365_graph::{ChatMessage, ChatMessageId, NextLink, Page};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::{
    item::Item,
    reader::{Read, Reader},
    request::Position,
};
use crate::mail::fields::length;

/// Where a list goes on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Place {
    /// The page of Graph's; the first one if absent.
    pub(super) link: Option<NextLink>,
    /// How many messages of it were given.
    given: usize,
    /// The last of them: messages that arrive meanwhile move it down the page.
    last: Option<ChatMessageId>,
}

/// The list, and the room that is left.
pub(super) struct List {
    place: Place,
    room: usize,
    read: Read,
    texts: Vec<String>,
}

impl List {
    pub(super) fn new(reader: &Reader<'_>, item: Item, place: Place) -> Self {
        let room = reader.room_beside(&item);
        Self { place, room, read: Read { item, ..Read::default() }, texts: Vec::new() }
    }

    /// Adds what fits of a page, each message as `describe` has it; the first one always does.
    pub(super) fn add(
        &mut self,
        page: Page<ChatMessage>,
        describe: impl Fn(&ChatMessage) -> Option<(Map<String, Value>, String)>,
    ) {
        let start = self.start(&page.items);
        for (at, message) in page.items.iter().enumerate().skip(start) {
            let Some((entry, text)) = describe(message) else { continue };
            let length = length(&entry) + text.chars().count() + 2;
            if length > self.room && !self.texts.is_empty() {
                let last = at.checked_sub(1).and_then(|at| page.items.get(at)?.id.clone());
                let rest = Place { link: self.place.link.clone(), given: at, last };
                self.read.next = Some(Position::listing(&rest));
                return;
            }
            self.room = self.room.saturating_sub(length);
            self.read.item.items.push(entry);
            self.texts.push(text);
        }
        if let Some(link) = page.next {
            let next = Place { link: Some(link), ..Place::default() };
            self.read.next = Some(Position::listing(&next));
        }
        if let Some(why) = page.incomplete {
            self.read.notices.push(format!("The list is not complete: {why}."));
        }
    }

    fn start(&self, items: &[ChatMessage]) -> usize {
        let is_last = |item: &ChatMessage| self.place.last.is_some() && item.id == self.place.last;
        items.iter().position(is_last).map_or(self.place.given, |at| at + 1)
    }

    pub(super) fn finish(mut self) -> Read {
        self.read.text = (!self.texts.is_empty()).then(|| self.texts.join("\n\n"));
        self.read
    }
}
