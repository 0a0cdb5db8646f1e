use std::fmt;

use serde::{Deserialize, Serialize};

use crate::format::Format;

/// Why a file gives no text, as one sentence that can be shown to the user.
///
/// It holds nothing of the file's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    kind: RefusalKind,
    format: Option<Format>,
}

/// What kept a file from being read: one variant per thing that a caller would do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RefusalKind {
    /// Its parser ended in a way that it should not: it crashed.
    Crashed,
    /// The content breaks the rules of its own format.
    Damaged,
    /// There is nothing in it.
    Empty,
    /// A password protects it.
    Encrypted,
    /// It has pages, but no text on any of them: it was scanned.
    NoText,
    /// Reading it took more memory than is allowed.
    OutOfMemory,
    /// A rights policy protects it.
    Protected,
    /// Reading it took longer than is allowed.
    TimedOut,
    /// It is above [`Options::max_input`](crate::Options::max_input), or unpacks to too much.
    TooLarge,
    /// Files of this type are not read.
    UnsupportedType,
}

impl RefusalKind {
    /// A word for metrics and logs, e.g. `timed_out`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Crashed => "crashed",
            Self::Damaged => "damaged",
            Self::Empty => "empty",
            Self::Encrypted => "encrypted",
            Self::NoText => "no_text",
            Self::OutOfMemory => "out_of_memory",
            Self::Protected => "protected",
            Self::TimedOut => "timed_out",
            Self::TooLarge => "too_large",
            Self::UnsupportedType => "unsupported_type",
        }
    }
}

impl Refusal {
    pub(crate) fn new(kind: RefusalKind) -> Self {
        Self { kind, format: None }
    }

    pub(crate) fn of(kind: RefusalKind, format: Format) -> Self {
        Self::with(kind, Some(format))
    }

    pub(crate) fn with(kind: RefusalKind, format: Option<Format>) -> Self {
        Self { kind, format }
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
            RefusalKind::Crashed => write!(f, "The {name} could not be read safely."),
            RefusalKind::Damaged => write!(f, "The {name} is damaged and cannot be read."),
            RefusalKind::Empty => write!(f, "The {name} is empty."),
            RefusalKind::Encrypted => {
                write!(f, "The {name} is encrypted or protected by a password.")
            }
            RefusalKind::NoText => {
                write!(f, "The {name} has no text: its pages are pictures, as of a scan.")
            }
            RefusalKind::OutOfMemory => {
                write!(f, "The {name} could not be read safely: it takes too much memory.")
            }
            RefusalKind::Protected => {
                write!(f, "The {name} is protected by a rights policy, which only Office opens.")
            }
            RefusalKind::TimedOut => {
                write!(f, "The {name} could not be read safely: it takes too much time.")
            }
            RefusalKind::TooLarge => write!(f, "The {name} is too large to be read."),
            RefusalKind::UnsupportedType => match self.format {
                Some(format) => f.write_str(&not_read(format)),
                None => write!(f, "The type of the file is not known, or it is not text."),
            },
        }
    }
}

/// `Videos are not read.`, or `Word documents (docx) are not read.`
fn not_read(format: Format) -> String {
    let mut name = format.name().to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    match format.extension() {
        "" => format!("{name}s are not read."),
        extension => format!("{name}s ({extension}) are not read."),
    }
}

impl std::error::Error for Refusal {}
