//! Files and folders.

use std::{borrow::Cow, sync::OnceLock};

use jiff::Timestamp;

use super::{body::Body, ids::Guid};
use crate::kql::folded;

/// Who made or changed something.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) oid: String,
    pub(crate) name: String,
    pub(crate) address: String,
}

/// What an item is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Folder,
    File(Body),
    /// Several files that look like one thing, such as a notebook.
    Package(&'static str),
    /// Stands for a folder of another drive, by its drive's id and its own.
    Shortcut {
        drive: usize,
        item: usize,
    },
}

/// What keeps a file from being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lock {
    #[default]
    None,
    /// Found to be harmful.
    Malware,
    /// A label keeps its content from apps.
    Protected,
}

/// Who may see an item beside those who may see where it lies.
#[derive(Clone, Debug, Default)]
pub(crate) enum Sharing {
    /// As its folder.
    #[default]
    Inherited,
    /// These too, by the first parts of their principal names.
    Also(Vec<&'static str>),
    /// Nobody but these.
    Only(Vec<&'static str>),
}

/// A file, a folder, or what looks like one.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) guid: Guid,
    /// Its id in its drive.
    pub(crate) id: String,
    /// Where in the drive its folder stands; the root has none.
    pub(crate) parent: Option<usize>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) title: Cow<'static, str>,
    pub(crate) kind: Kind,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) author: Person,
    pub(crate) editor: Person,
    /// Its number in the list behind the drive.
    pub(crate) number: usize,
    pub(crate) lock: Lock,
    pub(crate) sharing: Sharing,
    /// Deleted, though the search index still lists it.
    pub(crate) gone: bool,
    pub(crate) words: OnceLock<Words>,
}

/// What the index knows of an item, folded.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) author: String,
}

impl Item {
    /// Returns the content of a file.
    pub(crate) fn body(&self) -> Option<&Body> {
        match &self.kind {
            Kind::File(body) => Some(body),
            _ => None,
        }
    }

    /// Returns whether it contains others.
    pub(crate) fn is_folder(&self) -> bool {
        matches!(self.kind, Kind::Folder)
    }

    /// Returns the part of a file's name behind the last dot, in lower case.
    pub(crate) fn extension(&self) -> String {
        let of_file = self.body().and_then(|_| self.name.rsplit_once('.'));
        of_file.map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
    }

    /// Returns its entity tag.
    pub(crate) fn etag(&self) -> String {
        format!("\"{{{}}},3\"", self.guid.upper())
    }

    /// Returns the text that the index reads.
    pub(crate) fn text(&self) -> &str {
        self.body().map_or("", Body::text)
    }

    /// Returns what the index knows of it.
    pub(crate) fn words(&self) -> &Words {
        self.words.get_or_init(|| Words {
            name: folded(&self.name),
            title: folded(&self.title),
            text: folded(self.text()),
            author: folded(&format!("{} {}", self.author.name, self.author.address)),
        })
    }
}

/// Returns the media type that goes with an extension.
pub(crate) fn media_type(extension: &str) -> &'static str {
    match extension {
        "aspx" | "html" => "text/html",
        "csv" => "text/csv",
        "docm" => "application/vnd.ms-word.document.macroEnabled.12",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "eml" => "message/rfc822",
        "ics" => "text/calendar",
        "json" => "application/json",
        "mp4" => "video/mp4",
        "odt" => "application/vnd.oasis.opendocument.text",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "rtf" => "application/rtf",
        "txt" => "text/plain",
        "vcf" => "text/x-vcard",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xml" => "text/xml",
        "zip" => "application/x-zip-compressed",
        _ => "application/octet-stream",
    }
}
