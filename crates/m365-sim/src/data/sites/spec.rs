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

    pub(crate) fn edited_by(self, editor: &'static str) -> Self {
        Self { editor, ..self }
    }

    pub(crate) fn locked(self, lock: Lock) -> Self {
        Self { lock, ..self }
    }

    pub(crate) fn shared(self, sharing: Sharing) -> Self {
        Self { sharing, ..self }
    }

    /// Deletes it, though not from the index.
    pub(crate) fn gone(self) -> Self {
        Self { gone: true, ..self }
    }
}

/// Plain text.
pub(crate) fn text(text: &'static str) -> What {
    What::File(Body::Text(Cow::Borrowed(text)))
}

/// A Loop page or a whiteboard.
pub(crate) fn fluid(text: &'static str) -> What {
    What::File(Body::Fluid(text))
}

/// A Word document.
pub(crate) fn word(text: &'static str) -> What {
    What::File(Body::Word(Cow::Borrowed(text)))
}

/// A presentation.
pub(crate) fn slides(text: &'static str) -> What {
    What::File(Body::Slides(text))
}

/// A workbook.
pub(crate) fn sheet(text: &'static str) -> What {
    What::File(Body::Sheet(text))
}

/// A PDF document.
pub(crate) fn pdf(text: &'static str) -> What {
    What::File(Body::Pdf(text))
}

/// Bytes as they are.
pub(crate) fn bytes(bytes: &'static [u8]) -> What {
    What::File(Body::Bytes(bytes))
}
