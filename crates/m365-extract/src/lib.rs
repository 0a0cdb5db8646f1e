//! Turns documents and mail bodies into clean markdown: bytes in, pages of text out.
//!
//! [`extract`] reads a file: it decides by content what the file is, reads it within limits, and
//! answers with a [`Document`] or a [`Refusal`] that says why there is none. [`mail::body`] turns
//! the body of a message into markdown and folds the quoted history away. [`safe_html`] keeps a page as
//! HTML, without what acts and what is not seen. [`disarm`] keeps a short text by others, such as a
//! subject or a name, from acting where it is put into markdown; [`unwrap_links`] shows where the links in
//! one lead.
//!
//! A parser that is fed by strangers may loop, or need more memory than there is. A server therefore reads
//! through [`isolation`] (feature `isolation`), in a process per file that has limits of its own.
//!
//! Whatever the input, the text that comes out is safe to show to a model: control and invisible
//! characters are gone ([`clean_text`]), hidden text is dropped, pictures are never live, and a link
//! shows where it leads. Nothing that a document names is fetched.
//!
//! ```
//! use m365_extract::{Input, Options, extract};
//!
//! let page = br#"<h1>Plan</h1><p>See <a href="https://contoso.example/plan">the plan</a>.</p>"#;
//! let document = extract(&Input::new(page).named("plan.html"), &Options::default())?;
//!
//! assert_eq!(document.title.as_deref(), Some("Plan"));
//! assert_eq!(
//!     document.markdown(),
//!     "# Plan\n\nSee the plan (https://contoso.example/plan).",
//! );
//! # Ok::<(), m365_extract::Refusal>(())
//! ```
//!
//! # Pages
//!
//! Slides, sheets and the pages of a PDF are pages of the document; [`Options`] picks some of them, and
//! [`seam`] puts parts of a long text together again. Bodies of mail are folded to what is new:
//!
//! ```
//! use m365_extract::mail::{self, BodyKind};
//!
//! let html = "<p>Agreed.</p><hr><b>From:</b> Adele<br><b>Sent:</b> Monday<br><b>To:</b> Mira<br><p>OK?</p>";
//! let body = mail::body(html, BodyKind::Html);
//!
//! assert!(body.markdown.starts_with("Agreed."));
//! assert!(body.full_markdown.contains("OK?"));
//! ```
//!
//! # Features
//!
//! | Feature | Adds |
//! |---|---|
//! | `isolation` (on by default) | the module [`isolation`] |
//! | `cli` (on by default) | the program `m365-extract`, which needs `isolation` |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod archive;
mod base64_bytes;
mod charset;
mod clean;
mod document;
mod escape;
mod format;
mod formats;
mod html;
#[cfg(feature = "isolation")]
pub mod isolation;
mod limits;
mod links;
pub mod mail;
mod markdown;
mod pages;
mod refusal;
mod sniff;
mod xml;

pub use crate::{
    clean::{clean_text, excerpt},
    document::{Document, Heading, Image, Input, LinkStyle, Options, Page, PageKind, extract},
    escape::{disarm, fenced},
    format::Format,
    html::safe_html,
    links::unwrap_links,
    pages::{CUT, Seam, seam},
    refusal::{Refusal, RefusalKind},
};

/// The examples of the README, which run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
