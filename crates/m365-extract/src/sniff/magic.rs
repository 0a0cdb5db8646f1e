//! Files that begin with a mark of their own.

use super::contains;
use crate::format::Format;

/// How far into a file its mark may stand when something was put before a PDF.
const PDF_WITHIN: usize = 1024;
/// How far behind the mark the first object of a PDF is looked for.
const OBJECT_WITHIN: usize = 4096;

/// What the first bytes say; containers such as zip have only their family's mark and are not here.
pub(super) fn kind(bytes: &[u8]) -> Option<Format> {
    let trimmed = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match () {
        () if trimmed.starts_with(b"{\\rtf") => Some(Format::Rtf),
        () if is_pdf(bytes) => Some(Format::Pdf),
        () if is_bitmap(bytes) => Some(Format::Bmp),
        () => marked(bytes).or_else(|| riff(bytes)).or_else(|| boxes(bytes)),
    }
}

/// Whether a rights policy protects the file, whatever is inside: the container of Azure Information
/// Protection, or that of Exchange.
pub(super) fn is_protected(bytes: &[u8]) -> bool {
    bytes.starts_with(b".pfile") || bytes.starts_with(b"\x76\xe8\x04\x60\xc4\x11\xe3\x86")
}

/// A PDF, also one with something before its mark; a text that only speaks of the mark is none.
fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(PDF_WITHIN)];
    let mark = b"%PDF-";
    match head.windows(mark.len()).position(|window| window == mark) {
        Some(0) => true,
        Some(at) => contains(&bytes[at..bytes.len().min(at + OBJECT_WITHIN)], b" obj"),
        None => false,
    }
}

/// A bitmap: its mark is too short to tell it from text, but the size of its header is not.
fn is_bitmap(bytes: &[u8]) -> bool {
    let header = bytes.get(14..18).filter(|_| bytes.starts_with(b"BM"));
    header.is_some_and(|size| matches!(size, [12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

fn marked(bytes: &[u8]) -> Option<Format> {
    let has = |(at, mark, _): &&(usize, &[u8], Format)| {
        bytes.get(*at..).is_some_and(|rest| rest.starts_with(mark))
    };
    MARKS.iter().find(has).map(|(_, _, format)| *format)
}

/// Marks with their place; a longer one stands before a shorter one that it begins with.
const MARKS: &[(usize, &[u8], Format)] = &[
    (0, b"\x89PNG\r\n\x1a\n", Format::Png),
    (0, b"\xff\xd8\xff", Format::Jpeg),
    (0, b"GIF87a", Format::Gif),
    (0, b"GIF89a", Format::Gif),
    (0, b"II*\0", Format::Tiff),
    (0, b"MM\0*", Format::Tiff),
    (40, b" EMF\0\0", Format::Emf),
    (0, b"\xd7\xcd\xc6\x9a", Format::Emf),
    (0, b"8BPS\0", Format::Psd),
    (0, b"AC10", Format::Dwg),
    (0, b"7z\xbc\xaf\x27\x1c", Format::Archive),
    (0, b"Rar!\x1a\x07", Format::Archive),
    (0, b"\x1f\x8b\x08", Format::Archive),
    (4, b"1AY&SY", Format::Archive),
    (0, b"\xfd7zXZ\0", Format::Archive),
    (0, b"\x28\xb5\x2f\xfd", Format::Archive),
    (0, b"MSCF\0", Format::Archive),
    (257, b"ustar", Format::Archive),
    (32_769, b"CD001", Format::Archive),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", Format::OneNote),
    (0, b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c", Format::OneNote),
    (4, b"Standard Jet DB", Format::Access),
    (4, b"Standard ACE DB", Format::Access),
    (0, b"!BDN", Format::Pst),
    (0, b"wOFF\0", Format::Font),
    (0, b"wOFF\x4f\x54\x54\x4f", Format::Font),
    (0, b"wOF2\0", Format::Font),
    (0, b"wOF2\x4f\x54\x54\x4f", Format::Font),
    (0, b"OTTO\0", Format::Font),
    (0, b"ttcf\0", Format::Font),
    (0, b"\0\x01\0\0\0", Format::Font),
    (0, b"\x7fELF", Format::Program),
    (0, b"\xca\xfe\xba\xbe", Format::Program),
    (0, b"\xcf\xfa\xed\xfe", Format::Program),
    (0, b"\xce\xfa\xed\xfe", Format::Program),
    (0, b"\0asm", Format::Program),
    (0, b"dex\n0", Format::Program),
    (0, b"\x1a\x45\xdf\xa3", Format::Video),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Format::Video),
    (0, b"FLV\x01", Format::Video),
    (0, b"\0\0\x01\xba", Format::Video),
    (0, b"\0\0\x01\xb3", Format::Video),
    (0, b"ID3\x02", Format::Audio),
    (0, b"ID3\x03", Format::Audio),
    (0, b"ID3\x04", Format::Audio),
    (0, b"fLaC\0", Format::Audio),
    (0, b"OggS\0", Format::Audio),
    (0, b"MThd\0", Format::Audio),
    (0, b"#!AMR", Format::Audio),
];

/// Marks so short that a text may begin with them.
const SHORT_MARKS: &[(&[u8], Format)] = &[
    (b"MZ", Format::Program),
    (b"\xff\xfb", Format::Audio),
    (b"\xff\xf3", Format::Audio),
    (b"\xff\xf2", Format::Audio),
    (b"\xff\xf1", Format::Audio),
];

/// What a file that is not text begins with.
pub(super) fn binary_kind(bytes: &[u8]) -> Option<Format> {
    SHORT_MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, format)| *format)
}

/// The Resource Interchange File Format and its big-endian elder, by what they hold.
fn riff(bytes: &[u8]) -> Option<Format> {
    if !bytes.starts_with(b"RIFF") && !bytes.starts_with(b"FORM") {
        return None;
    }
    match bytes.get(8..12)? {
        b"WEBP" => Some(Format::Webp),
        b"WAVE" | b"AIFF" | b"AIFC" => Some(Format::Audio),
        b"AVI " => Some(Format::Video),
        _ => None,
    }
}

/// The ISO base media file format (ISO/IEC 14496-12) by its brand, and QuickTime of before it.
fn boxes(bytes: &[u8]) -> Option<Format> {
    match bytes.get(4..8)? {
        b"ftyp" => Some(brand(bytes.get(8..12)?)),
        b"moov" | b"mdat" | b"wide" if bytes.starts_with(b"\0") => Some(Format::Video),
        _ => None,
    }
}

fn brand(brand: &[u8]) -> Format {
    match brand {
        b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" | b"avif" | b"avis" => {
            Format::Heic
        }
        b"M4A " | b"M4B " | b"M4P " => Format::Audio,
        _ => Format::Video,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_are_known_by_their_containers() {
        assert_eq!(kind(b"\0\0\0\x18ftypmp42\0\0"), Some(Format::Video));
        assert_eq!(kind(b"\0\0\0\x18ftypheic\0\0"), Some(Format::Heic));
        assert_eq!(kind(b"\0\0\0\x18ftypM4A \0\0"), Some(Format::Audio));
        assert_eq!(kind(b"RIFF\0\0\0\0WAVEfmt "), Some(Format::Audio));
        assert_eq!(kind(b"RIFF\0\0\0\0AVI LIST"), Some(Format::Video));
        assert_eq!(kind(b"\x1a\x45\xdf\xa3\x01"), Some(Format::Video));
    }

    #[test]
    fn a_database_is_no_font() {
        assert_eq!(kind(b"\0\x01\0\0Standard ACE DB\0"), Some(Format::Access));
        assert_eq!(kind(b"\0\x01\0\0\0\x0f\x80"), Some(Format::Font));
    }

    #[test]
    fn a_bitmap_is_told_from_text_by_its_header() {
        let bitmap = [b"BM\0\0\0\0\0\0\0\0\x3e\0\0\0\x28\0\0\0", &[b'U'; 99][..]].concat();

        assert_eq!(kind(&bitmap), Some(Format::Bmp));
        assert_eq!(kind(b"BMW and other cars are sold here."), None);
    }

    #[test]
    fn a_pdf_may_begin_late_but_a_text_about_it_is_none() {
        assert_eq!(kind(b"\r\n\r\n%PDF-1.4\n1 0 obj\n"), Some(Format::Pdf));
        assert_eq!(kind(b"A PDF begins with %PDF-1.4."), None);
    }
}
