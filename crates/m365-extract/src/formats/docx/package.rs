//! The parts of a package (ECMA-376 part 2) and how they refer to each other.

use std::{collections::HashMap, rc::Rc};

use crate::{
    archive::Archive,
    format::Format,
    refusal::{Refusal, RefusalKind},
    xml::{self, Element},
};

/// The most relationships of a part that are read.
const MAX_RELATIONS: usize = 50_000;
/// The longest target that is kept, in bytes; longer ones are no addresses.
const MAX_TARGET: usize = 8 * 1024;

/// An open package.
#[derive(Debug)]
pub(super) struct Package<'a> {
    archive: Archive<'a>,
    main: String,
    relations: Relations,
    is_incomplete: bool,
}

/// What a part refers to, by the ids that stand in it.
#[derive(Debug, Default)]
pub(super) struct Relations {
    /// In the order of the file.
    list: Vec<(String, Relation)>,
    by_id: HashMap<String, usize>,
}

/// A reference to another part, or to somewhere outside.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// The last word of its type, which is the same in all editions of the standard.
    pub(super) kind: String,
    pub(super) target: Rc<str>,
    pub(super) is_external: bool,
}

impl<'a> Package<'a> {
    /// Opens a package and finds its main part.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let mut archive = Archive::open(bytes, Format::Docx)?;
        let root = relations(&mut archive, "").unwrap_or_default();
        let declared = root.of_kind("officeDocument").map(|relation| Rc::clone(&relation.target));
        let main =
            declared.map_or_else(|| "word/document.xml".to_owned(), |target| resolve("", &target));
        let relations = relations(&mut archive, &main);
        let is_incomplete = relations.is_none();
        Ok(Self { archive, main, relations: relations.unwrap_or_default(), is_incomplete })
    }

    /// The bytes of the main part.
    pub(super) fn main(&mut self) -> Result<Vec<u8>, Refusal> {
        let part = self.archive.read(&self.main)?;
        part.ok_or_else(|| Refusal::of(RefusalKind::Damaged, Format::Docx))
    }

    /// What the main part refers to.
    pub(super) fn relations(&self) -> &Relations {
        &self.relations
    }

    /// Whether a part could not be read.
    pub(super) fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// Notes that a part was not read to its end.
    pub(super) fn set_incomplete(&mut self) {
        self.is_incomplete = true;
    }

    /// The bytes of the part of this kind, and what it refers to.
    pub(super) fn part(&mut self, kind: &str) -> Option<(Vec<u8>, Relations)> {
        let target = self.relations.of_kind(kind).map(|relation| Rc::clone(&relation.target));
        let name = resolve(&self.main, &target?);
        let bytes = self.read(&name)?;
        let relations = relations(&mut self.archive, &name);
        self.is_incomplete |= relations.is_none();
        Some((bytes, relations.unwrap_or_default()))
    }

    /// The root of a part as far as it can be read; notes what cannot.
    pub(super) fn root<'x>(&mut self, source: &'x str) -> Option<Element<'x>> {
        let (root, problem) = xml::parse_partly(source);
        self.is_incomplete |= problem.is_some() || root.is_none();
        root
    }

    /// The bytes of the part that the main part refers to by `id`.
    pub(super) fn related(&mut self, id: &str) -> Option<Vec<u8>> {
        let relation = self.relations.get(id).filter(|relation| !relation.is_external)?;
        let name = resolve(&self.main, &relation.target);
        self.read(&name)
    }

    /// The bytes of the package's own properties.
    pub(super) fn properties(&mut self) -> Option<Vec<u8>> {
        self.read("docProps/core.xml")
    }

    fn read(&mut self, name: &str) -> Option<Vec<u8>> {
        let read = self.archive.read(name);
        self.is_incomplete |= read.is_err();
        read.ok().flatten()
    }
}

impl Relations {
    /// The relation of this id.
    pub(super) fn get(&self, id: &str) -> Option<&Relation> {
        self.list.get(*self.by_id.get(id)?).map(|(_, relation)| relation)
    }

    /// All relations with their ids.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Relation)> {
        self.list.iter().map(|(id, relation)| (id.as_str(), relation))
    }

    fn of_kind(&self, kind: &str) -> Option<&Relation> {
        let mut relations = self.list.iter().map(|(_, relation)| relation);
        relations.find(|relation| relation.kind == kind && !relation.is_external)
    }
}

/// The relations of a part, or of the package itself; none where they cannot be read.
fn relations(archive: &mut Archive<'_>, part: &str) -> Option<Relations> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let slash = if folder.is_empty() { "" } else { "/" };
    let bytes = archive.read(&format!("{folder}{slash}_rels/{file}.rels")).ok()?;
    let Some(bytes) = bytes else { return Some(Relations::default()) };
    let text = xml::decode(&bytes);
    let root = xml::parse(&text).ok()?;
    let list = root.elements().take(MAX_RELATIONS).filter_map(|element| {
        let kind = element.attribute("Type")?.rsplit('/').next()?.to_owned();
        let target =
            element.attribute("Target").filter(|target| target.len() <= MAX_TARGET)?.into();
        let is_external = element.attribute("TargetMode") == Some("External");
        Some((element.attribute("Id")?.to_owned(), Relation { kind, target, is_external }))
    });
    let list: Vec<(String, Relation)> = list.collect();
    let by_id = list.iter().zip(0..).map(|((id, _), at)| (id.clone(), at)).collect();
    Some(Relations { list, by_id })
}

/// The name of a part that another one refers to.
fn resolve(from: &str, target: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let base = if target.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = base.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_found_from_the_part_that_names_it() {
        assert_eq!(resolve("word/document.xml", "styles.xml"), "word/styles.xml");
        assert_eq!(resolve("word/document.xml", "/word/styles.xml"), "word/styles.xml");
        assert_eq!(resolve("word/document.xml", "../customXml/item1.xml"), "customXml/item1.xml");
        assert_eq!(resolve("", "../../word/document.xml"), "word/document.xml");
    }
}
