use std::borrow::Cow;

use super::objects::Objects;
use crate::{
    archive::Archive,
    clean::excerpt,
    escape,
    format::Format,
    refusal::{Refusal, RefusalKind},
    xml::{self, Element, Event, XmlReader},
};

/// The parts of a package that have text, unpacked.
#[derive(Debug)]
pub(in crate::formats) struct Package {
    content: Vec<u8>,
    styles: Vec<u8>,
    meta: Vec<u8>,
    objects: Vec<(String, Vec<u8>)>,
    is_incomplete: bool,
}

/// The longest title, in characters.
const MAX_TITLE: usize = 300;
/// The most charts and formulas of a document that are read.
const MAX_OBJECTS: usize = 500;

impl Package {
    /// Unpacks a file.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::Encrypted`] when its list of parts says so, [`RefusalKind::Damaged`] when it
    /// has no content, and those of [`Archive`] for the archive and the content. Other parts that
    /// cannot be read are missing only.
    pub(in crate::formats) fn open(bytes: &[u8], format: Format) -> Result<Self, Refusal> {
        let mut archive = Archive::open(bytes, format)?;
        let mut is_incomplete = false;
        let list = read(&mut archive, "META-INF/manifest.xml", &mut is_incomplete);
        if is_encrypted(&list) {
            return Err(Refusal::of(RefusalKind::Encrypted, format));
        }
        let content = archive.read("content.xml")?;
        Ok(Self {
            content: content.ok_or(Refusal::of(RefusalKind::Damaged, format))?,
            styles: read(&mut archive, "styles.xml", &mut is_incomplete),
            meta: read(&mut archive, "meta.xml", &mut is_incomplete),
            objects: objects(&mut archive, &mut is_incomplete),
            is_incomplete,
        })
    }

    /// The part with the text.
    pub(in crate::formats) fn content(&self) -> Cow<'_, str> {
        xml::decode(&self.content)
    }

    /// The part with the named styles and what repeats on all pages.
    pub(in crate::formats) fn styles(&self) -> Cow<'_, str> {
        xml::decode(&self.styles)
    }

    /// The charts and formulas in it.
    pub(in crate::formats) fn objects(&self) -> Objects {
        Objects::of(&self.objects)
    }

    /// Whether a part beside the content could not be read.
    pub(in crate::formats) fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// The title that the author gave to the document.
    pub(in crate::formats) fn title(&self) -> Option<String> {
        let meta = xml::decode(&self.meta);
        let root = xml::parse(&meta).ok()?;
        let title = root.descendants().find(|element| element.is("dc:title"))?.text();
        let title = excerpt(&escape::text(&title), MAX_TITLE);
        (!title.is_empty()).then_some(title)
    }
}

/// A part that is not needed; empty where there is none, or where it cannot be read, which is noted.
fn read(archive: &mut Archive<'_>, name: &str, is_incomplete: &mut bool) -> Vec<u8> {
    let part = archive.read(name);
    *is_incomplete |= part.is_err();
    part.ok().flatten().unwrap_or_default()
}

/// The parts with charts and formulas, by the names of their folders.
fn objects(archive: &mut Archive<'_>, is_incomplete: &mut bool) -> Vec<(String, Vec<u8>)> {
    let names: Vec<String> = archive.names().collect();
    let mut objects = Vec::new();
    for folder in names.iter().filter_map(|name| name.strip_suffix("/content.xml")) {
        if objects.len() < MAX_OBJECTS {
            let part = read(archive, &format!("{folder}/content.xml"), is_incomplete);
            objects.push((folder.to_owned(), part));
        }
    }
    objects
}

/// Whether the list of parts names a cipher for one of them.
pub(in crate::formats) fn is_encrypted(list: &[u8]) -> bool {
    let list = xml::decode(list);
    let mut reader = XmlReader::new(&list);
    while let Some(event) = reader.read() {
        if matches!(event, Event::Start(element) if is_cipher(&element)) {
            return true;
        }
    }
    false
}

fn is_cipher(element: &Element<'_>) -> bool {
    element.name().1 == "encryption-data"
}
