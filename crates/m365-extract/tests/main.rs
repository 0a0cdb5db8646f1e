//! Behaviour of the crate through its public API.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

mod archives;
mod calendar_files;
mod corpus;
mod files;
mod hidden;
mod hostile;
mod html;
#[cfg(feature = "cli")]
mod isolated;
mod links;
mod mail;
mod mail_files;
mod mail_outlook;
mod mutations;
mod odf;
mod package;
mod pdf;
mod pictures;
#[cfg(feature = "cli")]
mod program;
mod properties;
mod rtf;
mod safe_html;
mod sheets;
mod slides;
mod sniff;
mod word;

use m365_extract::{Document, Input, Options, RefusalKind, extract};

/// Reads a file that is expected to have text.
fn read(name: &str, bytes: &[u8]) -> Document {
    extract(&Input::new(bytes).named(name), &Options::default()).unwrap()
}

/// The text of a page.
fn page(markup: &str) -> String {
    read("page.html", markup.as_bytes()).markdown()
}

/// Why a file has no text.
fn refusal(name: &str, bytes: &[u8]) -> RefusalKind {
    extract(&Input::new(bytes).named(name), &Options::default()).unwrap_err().kind()
}
