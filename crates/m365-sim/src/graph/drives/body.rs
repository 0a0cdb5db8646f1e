//! What is in a file.

use std::borrow::Cow;

use bytes::Bytes;

use crate::data::office;

/// How long each line of a long table is, with its line end.
pub(crate) const LINE: u64 = 32;

/// The content of a file, made when somebody asks for it.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// A Loop page or a whiteboard, whose own form nobody reads.
    Fluid(Cow<'static, str>),
    /// Text in UTF-8.
    Text(Cow<'static, str>),
    /// Text in UTF-16, with a byte order mark.
    Utf16(Cow<'static, str>),
    /// Text in ISO 8859-1.
    Latin1(Cow<'static, str>),
    /// A Word document.
    Word(Cow<'static, str>),
    /// An Excel workbook.
    Sheet(Cow<'static, str>),
    /// A PowerPoint presentation.
    Slides(Cow<'static, str>),
    /// A PDF document.
    Pdf(Cow<'static, str>),
    /// Bytes as they are, and the words that the index finds in them.
    Document { bytes: &'static [u8], words: Cow<'static, str> },
    /// A zip archive of named texts.
    Zip(&'static [(&'static str, &'static str)]),
    /// Bytes as they are, which the index does not read.
    Bytes(&'static [u8]),
    /// A table of so many lines of wind speeds.
    Lines(u64),
}

impl Body {
    /// Returns how long it is in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Bytes(bytes) | Self::Document { bytes, .. } => bytes.len() as u64,
            Self::Lines(count) => count * LINE,
            _ => self.all().len() as u64,
        }
    }

    /// Returns a part of it, from `start` up to but not including `end`.
    pub(crate) fn part(&self, start: u64, end: u64) -> Bytes {
        if let Self::Lines(_) = self {
            return lines(start, end).into();
        }
        let all = self.all();
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(all.len());
        all.slice(place(start)..place(end))
    }

    /// Returns the text that the index reads, and that conversions are made from.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text)
            | Self::Word(text)
            | Self::Fluid(text)
            | Self::Utf16(text)
            | Self::Latin1(text)
            | Self::Sheet(text)
            | Self::Slides(text)
            | Self::Pdf(text) => text,
            Self::Document { words, .. } => words,
            Self::Zip(_) | Self::Bytes(_) | Self::Lines(_) => "",
        }
    }

    /// Returns the hash that OneDrive gives, of what is not too long to hash at once.
    pub(crate) fn hash(&self) -> Option<[u8; 20]> {
        (!matches!(self, Self::Lines(_))).then(|| quick_xor(&self.all()))
    }

    fn all(&self) -> Bytes {
        match self {
            Self::Text(Cow::Borrowed(text)) => Bytes::from_static(text.as_bytes()),
            Self::Text(Cow::Owned(text)) => text.clone().into(),
            Self::Fluid(text) => fluid(text).into(),
            Self::Utf16(text) => utf16(text).into(),
            Self::Latin1(text) => {
                text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect::<Vec<_>>().into()
            }
            Self::Word(text) => office::word(text).into(),
            Self::Sheet(text) => office::sheet(text).into(),
            Self::Slides(text) => office::slides(text).into(),
            Self::Pdf(text) => office::pdf(text).into(),
            Self::Zip(entries) => office::archive(entries).into(),
            Self::Bytes(bytes) | Self::Document { bytes, .. } => Bytes::from_static(bytes),
            Self::Lines(count) => lines(0, count * LINE).into(),
        }
    }
}

/// Keeps the text from those who look for it in the bytes.
fn fluid(text: &str) -> Vec<u8> {
    let head = *b"FLUID\0\x01\x02";
    head.into_iter().chain(text.bytes().map(|byte| !byte)).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    let mark = std::iter::once(0xfeff);
    mark.chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn lines(start: u64, end: u64) -> Vec<u8> {
    let (first, last) = (start / LINE, end.div_ceil(LINE));
    let length = usize::try_from(end - start).unwrap_or_default();
    let mut out = Vec::with_capacity(length + 2 * LINE as usize);
    for number in first..last {
        let speed = 300 + number * 7919 % 2100;
        out.extend(
            format!("{number:010},{:02}.{:02},{:013}\r\n", speed / 100, speed % 100, speed).bytes(),
        );
    }
    out.drain(..usize::try_from(start - first * LINE).unwrap_or_default());
    out.truncate(length);
    out
}

/// Hashes as OneDrive does
/// ([QuickXorHash](https://learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash)).
fn quick_xor(bytes: &[u8]) -> [u8; 20] {
    let mut hash = [0; 20];
    for (place, byte) in bytes.iter().enumerate() {
        let shift = place * 11 % 160;
        let spread = u16::from(*byte) << (shift % 8);
        let [low, high] = spread.to_le_bytes();
        hash[shift / 8] ^= low;
        hash[(shift / 8 + 1) % 20] ^= high;
    }
    for (place, byte) in (bytes.len() as u64).to_le_bytes().into_iter().enumerate() {
        hash[12 + place] ^= byte;
    }
    hash
}
