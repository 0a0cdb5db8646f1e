//! The package of a workbook: parts, and how they refer to one another (ECMA-376 part 2).

use std::{collections::HashMap, rc::Rc};

use crate::{
    archive::Archive,
    charset,
    format::Format,
    formats::sheets::MAX_TARGET,
    limits::MAX_PART,
    refusal::Refusal,
    xml::{self, Element, Event, XmlReader},
};

/// The most relationships of one part that are read.
const MAX_RELATIONSHIPS: usize = 100_000;

/// An open package.
pub(in crate::formats) struct Package<'a> {
    archive: Archive<'a>,
    is_incomplete: bool,
}

/// What a part refers to.
#[derive(Debug, Default)]
pub(in crate::formats) struct Relationships {
    all: Vec<Relationship>,
    by_id: HashMap<String, usize>,
}

/// A reference from one part to another, or to a place outside.
#[derive(Debug)]
pub(in crate::formats) struct Relationship {
    id: String,
    /// The last step of its type, e.g. `worksheet`.
    pub(in crate::formats) kind: String,
    /// The name of a part, or an address as it is written.
    pub(in crate::formats) target: Rc<str>,
}

impl<'a> Package<'a> {
    pub(in crate::formats) fn open(bytes: &'a [u8], format: Format) -> Result<Self, Refusal> {
        Ok(Self { archive: Archive::open(bytes, format)?, is_incomplete: false })
    }

    /// The part that the package is about.
    pub(in crate::formats) fn main_part(&mut self) -> String {
        let relationships = self.relationships("");
        relationships.of_type("officeDocument").unwrap_or("xl/workbook.xml").to_owned()
    }

    /// A part as UTF-8; none where there is none of this name.
    pub(in crate::formats) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self.archive.read(name)?.map(utf8))
    }

    /// A part that is not needed; empty where there is none or it cannot be read.
    pub(in crate::formats) fn read_any(&mut self, name: Option<&str>) -> Vec<u8> {
        let part = name.map_or(Ok(None), |name| self.read(name));
        self.note_lost(part.is_err());
        part.ok().flatten().unwrap_or_default()
    }

    /// As much of a part as is read of any, and whether that is all of it.
    pub(in crate::formats) fn read_start(&mut self, name: &str) -> Option<(Vec<u8>, bool)> {
        let part = self.archive.read_start(name, MAX_PART);
        self.note_lost(part.is_err());
        let (bytes, is_whole) = part.ok()??;
        Some((utf8(bytes), is_whole))
    }

    /// Notes whether a part could not be read, or not to its end.
    pub(in crate::formats) fn note_lost(&mut self, is_lost: bool) {
        self.is_incomplete |= is_lost;
    }

    /// Whether something of a part that was asked for is missing.
    pub(in crate::formats) fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// What a part refers to; nothing where that cannot be read.
    pub(in crate::formats) fn relationships(&mut self, part: &str) -> Relationships {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = format!("{folder}/_rels/{file}.rels");
        let list = self.read_any(Some(&name));
        let (relationships, is_whole) = Relationships::of(&list, folder);
        self.note_lost(!is_whole);
        relationships
    }
}

/// Parts may be in UTF-16, too.
fn utf8(bytes: Vec<u8>) -> Vec<u8> {
    match bytes.as_slice() {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => charset::decode(&bytes, None).into_bytes(),
        _ => bytes,
    }
}

impl Relationships {
    /// The references that a part lists, and whether these are all.
    fn of(part: &[u8], folder: &str) -> (Self, bool) {
        let part = xml::decode(part);
        let mut reader = XmlReader::new(&part);
        let mut all: Vec<Relationship> = Vec::new();
        while all.len() < MAX_RELATIONSHIPS
            && let Some(event) = reader.read()
        {
            if let Event::Start(element) = event {
                all.extend(Relationship::of(&element, folder));
            }
        }
        let by_id = all.iter().enumerate().map(|(at, one)| (one.id.clone(), at)).collect();
        (Self { all, by_id }, reader.problem().is_none())
    }

    pub(in crate::formats) fn by_id(&self, id: &str) -> Option<&Relationship> {
        self.all.get(*self.by_id.get(id)?)
    }

    /// The target of the first relationship of a type, by its last step.
    pub(in crate::formats) fn of_type(&self, kind: &str) -> Option<&str> {
        self.all_of_type(kind).next()
    }

    /// The targets of all relationships of a type.
    pub(in crate::formats) fn all_of_type(&self, kind: &str) -> impl Iterator<Item = &str> {
        let found = self.all.iter().filter(move |relationship| relationship.kind == kind);
        found.map(|relationship| &*relationship.target)
    }
}

impl Relationship {
    fn of(element: &Element<'_>, folder: &str) -> Option<Self> {
        let target = element.attribute("Target")?;
        let is_outside =
            element.attribute("TargetMode") == Some("External") || target.contains(':');
        if target.len() > MAX_TARGET {
            return None;
        }
        Some(Self {
            id: element.attribute("Id")?.to_owned(),
            kind: element.attribute("Type")?.rsplit('/').next().unwrap_or_default().to_owned(),
            target: if is_outside { target.into() } else { resolve(folder, target).into() },
        })
    }
}

/// The name of the part that `target` names as seen from `folder`.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_the_folder_of_their_part() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/worksheets", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(resolve("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolve("", "../../../etc/passwd"), "etc/passwd");
    }
}
