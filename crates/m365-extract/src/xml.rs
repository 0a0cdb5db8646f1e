//! XML parts of documents, read within limits. Nothing is fetched and no entity of a file is
//! expanded: only the five of XML itself and numbered characters are.

mod spaces;
mod tree;

use std::borrow::Cow;

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesRef, Event as Raw, attributes::Attributes},
};

pub(crate) use self::tree::{Attribute, Element, Node};
use self::{spaces::Spaces, tree::Builder};
use crate::{
    charset,
    format::Format,
    limits::MAX_DEPTH,
    refusal::{Refusal, RefusalKind},
};

/// The most attributes of an element that are kept.
const MAX_ATTRIBUTES: usize = 256;
/// The longest value of an attribute that is kept, in bytes.
const MAX_VALUE: usize = 64 * 1024;

/// The text of a part, in the encoding that its first bytes tell.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(_) => Cow::Owned(charset::decode(bytes, None)),
    }
}

/// A place in the text of a part.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// An element begins; [`XmlReader::finish`] reads what is in it.
    Start(Element<'a>),
    /// Text, with its references resolved.
    Text(Cow<'a, str>),
    /// The element that began last and has not ended yet ends.
    End,
}

/// Why the end of a part was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It breaks the rules of XML.
    Broken,
    /// It declares entities of its own, which no office program does.
    Entities,
    /// It is nested too deeply, or one of its elements holds too much.
    TooLarge,
}

impl Problem {
    /// The refusal of a file of which nothing can be shown because of this.
    pub(crate) fn refusal(self, format: Format) -> Refusal {
        match self {
            Self::Broken | Self::Entities => Refusal::of(RefusalKind::Damaged, format),
            Self::TooLarge => Refusal::of(RefusalKind::TooLarge, format),
        }
    }
}

/// Reads a part from its beginning to its end, or to the first thing that is wrong with it.
#[derive(Debug)]
pub(crate) struct XmlReader<'a> {
    source: &'a str,
    reader: Reader<&'a [u8]>,
    spaces: Spaces<'a>,
    /// The names of the elements that have not ended yet, as the file writes them.
    open: Vec<&'a str>,
    /// How many of them end before what comes next.
    ends: usize,
    /// Whether tags did not match: all text is read, but maybe not in its place.
    is_mended: bool,
    problem: Option<Problem>,
}

impl<'a> XmlReader<'a> {
    /// Begins at the start of a part.
    pub(crate) fn new(source: &'a str) -> Self {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let (spaces, open) = (Spaces::default(), Vec::new());
        Self { source, reader, spaces, open, ends: 0, is_mended: false, problem: None }
    }

    /// Why reading ended before the end of the part, or that its tags did not match.
    pub(crate) fn problem(&self) -> Option<Problem> {
        self.problem.or(self.is_mended.then_some(Problem::Broken))
    }

    /// What comes next; none at the end.
    pub(crate) fn read(&mut self) -> Option<Event<'a>> {
        if self.ends > 0 {
            self.ends -= 1;
            return Some(self.end());
        }
        while self.problem.is_none() {
            let from = usize::try_from(self.reader.buffer_position()).ok()?;
            let Ok(raw) = self.reader.read_event() else {
                self.problem = Some(Problem::Broken);
                break;
            };
            match raw {
                Raw::Eof if !self.open.is_empty() => self.problem = Some(Problem::Broken),
                Raw::Eof => return None,
                event => match self.event(event, from) {
                    None => {}
                    some => return some,
                },
            }
        }
        None
    }

    fn event(&mut self, raw: Raw<'a>, from: usize) -> Option<Event<'a>> {
        match raw {
            Raw::Start(tag) => {
                // What someone typed as `<a/ >` is empty too.
                let name = tag.name().0.trim_end_matches('/');
                self.ends = usize::from(name.len() < tag.name().0.len());
                self.start(from, tag.len(), name.len())
            }
            Raw::Empty(tag) => {
                self.ends = 1;
                self.start(from, tag.len(), tag.name().0.len())
            }
            Raw::End(tag) => self.close(tag.name().0),
            Raw::Text(text) => Some(Event::Text(text.xml10_content())),
            Raw::CData(text) => Some(Event::Text(text.xml10_content())),
            Raw::GeneralRef(name) => character(&name).map(Event::Text),
            Raw::DocType(text) if text.contains('[') => {
                self.problem = Some(Problem::Entities);
                None
            }
            _ => None,
        }
    }

    fn start(&mut self, from: usize, length: usize, name_length: usize) -> Option<Event<'a>> {
        let tag = self.source.get(from + 1..from + 1 + length)?;
        let name = tag.get(..name_length)?;
        self.open.push(name);
        if self.open.len() > MAX_DEPTH {
            self.problem = Some(Problem::TooLarge);
            return None;
        }
        let mut attributes = Attributes::new(tag, name_length);
        attributes.with_checks(false);
        let attributes: Vec<_> = attributes.flatten().take(MAX_ATTRIBUTES).collect();
        for one in &attributes {
            if let (key, Cow::Borrowed(value)) = (one.key.0, &one.value) {
                self.spaces.declare(self.open.len(), key, value);
            }
        }
        let (space, local) = self.spaces.resolve(name);
        let kept = attributes.into_iter().filter_map(|one| self.attribute(one.key.0, one.value));
        let attributes = kept.collect();
        Some(Event::Start(Element { space, local, attributes, children: Vec::new() }))
    }

    fn attribute(&self, key: &'a str, value: Cow<'a, str>) -> Option<Attribute<'a>> {
        if value.len() > MAX_VALUE || key.starts_with("xmlns") {
            return None;
        }
        let (space, local) = self.spaces.resolve_attribute(key);
        Some(Attribute { space, local, value: unescaped(value) })
    }

    /// Ends the element of a name with those in it that have no end of their own; an end without
    /// a beginning is nothing.
    fn close(&mut self, name: &str) -> Option<Event<'a>> {
        let inner = self.open.iter().rev().position(|open| *open == name);
        self.is_mended |= inner != Some(0);
        self.ends = inner?;
        Some(self.end())
    }

    fn end(&mut self) -> Event<'a> {
        self.spaces.leave(self.open.len());
        self.open.pop();
        Event::End
    }

    /// Reads what is in an element that began just now, and its end.
    pub(crate) fn finish(&mut self, element: Element<'a>) -> Element<'a> {
        let mut builder = Builder::new(element);
        while let Some(event) = self.read() {
            if builder.is_full() {
                self.problem = Some(Problem::TooLarge);
            }
            if let Some(root) = builder.add(event) {
                return root;
            }
        }
        builder.close()
    }

    /// Passes over an element that began just now.
    pub(crate) fn skip(&mut self) {
        let outside = self.open.len().saturating_sub(1);
        while self.open.len() > outside && self.read().is_some() {}
    }
}

/// The character that a reference stands for; those of the file's own making stand for nothing.
fn character<'a>(name: &BytesRef<'_>) -> Option<Cow<'a, str>> {
    match name.resolve_char_ref() {
        Ok(Some(c)) => Some(Cow::Owned(c.to_string())),
        _ => resolve_predefined_entity(name).map(Cow::Borrowed),
    }
}

/// A value with its references resolved; as it stands where one of them is not known.
fn unescaped(value: Cow<'_, str>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(text) => quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text)),
        owned => owned,
    }
}

/// Reads a part as one element.
///
/// # Errors
///
/// The [`Problem`] of a part whose end was not reached.
pub(crate) fn parse(source: &str) -> Result<Element<'_>, Problem> {
    match parse_partly(source) {
        (Some(root), None) => Ok(root),
        (_, problem) => Err(problem.unwrap_or(Problem::Broken)),
    }
}

/// Reads a part as one element as far as it goes, and says why it does not go to its end.
pub(crate) fn parse_partly(source: &str) -> (Option<Element<'_>>, Option<Problem>) {
    let mut reader = XmlReader::new(source);
    while let Some(event) = reader.read() {
        if let Event::Start(element) = event {
            let root = reader.finish(element);
            return (Some(root), reader.problem());
        }
    }
    (None, reader.problem())
}

#[cfg(test)]
mod tests;
