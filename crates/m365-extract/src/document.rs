use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    clean::clean_text,
    format::Format,
    formats, pages,
    refusal::{Refusal, RefusalKind},
    sniff::{self, Sniffed},
};

/// Reads a file and returns its text as markdown.
///
/// What the file is, its content decides; a name or a declared type that says otherwise becomes a
/// warning. Text beyond [`Options::max_output`] is left out, and a warning says so.
///
/// # Errors
///
/// A [`Refusal`] when the file is empty, too large, encrypted, damaged, or of a type that is not
/// read.
pub fn extract(input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
    check_size(input.bytes.len(), options)?;
    read_as(sniff::sniff(input)?, input, options)
}

/// Refuses what is not worth to be looked at.
pub(crate) fn check_size(bytes: usize, options: &Options) -> Result<(), Refusal> {
    match bytes {
        0 => Err(Refusal::new(RefusalKind::Empty)),
        _ if bytes > options.max_input => Err(Refusal::new(RefusalKind::TooLarge)),
        _ => Ok(()),
    }
}

/// Reads a file of which it is known what it is.
pub(crate) fn read_as(
    sniffed: Sniffed,
    input: &Input<'_>,
    options: &Options,
) -> Result<Document, Refusal> {
    let Sniffed { format, warning } = sniffed;
    let mut document = formats::read(format, input, options)?;
    document.format = Some(format);
    document.warnings.extend(warning);
    Ok(pages::bound(document, options))
}

/// A file as it came: its bytes, and what others say about it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) name: Option<&'a str>,
    pub(crate) declared_type: Option<&'a str>,
}

impl<'a> Input<'a> {
    /// Creates an input of which only the bytes are known.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, name: None, declared_type: None }
    }

    /// Adds the file's name; used for its extension only, never as a path.
    #[must_use]
    pub fn named(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// Adds the media type it was sent with, e.g. `text/html; charset=utf-8`.
    #[must_use]
    pub fn declared_as(mut self, media_type: &'a str) -> Self {
        self.declared_type = Some(media_type);
        self
    }

    /// The extension of the name in lower case, without the dot.
    pub(crate) fn extension(&self) -> Option<String> {
        let (_, extension) = self.name?.rsplit_once('.')?;
        Some(clean_text(extension).trim().to_ascii_lowercase())
    }

    /// The declared media type in lower case, without its parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let media_type = self.declared_type?.split(';').next()?.trim();
        Some(media_type.to_ascii_lowercase())
    }
}

/// What the reader may spend and how it writes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Options {
    pub(crate) max_input: usize,
    pub(crate) max_output: usize,
    pub(crate) page_chars: usize,
    pub(crate) links: LinkStyle,
    pub(crate) first_page: usize,
    pub(crate) sheet: Option<String>,
    pub(crate) newest_part: bool,
}

impl Options {
    /// Sets the largest file to read, in bytes; 50 MiB unless set.
    #[must_use]
    pub fn max_input(mut self, bytes: usize) -> Self {
        self.max_input = bytes;
        self
    }

    /// Sets the most text to return, in bytes of UTF-8; 1 MiB unless set.
    #[must_use]
    pub fn max_output(mut self, bytes: usize) -> Self {
        self.max_output = bytes;
        self
    }

    /// Sets how long a page of a format without pages may become, in characters; 20,000 unless set.
    #[must_use]
    pub fn page_chars(mut self, chars: usize) -> Self {
        self.page_chars = chars.max(1);
        self
    }

    /// Sets how links are written; [`LinkStyle::Target`] unless set.
    #[must_use]
    pub fn links(mut self, style: LinkStyle) -> Self {
        self.links = style;
        self
    }

    /// Sets the first page whose text is wanted, from 1; those before it come without text, and do
    /// not count to [`Options::max_output`].
    #[must_use]
    pub fn first_page(mut self, number: usize) -> Self {
        self.first_page = number.max(1);
        self
    }

    /// Sets the only sheet whose text is wanted, by its name in any case; the others come without
    /// text. All have theirs where no sheet has this name.
    #[must_use]
    pub fn sheet(mut self, name: impl Into<String>) -> Self {
        self.sheet = Some(name.into());
        self
    }

    /// Sets whether to find [`Document::newest_part`]; not unless set.
    #[must_use]
    pub fn newest_part(mut self, wanted: bool) -> Self {
        self.newest_part = wanted;
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_input: 50 * 1024 * 1024,
            max_output: 1024 * 1024,
            page_chars: 20_000,
            links: LinkStyle::default(),
            first_page: 1,
            sheet: None,
            newest_part: false,
        }
    }
}

/// How a link of a document is written.
///
/// The target is always the real one: redirectors of mail gateways are unwrapped and tracking
/// parameters dropped. Only `http`, `https` and `mailto` are written at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LinkStyle {
    /// `text (host)`: names where it leads and carries no data out.
    Host,
    /// `[text](target)`: a live markdown link.
    Markdown,
    /// `text (target)`: inert, and the reader sees the whole target.
    #[default]
    Target,
    /// `text`: the target is left out.
    Text,
}

/// What was read from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// What the file is.
    pub format: Option<Format>,
    /// The document's own title: its first heading, or the subject of a message.
    pub title: Option<String>,
    /// Its pages, sheets or slides in order; a text without any is cut at paragraphs.
    pub pages: Vec<Page>,
    /// Its headings, or the names of its sheets, each with its page.
    pub outline: Vec<Heading>,
    /// Its pictures: one for a file that is a picture.
    pub images: Vec<Image>,
    /// What the reader should know, one sentence each: what was cut, or what does not fit.
    pub warnings: Vec<String>,
    /// What the author of a message wrote now, without quoted history and signature; only of mail, web
    /// pages and plain text, and where [`Options::newest_part`] asks for it.
    pub newest_part: Option<String>,
}

impl Document {
    /// All pages as one text, with an empty line between them.
    #[must_use]
    pub fn markdown(&self) -> String {
        let pages = self.pages.iter().map(|page| page.markdown.as_str());
        let pages: Vec<&str> = pages.filter(|text| !text.is_empty()).collect();
        pages.join("\n\n")
    }

    /// A document of one page; cutting it to size is left to [`pages::bound`].
    pub(crate) fn of(title: Option<String>, markdown: String) -> Self {
        let pages = vec![Page { markdown, ..Page::default() }];
        Self { title, pages, ..Self::default() }
    }
}

/// One page, sheet or slide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// What it is.
    pub kind: PageKind,
    /// Its name, e.g. that of a sheet.
    pub label: Option<String>,
    /// Whether its author hid it; its text says so, too.
    pub is_hidden: bool,
    /// Its text; that of a sheet begins with its name as a heading.
    pub markdown: String,
    /// Whether text of it was left out, because of [`Options::max_output`].
    pub is_cut: bool,
}

/// What a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PageKind {
    /// A page as its author sees it.
    Page,
    /// A part of a text that has no pages, cut between paragraphs.
    #[default]
    Part,
    /// A sheet of a workbook.
    Sheet,
    /// A slide of a presentation.
    Slide,
}

/// A heading and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Heading {
    /// Its level, 1 for the highest.
    pub level: usize,
    /// Its text.
    pub text: String,
    /// The page it stands on, from 1.
    pub page: usize,
}

/// A picture, ready to be shown: not larger than is useful, and without what its camera noted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Image {
    /// Its media type by content, e.g. `image/png`.
    pub media_type: Cow<'static, str>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The encoded picture.
    #[serde(with = "crate::base64_bytes")]
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { media_type, width, height, bytes } = self;
        write!(f, "Image({media_type}, {width}x{height}, {} bytes)", bytes.len())
    }
}
