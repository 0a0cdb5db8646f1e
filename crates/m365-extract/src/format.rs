use std::fmt;

use serde::{Deserialize, Serialize};

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// An Access database.
    Access,
    /// An archive or compressed file other than zip, e.g. 7z, rar, tar or gz.
    Archive,
    /// A recording of sound.
    Audio,
    /// A Windows bitmap.
    Bmp,
    /// Values separated by commas, semicolons, tabs or bars.
    Csv,
    /// A Word document of before 2007.
    Doc,
    /// A Word document.
    Docx,
    /// An AutoCAD drawing.
    Dwg,
    /// A Windows metafile.
    Emf,
    /// A message as it travels (RFC 5322).
    Eml,
    /// An office document that is encrypted, whatever is inside.
    EncryptedOffice,
    /// An electronic book.
    Epub,
    /// A font.
    Font,
    /// A GIF picture.
    Gif,
    /// A picture of a telephone: HEIC or AVIF.
    Heic,
    /// A web page, or a part of one.
    Html,
    /// Calendar entries (RFC 5545).
    Ics,
    /// A JPEG picture.
    Jpeg,
    /// JSON (RFC 8259).
    Json,
    /// A presentation of Keynote.
    Key,
    /// Markdown.
    Markdown,
    /// An Outlook message file.
    Msg,
    /// A spreadsheet of Numbers.
    Numbers,
    /// An OpenDocument drawing, or another kind of OpenDocument that is not read.
    Odg,
    /// An OpenDocument presentation.
    Odp,
    /// An OpenDocument spreadsheet.
    Ods,
    /// An OpenDocument text.
    Odt,
    /// A compound file of a kind that is not known.
    Ole,
    /// A section of a OneNote notebook.
    OneNote,
    /// A document of Pages.
    Pages,
    /// A PDF document.
    Pdf,
    /// A PNG picture.
    Png,
    /// A PowerPoint presentation of before 2007.
    Ppt,
    /// A PowerPoint presentation.
    Pptx,
    /// A program, or a library or package of programs.
    Program,
    /// A plan of Project.
    Project,
    /// A Photoshop picture.
    Psd,
    /// A mailbox file of Outlook.
    Pst,
    /// A Publisher document.
    Publisher,
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
    /// A film.
    Video,
    /// A Visio drawing.
    Visio,
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
    /// An XPS document.
    Xps,
    /// A zip archive.
    Zip,
}

impl Format {
    /// What people call such a file, e.g. `Word document`; fits after "the".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Access => "Access database",
            Self::Archive => "archive",
            Self::Audio => "audio file",
            Self::Bmp
            | Self::Emf
            | Self::Gif
            | Self::Heic
            | Self::Jpeg
            | Self::Png
            | Self::Tiff
            | Self::Webp => "picture",
            Self::Csv => "table",
            Self::Doc | Self::Docx => "Word document",
            Self::Dwg => "AutoCAD drawing",
            Self::Eml => "mail message",
            Self::EncryptedOffice => "Office document",
            Self::Epub => "e-book",
            Self::Font => "font",
            Self::Html => "web page",
            Self::Ics => "calendar file",
            Self::Json => "JSON file",
            Self::Key => "Keynote presentation",
            Self::Markdown => "Markdown file",
            Self::Msg => "Outlook message",
            Self::Numbers => "Numbers spreadsheet",
            Self::Odg => "OpenDocument drawing",
            Self::Odp => "OpenDocument presentation",
            Self::Ods => "OpenDocument spreadsheet",
            Self::Odt => "OpenDocument text",
            Self::Ole => "compound file",
            Self::OneNote => "OneNote section",
            Self::Pages => "Pages document",
            Self::Pdf => "PDF document",
            Self::Ppt | Self::Pptx => "PowerPoint presentation",
            Self::Program => "program",
            Self::Project => "Project plan",
            Self::Psd => "Photoshop picture",
            Self::Pst => "Outlook data file",
            Self::Publisher => "Publisher document",
            Self::Rtf => "RTF document",
            Self::Source | Self::Text => "text file",
            Self::Vcf => "contact file",
            Self::Video => "video file",
            Self::Visio => "Visio drawing",
            Self::Vtt => "transcript",
            Self::Xls | Self::Xlsb | Self::Xlsx => "Excel workbook",
            Self::Xml => "XML file",
            Self::Xps => "XPS document",
            Self::Zip => "zip archive",
        }
    }

    /// The usual file name extension, e.g. `docx`; empty where one name stands for many formats.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Access => "accdb",
            Self::Archive | Self::Audio | Self::Font | Self::Program | Self::Video => "",
            Self::Bmp => "bmp",
            Self::Csv => "csv",
            Self::Doc => "doc",
            Self::Docx => "docx",
            Self::Dwg => "dwg",
            Self::Emf => "emf",
            Self::Eml => "eml",
            Self::EncryptedOffice | Self::Ole => "ole",
            Self::Epub => "epub",
            Self::Gif => "gif",
            Self::Heic => "heic",
            Self::Html => "html",
            Self::Ics => "ics",
            Self::Jpeg => "jpg",
            Self::Json => "json",
            Self::Key => "key",
            Self::Markdown => "md",
            Self::Msg => "msg",
            Self::Numbers => "numbers",
            Self::Odg => "odg",
            Self::Odp => "odp",
            Self::Ods => "ods",
            Self::Odt => "odt",
            Self::OneNote => "one",
            Self::Pages => "pages",
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Ppt => "ppt",
            Self::Pptx => "pptx",
            Self::Project => "mpp",
            Self::Psd => "psd",
            Self::Pst => "pst",
            Self::Publisher => "pub",
            Self::Rtf => "rtf",
            Self::Source | Self::Text => "txt",
            Self::Tiff => "tiff",
            Self::Vcf => "vcf",
            Self::Visio => "vsdx",
            Self::Vtt => "vtt",
            Self::Webp => "webp",
            Self::Xls => "xls",
            Self::Xlsb => "xlsb",
            Self::Xlsx => "xlsx",
            Self::Xml => "xml",
            Self::Xps => "xps",
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
        match self.extension() {
            "" => f.write_str(self.name()),
            extension => write!(f, "{extension}, {}", self.name()),
        }
    }
}
