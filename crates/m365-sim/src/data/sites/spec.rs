//! What a file is described by.

use std::borrow::Cow;

use crate::graph::drives::{
    body::Body,
    item::{Lock, Sharing},
};

/// What to make of a path.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Folder,
    Package(&'static str),
    File(Body),
    /// Stands for a folder of another drive, by their places.
    Shortcut(usize, usize),
}

/// A file or folder by its path in its library; the folders in between make themselves.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: Cow<'static, str>,
    pub(crate) title: Option<&'static str>,
    /// Who made it and who changed it last, by given names.
    pub(crate) author: &'static str,
    pub(crate) editor: &'static str,
    /// How many hours ago it was changed last.
    pub(crate) age: i64,
    pub(crate) what: What,
    pub(crate) lock: Lock,
    pub(crate) sharing: Sharing,
    pub(crate) gone: bool,
}

impl File {
    /// Describes what `author` changed last so many days ago.
    pub(crate) fn new(
        path: impl Into<Cow<'static, str>>,
        author: &'static str,
        days: i64,
        what: What,
    ) -> Self {
        Self {
            path: path.into(),
            title: None,
            author,
            editor: author,
            age: days * 24 + 2,
            what,
            lock: Lock::None,
            sharing: Sharing::Inherited,
            gone: false,
        }
    }

    pub(crate) fn titled(self, title: &'static str) -> Self {
        Self { title: Some(title), ..self }
    }
}
