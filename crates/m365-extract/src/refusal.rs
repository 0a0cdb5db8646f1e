use std::fmt;

use crate::format::Format;

/// Why a file gives no text, as one sentence that can be shown to the user.
///
/// It holds nothing of the file's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    kind: RefusalKind,
    format: Option<Format>,
}

/// What kept a file from being read: one variant per thing that a caller would do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The content breaks the rules of its own format.
    Damaged,
    /// There is nothing in it.
    Empty,
    /// A password or a rights policy protects it.
    Encrypted,
    /// It is above [`Options::max_input`](crate::Options::max_input).
    TooLarge,
    /// Files of this type are not read.
    UnsupportedType,
}

impl Refusal {
    pub(crate) fn new(kind: RefusalKind) -> Self {
        Self { kind, format: None }
    }

    pub(crate) fn of(kind: RefusalKind, format: Format) -> Self {
        Self { kind, format: Some(format) }
    }

    /// What kept the file from being read.
    #[must_use]
    pub fn kind(&self) -> RefusalKind {
        self.kind
    }

    /// What the file is, where its content tells.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.format
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.format.map_or("file", Format::name);
        match self.kind {
            RefusalKind::Damaged => write!(f, "The {name} is damaged and cannot be read."),
            RefusalKind::Empty => write!(f, "The {name} is empty."),
            RefusalKind::Encrypted => {
                write!(f, "The {name} is encrypted or protected by a password.")
            }
            RefusalKind::TooLarge => write!(f, "The {name} is too large to be read."),
            RefusalKind::UnsupportedType => match self.format {
                Some(format) => write!(f, "{}s ({}) are not read.", name, format.extension()),
                None => write!(f, "The type of the file is not known, or it is not text."),
            },
        }
    }
}

impl std::error::Error for Refusal {}
