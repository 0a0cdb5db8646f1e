//! The properties of a message, a recipient or an attachment (MS-OXMSG 2.4).

use encoding_rs::{Encoding, UTF_8, UTF_16LE};

use super::{language, names::Names, store::Store};
use crate::charset;

/// The most properties of an object that are looked at.
const MAX_PROPERTIES: usize = 10_000;
/// The size of an entry of the property stream.
const ENTRY: usize = 16;

/// Types of values, by MS-OXCDATA 2.11.1.
const INTEGER: u16 = 0x0003;
const DOUBLE: u16 = 0x0005;
const BOOLEAN: u16 = 0x000b;
const TIME: u16 = 0x0040;

/// Where a message says in which encoding its texts of eight bits are, and its page.
const MESSAGE_CODE_PAGE: Id = Id::Tag(0x3ffd);
const LANGUAGE: Id = Id::Tag(0x3ff1);
pub(super) const INTERNET_CODE_PAGE: Id = Id::Tag(0x3fde);

/// What has properties; the head of its property stream differs in length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    File,
    Message,
    Part,
}

impl Owner {
    fn head(self) -> usize {
        match self {
            Self::File => 32,
            Self::Message => 24,
            Self::Part => 8,
        }
    }
}

/// A property: one of those with a number, or one that is named.
#[derive(Clone, Copy, Debug)]
pub(super) enum Id {
    Tag(u16),
    /// A set of names, by the first number of its GUID, and the number in it.
    Named(u32, u32),
}

/// The properties of an object.
pub(super) struct Properties {
    path: String,
    fixed: Vec<Fixed>,
    encoding: Option<&'static Encoding>,
}

/// A value that stands in the property stream itself.
struct Fixed {
    kind: u16,
    id: u16,
    value: [u8; 8],
}

impl Properties {
    /// Reads those of the object at `path`; texts of eight bits are in `encoding`.
    pub(super) fn read(
        store: &mut Store<'_>,
        path: &str,
        owner: Owner,
        encoding: Option<&'static Encoding>,
    ) -> Self {
        let stream = store.stream(&format!("{path}/__properties_version1.0")).unwrap_or_default();
        let entries = stream.get(owner.head()..).unwrap_or_default();
        let fixed = entries.chunks_exact(ENTRY).take(MAX_PROPERTIES).filter_map(Fixed::parse);
        Self { path: path.to_owned(), fixed: fixed.collect(), encoding }
    }

    /// Reads those of a message, which says itself in which encoding its texts are; where it does
    /// not, that is `outer`.
    pub(super) fn of_message(
        store: &mut Store<'_>,
        path: &str,
        owner: Owner,
        outer: Option<&'static Encoding>,
    ) -> Self {
        let mut properties = Self::read(store, path, owner, outer);
        let number = |id| u32::try_from(properties.integer(id, &Names::default())?).ok();
        let own = number(MESSAGE_CODE_PAGE)
            .and_then(charset::of_code_page)
            .or_else(|| language::encoding(number(LANGUAGE)?))
            .or_else(|| language::local(charset::of_code_page(number(INTERNET_CODE_PAGE)?)?));
        properties.encoding = own.or(outer);
        properties
    }

    /// The encoding that a property names by its number.
    pub(super) fn code_page(&self, id: Id) -> Option<&'static Encoding> {
        let page = self.integer(id, &Names::default())?;
        charset::of_code_page(u32::try_from(page).ok()?)
    }

    /// The encoding of texts of eight bits, where it is known.
    pub(super) fn encoding(&self) -> Option<&'static Encoding> {
        self.encoding
    }

    /// Where the object is in the file.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    fn fixed(&self, id: Id, names: &Names, kind: u16) -> Option<[u8; 8]> {
        let id = names.tag(id)?;
        let found = self.fixed.iter().find(|fixed| fixed.id == id && fixed.kind == kind);
        found.map(|fixed| fixed.value)
    }

    /// A number, as far as it is small.
    pub(super) fn integer(&self, id: Id, names: &Names) -> Option<i32> {
        let [a, b, c, d, ..] = self.fixed(id, names, INTEGER)?;
        Some(i32::from_le_bytes([a, b, c, d]))
    }

    /// A number with a fraction.
    pub(super) fn double(&self, id: Id, names: &Names) -> Option<f64> {
        self.fixed(id, names, DOUBLE).map(f64::from_le_bytes)
    }

    /// Whether something is so.
    pub(super) fn flag(&self, id: Id, names: &Names) -> bool {
        self.fixed(id, names, BOOLEAN).is_some_and(|value| value[0] != 0)
    }

    /// A moment, in seconds since 1970.
    pub(super) fn time(&self, id: Id, names: &Names) -> Option<i64> {
        /// From 1601, where such times begin, to 1970.
        const TO_1970: i64 = 11_644_473_600;
        let ticks = u64::from_le_bytes(self.fixed(id, names, TIME)?);
        let seconds = i64::try_from(ticks / 10_000_000).ok()? - TO_1970;
        // Outlook writes the end of the year 4500 where there is no time.
        (seconds < 79_000_000_000).then_some(seconds)
    }

    /// A text; empty where there is none.
    pub(super) fn text(&self, store: &mut Store<'_>, id: Id, names: &Names) -> String {
        let Some(tag) = names.tag(id) else { return String::new() };
        let text = match store.stream(&self.stream(tag, "001F")) {
            Some(wide) => UTF_16LE.decode_without_bom_handling(&wide).0.into_owned(),
            None => self.narrow(&store.stream(&self.stream(tag, "001E")).unwrap_or_default()),
        };
        text.trim_end_matches('\0').to_owned()
    }

    /// A text of eight bits, which is not always in the encoding that it should be in.
    fn narrow(&self, bytes: &[u8]) -> String {
        let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        let encoding = self.encoding.filter(|encoding| *encoding != UTF_8);
        let text = encoding.map(|encoding| encoding.decode_without_bom_handling(bytes));
        match text {
            Some((text, false)) => text.into_owned(),
            _ => charset::decode(bytes, None),
        }
    }

    /// The bytes of a property.
    pub(super) fn binary(&self, store: &mut Store<'_>, tag: u16) -> Option<Vec<u8>> {
        store.stream(&self.stream(tag, "0102"))
    }

    /// Where the value of a property stands when it is no fixed one.
    pub(super) fn stream(&self, tag: u16, kind: &str) -> String {
        format!("{}/__substg1.0_{tag:04X}{kind}", self.path)
    }
}

impl Fixed {
    fn parse(entry: &[u8]) -> Option<Self> {
        let (&[kind, kind_high, id, id_high], rest) = entry.split_first_chunk()?;
        Some(Self {
            kind: u16::from_le_bytes([kind, kind_high]),
            id: u16::from_le_bytes([id, id_high]),
            value: rest.last_chunk().copied()?,
        })
    }
}
