use super::Reader;
use crate::{
    document::{Document, Image, Input, Options},
    format::Format,
    refusal::{Refusal, RefusalKind},
};

/// The most pixels of a picture that is handed on.
const MAX_PIXELS: u64 = 100_000_000;

/// Pictures: handed on as they are, with their size. Nothing is decoded.
pub(crate) struct Picture;

impl Reader for Picture {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let (format, media_type, size) = header(input.bytes);
        let (width, height) = size
            .filter(|(width, height)| *width > 0 && *height > 0)
            .ok_or(Refusal::of(RefusalKind::Damaged, format))?;
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(Refusal::of(RefusalKind::TooLarge, format));
        }
        let image =
            Image { media_type: media_type.into(), width, height, bytes: input.bytes.to_vec() };
        Ok(Document { images: vec![image], ..Document::default() })
    }
}

type Size = Option<(u32, u32)>;

/// The kind and size that the first bytes tell.
fn header(bytes: &[u8]) -> (Format, &'static str, Size) {
    match bytes {
        [0x89, b'P', ..] => (Format::Png, "image/png", png(bytes)),
        [b'G', ..] => (Format::Gif, "image/gif", gif(bytes)),
        [b'R', ..] => (Format::Webp, "image/webp", webp(bytes)),
        _ => (Format::Jpeg, "image/jpeg", jpeg(bytes)),
    }
}

/// The header chunk, PNG 11.2.2.
fn png(bytes: &[u8]) -> Size {
    Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?))
}

/// The logical screen descriptor, GIF89a 18.
fn gif(bytes: &[u8]) -> Size {
    Some((little(bytes, 6, 2)?, little(bytes, 8, 2)?))
}

/// The first chunk of a WebP container: extended, lossless or lossy.
fn webp(bytes: &[u8]) -> Size {
    match bytes.get(12..16)? {
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        b"VP8L" => {
            let bits = little(bytes, 21, 4)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => Some((little(bytes, 26, 2)? & 0x3fff, little(bytes, 28, 2)? & 0x3fff)),
    }
}

/// The frame header, found by walking the segments (ITU-T T.81 B.2.2).
fn jpeg(bytes: &[u8]) -> Size {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1).filter(|_| bytes[at] == 0xff)?;
        match marker {
            0xff => at += 1,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?).ok()?.max(2),
        }
    }
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let digits = bytes.get(at..at + length)?;
    Some(digits.iter().fold(0, |sum, digit| sum << 8 | u32::from(*digit)))
}

fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let digits = bytes.get(at..at + length)?;
    Some(digits.iter().rev().fold(0, |sum, digit| sum << 8 | u32::from(*digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_each_kind_is_read_from_its_header() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x30";
        let gif = b"GIF89a\x40\0\x30\0";
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x30\0\x40";
        let webp = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x3f\0\0\x2f\0\0";

        for bytes in [&png[..], gif, jpeg, webp] {
            assert_eq!(header(bytes).2, Some((64, 48)));
        }
    }

    #[test]
    fn a_header_that_ends_early_has_no_size() {
        assert_eq!(header(b"\xff\xd8\xff\xe0\0\0").2, None);
        assert_eq!(header(b"\x89PNG").2, None);
    }
}
