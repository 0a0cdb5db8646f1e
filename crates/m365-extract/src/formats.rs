mod content_line;
mod csv;
mod doc;
mod docx;
mod eml;
mod html;
mod ics;
mod image;
mod json;
mod msg;
mod odf;
mod odp;
mod ods;
mod odt;
mod office;
mod pdf;
mod ppt;
mod pptx;
mod rtf;
mod sheets;
mod slide;
mod text;
mod transcript;
mod vcf;
mod xls;
mod xlsb;
mod xlsx;
mod zip;

use crate::{
    document::{Document, Input, Options},
    format::Format,
    refusal::{Refusal, RefusalKind},
};

/// Reads one kind of file.
pub(crate) trait Reader: Sync {
    /// Turns the file into pages of markdown; size limits are applied by the caller.
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal>;
}

/// Reads a file whose format is known.
pub(crate) fn read(
    format: Format,
    input: &Input<'_>,
    options: &Options,
) -> Result<Document, Refusal> {
    match reader(format) {
        Some(reader) => reader.read(input, options),
        None if format == Format::EncryptedOffice => {
            Err(Refusal::of(RefusalKind::Encrypted, format))
        }
        None => Err(Refusal::of(RefusalKind::UnsupportedType, format)),
    }
}

/// Whether files of this format are read at all.
pub(crate) fn is_read(format: Format) -> bool {
    reader(format).is_some()
}

/// THE list: a new format is a file of its own and a line here.
fn reader(format: Format) -> Option<&'static dyn Reader> {
    match format {
        Format::Bmp | Format::Gif | Format::Jpeg | Format::Png | Format::Tiff | Format::Webp => {
            Some(&image::Picture)
        }
        Format::Csv => Some(&csv::Csv),
        Format::Doc => Some(&doc::Doc),
        Format::Docx => Some(&docx::Docx),
        Format::Eml => Some(&eml::Eml),
        Format::Html => Some(&html::Html),
        Format::Ics => Some(&ics::Ics),
        Format::Json => Some(&json::Json),
        Format::Markdown | Format::Text => Some(&text::Text),
        Format::Msg => Some(&msg::Msg),
        Format::Odp => Some(&odp::Odp),
        Format::Ods => Some(&ods::Ods),
        Format::Odt => Some(&odt::Odt),
        Format::Pdf => Some(&pdf::Pdf),
        Format::Ppt => Some(&ppt::Ppt),
        Format::Pptx => Some(&pptx::Pptx),
        Format::Rtf => Some(&rtf::Rtf),
        Format::Source => Some(&text::Source),
        Format::Vcf => Some(&vcf::Vcf),
        Format::Vtt => Some(&transcript::Transcript),
        Format::Xls => Some(&xls::Xls),
        Format::Xlsb => Some(&xlsb::Xlsb),
        Format::Xlsx => Some(&xlsx::Xlsx),
        Format::Xml => Some(&text::Xml),
        Format::Zip => Some(&zip::Zip),
        _ => None,
    }
}
