use std::borrow::Cow;

use crate::{
    archive::Archive,
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
}

impl Package {
    /// Unpacks a file.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::Encrypted`] when its list of parts says so, [`RefusalKind::Damaged`] when it
    /// has no content, and those of [`Archive`].
    pub(in crate::formats) fn open(bytes: &[u8], format: Format) -> Result<Self, Refusal> {
        let mut archive = Archive::open(bytes, format)?;
        let list = archive.read("META-INF/manifest.xml")?.unwrap_or_default();
        if is_encrypted(&list) {
            return Err(Refusal::of(RefusalKind::Encrypted, format));
        }
        let content = archive.read("content.xml")?;
        Ok(Self {
            content: content.ok_or(Refusal::of(RefusalKind::Damaged, format))?,
            styles: archive.read("styles.xml")?.unwrap_or_default(),
            meta: archive.read("meta.xml")?.unwrap_or_default(),
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

    /// The title that the author gave to the document.
    pub(in crate::formats) fn title(&self) -> Option<String> {
        let meta = xml::decode(&self.meta);
        let root = xml::parse(&meta).ok()?;
        let title = root.descendants().find(|element| element.is("dc:title"))?.text();
        let title = title.trim();
        (!title.is_empty()).then(|| title.to_owned())
    }
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
