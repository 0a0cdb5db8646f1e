use std::fmt;

use bytes::Bytes;

use crate::document::Input;

/// A file to be read: its bytes, and what others say about it.
#[derive(Clone)]
pub struct File {
    pub(super) bytes: Bytes,
    pub(super) name: Option<String>,
    pub(super) declared_type: Option<String>,
}

impl File {
    /// Creates a file of which only the bytes are known.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), name: None, declared_type: None }
    }

    /// Adds its name; used for its extension only, never as a path.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds the media type it was sent with, e.g. `text/html; charset=utf-8`.
    #[must_use]
    pub fn declared_as(mut self, media_type: impl Into<String>) -> Self {
        self.declared_type = Some(media_type.into());
        self
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn input(&self) -> Input<'_> {
        let (name, declared_type) = (self.name.as_deref(), self.declared_type.as_deref());
        Input { bytes: &self.bytes, name, declared_type }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({} bytes)", self.len())
    }
}
