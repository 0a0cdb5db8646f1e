mod entry;
mod rule;
mod when;

use std::collections::VecDeque;

use self::entry::{Entry, Kind};
use super::{
    Reader,
    content_line::{self, ContentLine},
    text,
};
use crate::{
    document::{Document, Input, LinkStyle, Options},
    format::Format,
    limits::MAX_DEPTH,
    refusal::Refusal,
};

/// The most entries of a calendar that are shown.
const MAX_ENTRIES: usize = 2_000;

/// Calendar entries (RFC 5545): events, tasks and notes, each with its fields.
pub(crate) struct Ics;

impl Reader for Ics {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let calendar = Calendar::parse(&text::decode(input.bytes, input));
        if !calendar.is_known {
            return text::instead(input, options);
        }
        let markdown = calendar.markdown(options.links);
        let mut document = text::whole(Format::Ics, calendar.title(), markdown)?;
        if calendar.is_cut {
            document.warnings.push("The calendar has more entries than are read.".to_owned());
        }
        Ok(document)
    }
}

/// The entries of a calendar that is a part of a message.
pub(super) fn markdown(text: &str, links: LinkStyle) -> String {
    Calendar::parse(text).markdown(links)
}

/// What a calendar holds.
#[derive(Debug, Default)]
struct Calendar {
    name: Option<String>,
    method: Option<String>,
    entries: Vec<Entry>,
    is_cut: bool,
    /// Whether it is one at all.
    is_known: bool,
}

impl Calendar {
    fn parse(text: &str) -> Self {
        let mut calendar = Self::default();
        let mut open = VecDeque::new();
        for line in content_line::lines(text) {
            match line.name.as_str() {
                "BEGIN" => calendar.begin(&mut open, &line),
                "END" => close(&mut open, &line),
                _ => calendar.take(open.back().map(String::as_str), line),
            }
        }
        calendar
    }

    fn begin(&mut self, open: &mut VecDeque<String>, line: &ContentLine) {
        let component = line.value.trim().to_ascii_uppercase();
        self.is_known |= component == "VCALENDAR";
        if let Some(kind) = Kind::of(&component) {
            self.is_cut |= self.entries.len() >= MAX_ENTRIES;
            if !self.is_cut {
                self.entries.push(Entry::new(kind));
            }
        }
        // Only the innermost components matter, so a depth without end need not be remembered.
        if open.len() >= MAX_DEPTH {
            open.pop_front();
        }
        open.push_back(component);
    }

    /// Takes a property of the innermost component; time zones and alarms are not shown.
    fn take(&mut self, component: Option<&str>, line: ContentLine) {
        match component {
            Some("VCALENDAR") => self.describe(&line),
            Some(name) if Kind::of(name).is_some() && !self.is_cut => {
                if let Some(entry) = self.entries.last_mut() {
                    entry.take(line);
                }
            }
            _ => {}
        }
    }

    fn describe(&mut self, line: &ContentLine) {
        match line.name.as_str() {
            "X-WR-CALNAME" | "NAME" => self.name = Some(line.text()),
            "METHOD" => self.method = Some(line.value.trim().to_ascii_uppercase()),
            _ => {}
        }
    }

    fn title(&self) -> Option<String> {
        match self.entries.as_slice() {
            [entry] => Some(entry.title()),
            _ => self.name.as_deref().map(crate::mail::letter::field),
        }
    }

    fn markdown(&self, links: LinkStyle) -> String {
        let method = self.method.as_deref();
        let entries = self.entries.iter().map(|entry| entry.markdown(method, links));
        entries.collect::<Vec<_>>().join("\n\n")
    }
}

/// Ends a component, and those in it that were not ended.
fn close(open: &mut VecDeque<String>, line: &ContentLine) {
    let name = line.value.trim();
    if let Some(at) = open.iter().rposition(|component| component.eq_ignore_ascii_case(name)) {
        open.truncate(at);
    }
}
