//! RTF, by [version 1.9.1] of its specification, and by what programs make of it.
//!
//! [version 1.9.1]: https://interoperability.blob.core.windows.net/files/Archive_References/%5bMSFT-RTF%5d.pdf

mod field;
mod fonts;
mod header;
mod lexer;
mod parser;
mod state;
mod story;
mod table;
mod text;
mod words;

use self::parser::{Parsed, Parser};
use super::Reader;
use crate::{
    clean::excerpt,
    document::{Document, Input, LinkStyle, Options, Page, PageKind},
    escape,
    format::Format,
    html,
    refusal::{Refusal, RefusalKind},
};

/// Bytes in which a document says that it was made of a web page (MS-OXRTFEX 2.1.3.1).
const ORIGIN_WITHIN: usize = 1024;
/// More characters than a page of paper holds: longer ones were not ended by their author.
const MAX_PAGE: usize = 8_000;
/// The longest title, in characters.
const MAX_TITLE: usize = 300;
const CUT: &str = "The document is longer than what is read.";

/// Rich Text Format.
pub(crate) struct Rtf;

impl Reader for Rtf {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let (document, has_picture) = read(input.bytes, options.links);
        match document.markdown().is_empty() {
            true if has_picture => Err(Refusal::of(RefusalKind::NoText, Format::Rtf)),
            true => Err(Refusal::of(RefusalKind::Empty, Format::Rtf)),
            false => Ok(document),
        }
    }
}

/// Reads the body of a message; it may be empty.
pub(crate) fn document(bytes: &[u8], links: LinkStyle) -> Document {
    read(bytes, links).0
}

/// The web page that a document of Outlook was made of (MS-OXRTFEX); none when it was not.
pub(crate) fn page(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(ORIGIN_WITHIN))?;
    let mark = b"\\fromhtml1";
    head.windows(mark.len()).any(|window| window == mark).then(|| {
        let mut parser = Parser::for_html();
        parser.read(bytes);
        parser.into_html()
    })
}

/// The document, and whether there are pictures in it.
fn read(bytes: &[u8], links: LinkStyle) -> (Document, bool) {
    if let Some(page) = page(bytes) {
        let rendered = html::render(&page, links);
        let title = rendered.title().map(str::to_owned);
        return (Document::of(title, rendered.markdown()), false);
    }
    let mut parser = Parser::new(links);
    parser.read(bytes);
    let parsed = parser.finish();
    let has_picture = parsed.has_picture;
    (parsed.into_document(), has_picture)
}

impl Parsed {
    fn into_document(self) -> Document {
        let title = escape::text(&excerpt(&self.title, MAX_TITLE));
        let title = self.heading.or((!title.is_empty()).then_some(title));
        let is_paged =
            self.pages.len() > 1 && self.pages.iter().all(|page| page.chars().count() <= MAX_PAGE);
        let mut document = match is_paged {
            true => paged(title, self.pages),
            false => Document::of(title, joined(&self.pages)),
        };
        if self.is_cut {
            document.warnings.push(CUT.to_owned());
        }
        document
    }
}

fn paged(title: Option<String>, pages: Vec<String>) -> Document {
    let page = |markdown| Page { kind: PageKind::Page, markdown, ..Page::default() };
    Document { title, pages: pages.into_iter().map(page).collect(), ..Document::default() }
}

fn joined(pages: &[String]) -> String {
    let pages = pages.iter().map(String::as_str).filter(|page| !page.is_empty());
    pages.collect::<Vec<_>>().join("\n\n")
}
