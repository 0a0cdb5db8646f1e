//! Office files as `office_oxide` reads them: opened within limits, and written from its tree of
//! elements. What formats need that read Office files themselves is here, too.

pub(crate) mod chart;
pub(crate) mod diagram;
pub(crate) mod grid;
pub(crate) mod margin;
mod names;
pub(crate) mod note;
pub(crate) mod span;
mod table;
mod writer;

use std::io::Cursor;

use office_oxide::{
    Document as Office, DocumentFormat, OfficeError,
    core::Error as PackageError,
    doc::DocError,
    docx::DocxError,
    limits::Limits,
    options::{OnIncomplete, ParseOptions},
    ppt::PptError,
    pptx::PptxError,
    xls::XlsError,
    xlsx::XlsxError,
};

pub(crate) use self::{
    names::{is_decoration, is_picture, says_something, title_level, undescribed},
    table::CUT,
    writer::Writer,
};
use crate::{
    format::Format,
    limits::{MAX_ENTRIES, MAX_PART},
    refusal::{Refusal, RefusalKind},
};

/// The most characters that are read; a document of more is cut, and says so.
const MAX_TEXT: usize = 2_000_000;
/// The same of a workbook, of which any sheet can be asked for.
const MAX_TEXT_OF_SHEETS: usize = 32_000_000;
/// The most bytes that all parts of a package unpack to, and that a small file may take in memory.
const MAX_MEMORY: u64 = 128 * 1024 * 1024;

/// What to tell the reader of a document of which something is missing.
pub(crate) const INCOMPLETE: &str =
    "The file is damaged or holds more than is read; a part of its text is missing.";

/// What to tell the reader when text was left out that no one sees.
pub(crate) const HIDDEN: &str = "The document has hidden text, which was left out.";

/// What to tell the reader of a document in which nothing is written.
pub(crate) const NO_TEXT: &str = "The document has no text; it is empty or has only pictures.";

/// Opens a file of this format within limits.
pub(crate) fn open(bytes: &[u8], format: Format) -> Result<Office, Refusal> {
    let kind = kind(format).ok_or_else(|| Refusal::of(RefusalKind::UnsupportedType, format))?;
    let reader = Cursor::new(bytes.to_vec());
    Office::from_reader_with(reader, kind, &options(format))
        .map_err(|error| Refusal::of(refusal(&error), format))
}

fn kind(format: Format) -> Option<DocumentFormat> {
    let kind = match format {
        Format::Doc => DocumentFormat::Doc,
        Format::Docx => DocumentFormat::Docx,
        Format::Ppt => DocumentFormat::Ppt,
        Format::Pptx => DocumentFormat::Pptx,
        Format::Xls => DocumentFormat::Xls,
        Format::Xlsb | Format::Xlsx => DocumentFormat::Xlsx,
        _ => return None,
    };
    Some(kind)
}

fn options(format: Format) -> ParseOptions {
    let mut options = ParseOptions::strict();
    let limits: &mut Limits = &mut options.limits;
    limits.text_chars = match format {
        Format::Xls | Format::Xlsb => MAX_TEXT_OF_SHEETS,
        _ => MAX_TEXT,
    };
    limits.package_entries = MAX_ENTRIES;
    limits.package_bytes = MAX_MEMORY;
    limits.part_bytes = MAX_PART;
    limits.memory_bytes = MAX_MEMORY;
    options.on_incomplete = OnIncomplete::Report;
    options
}

/// Why there is no text, by the error of the parser.
fn refusal(error: &OfficeError) -> RefusalKind {
    match error {
        OfficeError::Doc(DocError::Encrypted)
        | OfficeError::Ppt(PptError::Encrypted)
        | OfficeError::Xls(XlsError::Encrypted) => RefusalKind::Encrypted,
        OfficeError::UnsupportedFormat(_) | OfficeError::Doc(DocError::UnsupportedVersion(_)) => {
            RefusalKind::UnsupportedType
        }
        OfficeError::Panic(_) => RefusalKind::Crashed,
        other => package_error(other).map_or(RefusalKind::Damaged, by_package),
    }
}

fn package_error(error: &OfficeError) -> Option<&PackageError> {
    match error {
        OfficeError::Core(error)
        | OfficeError::Docx(DocxError::Core(error))
        | OfficeError::Pptx(PptxError::Core(error))
        | OfficeError::Xlsx(XlsxError::Core(error)) => Some(error),
        _ => None,
    }
}

fn by_package(error: &PackageError) -> RefusalKind {
    match error {
        PackageError::DecompressionLimit { .. } | PackageError::PackageLimit(_) => {
            RefusalKind::TooLarge
        }
        PackageError::Unsupported(why) if why.contains("password") || why.contains("encrypt") => {
            RefusalKind::Encrypted
        }
        _ => RefusalKind::Damaged,
    }
}
