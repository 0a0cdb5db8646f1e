use std::fmt;

use serde::{Deserialize, Serialize};

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// A Windows bitmap.
    Bmp,
    /// Values separated by commas, semicolons, tabs or bars.
    Csv,
    /// A Word document of before 2007.
    Doc,
    /// A Word document.
    Docx,
    /// A message as it travels (RFC 5322).
    Eml,
    /// An office document that is encrypted, whatever is inside.
    EncryptedOffice,
    /// A GIF picture.
    Gif,
    /// A web page, or a part of one.
    Html,
    /// A JPEG picture.
    Jpeg,
    /// Calendar entries (RFC 5545).
    Ics,
    /// JSON (RFC 8259).
    Json,
    /// Markdown.
    Markdown,
    /// An Outlook message file.
    Msg,
    /// An OpenDocument presentation.
    Odp,
    /// An OpenDocument spreadsheet.
    Ods,
    /// An OpenDocument text.
    Odt,
    /// A compound file of a kind that is not known.
    Ole,
    /// A PDF document.
    Pdf,
    /// A PNG picture.
    Png,
    /// A PowerPoint presentation of before 2007.
    Ppt,
    /// A PowerPoint presentation.
    Pptx,
    /// A Rich Text Format document.
    Rtf,
    /// Program text, configuration or another text that is kept as it is.
    Source,
    /// Plain text.
    Text,
    /// A TIFF picture.
    Tiff,
    /// Contacts (RFC 6350).
    Vcf,
    /// A transcript or subtitles: WebVTT or SubRip.
    Vtt,
    /// A WebP picture.
    Webp,
    /// An Excel workbook of before 2007.
    Xls,
    /// An Excel workbook in the binary format.
    Xlsb,
    /// An Excel workbook.
    Xlsx,
    /// An XML document.
    Xml,
    /// A zip archive.
    Zip,
}

impl Format {
    /// What people call such a file, e.g. `Word document`; fits after "the".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bmp | Self::Gif | Self::Jpeg | Self::Png | Self::Tiff | Self::Webp => "picture",
            Self::Csv => "table",
            Self::Doc | Self::Docx => "Word document",
            Self::Eml => "mail message",
            Self::EncryptedOffice => "Office document",
            Self::Html => "web page",
            Self::Ics => "calendar file",
            Self::Json => "JSON file",
            Self::Markdown => "Markdown file",
            Self::Msg => "Outlook message",
            Self::Odp => "OpenDocument presentation",
            Self::Ods => "OpenDocument spreadsheet",
            Self::Odt => "OpenDocument text",
            Self::Ole => "compound file",
            Self::Pdf => "PDF document",
            Self::Ppt | Self::Pptx => "PowerPoint presentation",
            Self::Rtf => "RTF document",
            Self::Source | Self::Text => "text file",
            Self::Vcf => "contact file",
            Self::Vtt => "transcript",
            Self::Xls | Self::Xlsb | Self::Xlsx => "Excel workbook",
            Self::Xml => "XML file",
            Self::Zip => "zip archive",
        }
    }

    /// The usual file name extension, e.g. `docx`.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Bmp => "bmp",
            Self::Csv => "csv",
            Self::Doc => "doc",
            Self::Docx => "docx",
            Self::Eml => "eml",
            Self::EncryptedOffice | Self::Ole => "ole",
            Self::Gif => "gif",
            Self::Html => "html",
            Self::Ics => "ics",
            Self::Jpeg => "jpg",
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Msg => "msg",
            Self::Odp => "odp",
            Self::Ods => "ods",
            Self::Odt => "odt",
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Ppt => "ppt",
            Self::Pptx => "pptx",
            Self::Rtf => "rtf",
            Self::Source | Self::Text => "txt",
            Self::Tiff => "tiff",
            Self::Vcf => "vcf",
            Self::Vtt => "vtt",
            Self::Webp => "webp",
            Self::Xls => "xls",
            Self::Xlsb => "xlsb",
            Self::Xlsx => "xlsx",
            Self::Xml => "xml",
            Self::Zip => "zip",
        }
    }

    /// Whether it is a picture.
    #[must_use]
    pub fn is_picture(self) -> bool {
        self.name() == "picture"
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.extension(), self.name())
    }
}
