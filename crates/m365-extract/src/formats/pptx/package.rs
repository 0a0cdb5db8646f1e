//! The parts of a package and the relations between them (ECMA-376 part 2).

use std::{collections::HashMap, rc::Rc};

use crate::{archive::Archive, format::Format, refusal::Refusal, xml};

/// The parts of a package that are asked for, unpacked one at a time.
#[derive(Debug)]
pub(super) struct Package<'a> {
    archive: Archive<'a>,
}

/// What a part refers to, by the ids that it uses.
#[derive(Debug, Default)]
pub(super) struct Relations {
    by_id: HashMap<String, Relation>,
}

/// Another part, or a place outside that is never opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    /// What it is, e.g. `slideLayout`.
    pub(super) kind: String,
    pub(super) target: Rc<str>,
    pub(super) is_outside: bool,
}

impl<'a> Package<'a> {
    /// Opens a package.
    pub(super) fn open(bytes: &'a [u8], format: Format) -> Result<Self, Refusal> {
        Ok(Self { archive: Archive::open(bytes, format)? })
    }

    /// The text of a part, if there is one.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<String>, Refusal> {
        let bytes = self.archive.read(path)?;
        Ok(bytes.map(|bytes| xml::decode(&bytes).into_owned()))
    }

    /// What a part refers to; that of the whole package for an empty path.
    pub(super) fn relations(&mut self, path: &str) -> Result<Relations, Refusal> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let slash = if folder.is_empty() { "" } else { "/" };
        let list = self.part(&format!("{folder}{slash}_rels/{name}.rels"))?;
        Ok(list.map(|list| Relations::of(&list, folder)).unwrap_or_default())
    }
}

impl Relations {
    fn of(list: &str, folder: &str) -> Self {
        let (Some(root), _) = xml::parse_partly(list) else { return Self::default() };
        let relation = |element: &xml::Element<'_>| {
            let value = |name| element.attribute(name);
            let is_outside = value("TargetMode") == Some("External");
            let target = value("Target")?;
            let target = if is_outside { target.to_owned() } else { resolved(folder, target) };
            let kind = value("Type")?.rsplit('/').next().unwrap_or_default().to_owned();
            Some((value("Id")?.to_owned(), Relation { kind, target: target.into(), is_outside }))
        };
        Self { by_id: root.elements().filter_map(relation).collect() }
    }

    /// The part that an id of this part stands for.
    pub(super) fn part(&self, id: &str) -> Option<&str> {
        let relation = self.by_id.get(id).filter(|relation| !relation.is_outside);
        relation.map(|relation| &*relation.target)
    }

    /// Where a link of this part leads, if that is outside.
    pub(super) fn link(&self, id: &str) -> Option<&Rc<str>> {
        let relation = self.by_id.get(id).filter(|relation| relation.is_outside);
        relation.map(|relation| &relation.target)
    }

    /// The parts of this kind, in the order of their names.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<&str> {
        let found = self.by_id.values().filter(|one| one.kind == kind && !one.is_outside);
        let mut targets: Vec<&str> = found.map(|one| &*one.target).collect();
        targets.sort_unstable();
        targets
    }
}

/// The path of a part that is named from within a folder.
fn resolved(folder: &str, target: &str) -> String {
    let (folder, target) = match target.strip_prefix('/') {
        Some(target) => ("", target),
        None => (folder, target),
    };
    let mut path: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_from_where_they_are_named() {
        assert_eq!(resolved("ppt/slides", "../media/a.png"), "ppt/media/a.png");
        assert_eq!(resolved("ppt", "/ppt/slides/slide1.xml"), "ppt/slides/slide1.xml");
        assert_eq!(resolved("", "../../etc/passwd"), "etc/passwd");
    }

    #[test]
    fn c08_what_is_outside_is_no_part() {
        let list = "<Relationships><Relationship Id='a' Type='x/image' TargetMode='External' \
                    Target='file://server/share'/><Relationship Id='b' Type='x/slide' \
                    Target='s.xml'/></Relationships>";

        let relations = Relations::of(list, "ppt");

        assert_eq!(relations.part("a"), None);
        assert_eq!(relations.part("b"), Some("ppt/s.xml"));
        assert_eq!(relations.link("a").map(|link| &**link), Some("file://server/share"));
    }
}
