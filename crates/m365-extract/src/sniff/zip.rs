//! Zip archives by the names of their parts (APPNOTE 4.3.12).

use super::contains;
use crate::{
    archive::{Archive, directory},
    format::Format,
    limits::MAX_ENTRIES,
};

/// What a zip archive is; [`Format::Pages`] stands for all of iWork without slides.
pub(super) fn kind(bytes: &[u8]) -> Format {
    let found = by_media_type(bytes).or_else(|| by_parts(bytes));
    found.or_else(|| repacked(bytes)).unwrap_or(Format::Zip)
}

/// Whether the archive ends as it should, so that its entries can be found.
pub(super) fn has_directory(bytes: &[u8]) -> bool {
    directory::claimed_entries(bytes).is_some()
}

/// OpenDocument and EPUB store their media type as the first entry, uncompressed.
fn by_media_type(bytes: &[u8]) -> Option<Format> {
    let head = &bytes[..bytes.len().min(256)];
    media_type(head).filter(|_| contains(head, b"mimetype"))
}

fn media_type(text: &[u8]) -> Option<Format> {
    let kinds: [(&[u8], Format); 5] = [
        (b"opendocument.presentation", Format::Odp),
        (b"opendocument.spreadsheet", Format::Ods),
        (b"opendocument.text", Format::Odt),
        (b"vnd.oasis.opendocument.", Format::Odg),
        (b"application/epub+zip", Format::Epub),
    ];
    kinds.iter().find(|(kind, _)| contains(text, kind)).map(|(_, format)| *format)
}

/// The media type of a package that was packed again, with its entries in another order.
fn stored_media_type(bytes: &[u8]) -> Option<Format> {
    let mut archive = Archive::open(bytes, Format::Zip).ok()?;
    media_type(&archive.read("mimetype").ok()??)
}

/// An OpenDocument file that was unpacked and packed again: what it is, its content tells.
fn repacked(bytes: &[u8]) -> Option<Format> {
    const BODIES: [(&[u8], Format); 3] = [
        (b"<office:presentation", Format::Odp),
        (b"<office:spreadsheet", Format::Ods),
        (b"<office:text", Format::Odt),
    ];
    directory::names(bytes).take(MAX_ENTRIES).find(|name| *name == b"content.xml")?;
    let content = Archive::open(bytes, Format::Zip).ok()?.read("content.xml").ok()??;
    let body = content.windows(12).position(|text| text == b"<office:body")?;
    let body = content.get(body..)?;
    let found = BODIES.iter().find(|(mark, _)| contains(&body[..body.len().min(200)], mark));
    found.map(|(_, format)| *format)
}

/// What the names found so far tell.
#[derive(Default)]
struct Parts {
    is_package: bool,
    is_pages: bool,
    has_media_type: bool,
    office: Option<Format>,
    other: Option<Format>,
}

fn by_parts(bytes: &[u8]) -> Option<Format> {
    let mut parts = Parts::default();
    for name in directory::names(bytes).take(MAX_ENTRIES) {
        parts.add(&String::from_utf8_lossy(name).replace('\\', "/").to_ascii_lowercase());
    }
    if parts.has_media_type
        && let Some(format) = stored_media_type(bytes)
    {
        return Some(format);
    }
    let is_main = parts.office.filter(|_| parts.is_package);
    is_main.or(parts.other).or(parts.is_pages.then_some(Format::Pages))
}

impl Parts {
    fn add(&mut self, name: &str) {
        let name = name.trim_start_matches('/');
        self.is_package |= name == "[content_types].xml" || name == "_rels/.rels";
        self.is_pages |= name.starts_with("index/") && name.ends_with(".iwa");
        self.has_media_type |= name == "mimetype";
        self.is_package |= MAIN_PARTS.contains(&name);
        if let Some(format) = by_main_part(name) {
            self.office = Some(format);
        } else if self.office.is_none() {
            self.office = by_folder(name);
        }
        self.other = self.other.or_else(|| by_name(name));
    }
}

/// Parts that make a package of an archive whatever else is missing.
const MAIN_PARTS: [&str; 4] =
    ["word/document.xml", "xl/workbook.xml", "xl/workbook.bin", "ppt/presentation.xml"];

fn by_main_part(name: &str) -> Option<Format> {
    match name {
        "xl/workbook.bin" => Some(Format::Xlsb),
        "xl/workbook.xml" => Some(Format::Xlsx),
        "word/document.xml" => Some(Format::Docx),
        "ppt/presentation.xml" => Some(Format::Pptx),
        _ => None,
    }
}

/// Programs may call the main part as they like, but not its folder.
fn by_folder(name: &str) -> Option<Format> {
    match name.split_once('/')?.0 {
        "word" => Some(Format::Docx),
        "ppt" => Some(Format::Pptx),
        "xl" => Some(Format::Xlsx),
        "visio" => Some(Format::Visio),
        _ => None,
    }
}

fn by_name(name: &str) -> Option<Format> {
    match name {
        "meta-inf/container.xml" => Some(Format::Epub),
        "androidmanifest.xml" | "meta-inf/manifest.mf" => Some(Format::Program),
        "index.apxl" => Some(Format::Key),
        "fixeddocumentsequence.fdseq" | "fixeddocseq.fdseq" => Some(Format::Xps),
        _ if name.starts_with("index/slide") && name.ends_with(".iwa") => Some(Format::Key),
        _ => None,
    }
}
