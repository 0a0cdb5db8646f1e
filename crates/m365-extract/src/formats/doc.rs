//! Word documents of before 2007.

use super::{
    Reader,
    office::{self, Writer},
};
use crate::{
    clean::excerpt,
    document::{Document, Input, Options, Page, PageKind},
    escape,
    format::Format,
    refusal::Refusal,
};

/// The longest title, in characters.
const MAX_TITLE: usize = 300;

/// Reads Word's binary format ([MS-DOC]).
///
/// [MS-DOC]: https://learn.microsoft.com/openspecs/office_file_formats/ms-doc/
#[derive(Debug)]
pub(super) struct Doc;

impl Reader for Doc {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let ir = office::open(input.bytes, Format::Doc)?.to_ir();
        // The parser takes bullets (MSONFC 23) for numbers, and counts anew after each interruption.
        let mut writer = Writer::new(options.links).without_numbers();
        for section in &ir.sections {
            writer.elements(&section.elements);
        }
        let (pages, heading) = writer.finish();
        let title = ir.metadata.title.map(|title| escape::text(&excerpt(&title, MAX_TITLE)));
        let title = title.filter(|title| !title.is_empty()).or(heading);
        let warnings =
            [(pages.is_empty(), office::NO_TEXT), (ir.metadata.text_truncated, office::INCOMPLETE)];
        let warnings = warnings.into_iter().filter(|(applies, _)| *applies);
        let kind = if pages.len() > 1 { PageKind::Page } else { PageKind::Part };
        let pages = pages.into_iter().map(|markdown| Page { kind, markdown, ..Page::default() });
        Ok(Document {
            title,
            pages: pages.collect(),
            warnings: warnings.map(|(_, warning)| warning.to_owned()).collect(),
            ..Document::default()
        })
    }
}
