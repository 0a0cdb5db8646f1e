use std::fmt;

use m365_graph::{DriveId, ItemId};

use super::{Rest, segment};

/// The forms of a file's address as URI templates (RFC 6570).
pub(crate) const FILE: &str = "file:///{driveId}/{itemId}";
#[cfg(feature = "mcp")]
pub(crate) const FILE_PATH: &str = "file:///{driveId}/{+path}";

/// What a path starts with where it could pass for something else.
const AT_ROOT: &str = "root:";

/// The address of a file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileUri {
    pub(crate) drive: DriveId,
    pub(crate) item: FileItem,
}

/// What in a drive an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileItem {
    /// The folder at the top.
    Root,
    /// A file or folder by its id.
    Id(ItemId),
    /// A file or folder by its path from the top, decoded, e.g. `Budget/Q3 budget.csv`.
    Path(String),
}

impl FileUri {
    pub(crate) const fn new(drive: DriveId, item: FileItem) -> Self {
        Self { drive, item }
    }
}

/// Reads what stands behind `file:///`.
pub(super) fn parse(rest: &Rest) -> Option<FileUri> {
    let segments = rest.only_segments()?;
    let (drive, path) = segments.split_first()?;
    Some(FileUri::new(DriveId::new(drive).ok()?, item(path)?))
}

fn item(path: &[&str]) -> Option<FileItem> {
    let path = path.strip_suffix(&[""]).unwrap_or(path);
    match path {
        [] | ["root" | AT_ROOT] => Some(FileItem::Root),
        [AT_ROOT, names @ ..] => named(names),
        [one] if ItemId::new(one).is_ok() => ItemId::new(one).ok().map(FileItem::Id),
        names => named(names),
    }
}

fn named(names: &[&str]) -> Option<FileItem> {
    names.iter().all(|name| is_name(name)).then(|| FileItem::Path(names.join("/")))
}

/// Tells whether SharePoint could have a file of this name.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| !c.is_control() && !r#""*:<>?/\|"#.contains(c);
    !matches!(name, "" | "." | "..") && name.len() <= 400 && name.chars().all(allowed)
}

/// Says what is accepted.
pub(super) fn forms() -> String {
    format!(
        "{FILE} (driveId: b!…, itemId: 01…), file:///{{driveId}}/root or file:///{{driveId}}/{{path}} with \
         each name URL-encoded"
    )
}

impl fmt::Display for FileUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "file:///{}", self.drive)?;
        match &self.item {
            FileItem::Root => f.write_str("/root"),
            FileItem::Id(id) => write!(f, "/{id}"),
            FileItem::Path(path) => write_path(f, path),
        }
    }
}

fn write_path(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    if path == "root" || ItemId::new(path).is_ok() {
        write!(f, "/{AT_ROOT}")?;
    }
    path.split('/').try_for_each(|name| write!(f, "/{}", segment(name)))
}
