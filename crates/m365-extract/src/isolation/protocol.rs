//! What parent and child say to each other: a line of JSON and the file's bytes one way; a line that
//! tells the format, as soon as it is known, and a line of JSON the other way.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{File, Limits};
use crate::{
    document::{Document, Options},
    format::Format,
    refusal::{Refusal, RefusalKind},
};

/// The only argument of a child.
pub(super) const ARGUMENT: &str = "m365-extract-child";

/// How the last words of a child begin that found no memory; so do those of Rust's own runtime.
pub(super) const OUT_OF_MEMORY: &str = "memory allocation of";

/// What the child is to read; its bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) name: Option<String>,
    pub(super) declared_type: Option<String>,
    pub(super) options: Options,
    pub(super) limits: Limits,
    pub(super) bytes: usize,
}

impl Request {
    pub(super) fn new(file: &File, options: &Options, limits: &Limits) -> Self {
        Self {
            name: file.name.clone(),
            declared_type: file.declared_type.clone(),
            options: options.clone(),
            limits: limits.clone(),
            bytes: file.len(),
        }
    }

    /// The file, of which these are the bytes.
    pub(super) fn file(self, bytes: Vec<u8>) -> (File, Options) {
        let Self { name, declared_type, options, .. } = self;
        (File { bytes: bytes.into(), name, declared_type }, options)
    }
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) result: Result<Document, Refusal>,
    pub(super) cpu: Option<Duration>,
    pub(super) peak_memory: Option<u64>,
    /// Where in our own code the reader panicked.
    pub(super) panic: Option<String>,
}

impl From<Result<Document, Refusal>> for Answer {
    fn from(result: Result<Document, Refusal>) -> Self {
        Self { result, cpu: None, peak_memory: None, panic: None }
    }
}

/// An answer that there is no document, for a reason that does not lie in the file's content.
pub(super) fn refused(kind: RefusalKind, format: Option<Format>) -> Answer {
    Answer::from(Err(Refusal::with(kind, format)))
}
