//! JPEG: segments (ITU-T T.81 B.1.1), and pixels between some of them.

/// A piece of a file.
enum Part<'a> {
    /// A marker and what belongs to it.
    Segment(u8, &'a [u8]),
    /// Compressed pixels.
    Pixels(&'a [u8]),
}

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const FILL: u8 = 0xff;

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    for part in parts(bytes) {
        match part {
            Part::Segment(END, part) => {
                out.extend_from_slice(part);
                return Some(out);
            }
            Part::Segment(marker, part) if is_kept(marker, part) => out.extend_from_slice(part),
            Part::Segment(..) => {}
            Part::Pixels(pixels) => out.extend_from_slice(pixels),
        }
    }
    None
}

/// Whether the picture is stored in several passes over all of it.
pub(super) fn has_passes(bytes: &[u8]) -> bool {
    let is_progressive = |part| matches!(part, Part::Segment(0xc2 | 0xc6 | 0xca | 0xce, _));
    parts(bytes).take_while(|part| !matches!(part, Part::Pixels(_))).any(is_progressive)
}

/// Comments and what programs add are left out, but for what the colours depend on.
fn is_kept(marker: u8, segment: &[u8]) -> bool {
    let says = |name: &[u8]| segment.get(4..).is_some_and(|data| data.starts_with(name));
    match marker {
        0xe0 => says(b"JFIF\0"),
        0xe2 => says(b"ICC_PROFILE\0"),
        0xee => says(b"Adobe"),
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

fn parts(bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut rest = bytes;
    let mut is_in_scan = false;
    std::iter::from_fn(move || {
        let length = if is_in_scan { pixels(rest) } else { segment(rest)? };
        let (part, after) = rest.split_at_checked(length)?;
        rest = after;
        if std::mem::take(&mut is_in_scan) {
            return Some(Part::Pixels(part));
        }
        let marker = part.get(1).copied().unwrap_or(FILL);
        is_in_scan = marker == SCAN;
        Some(Part::Segment(marker, part))
    })
}

/// How long the segment is that begins here.
fn segment(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0xff, START | END | 0x01 | 0xd0..=0xd7, ..] => Some(2),
        // A marker may have fill bytes before it.
        [0xff, 0xff, ..] => Some(1),
        [0xff, _, high, low, ..] => Some(2 + usize::from(u16::from_be_bytes([*high, *low])).max(2)),
        _ => None,
    }
}

/// How many bytes there are up to the next marker that does not belong to the pixels.
fn pixels(bytes: &[u8]) -> usize {
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
    bytes.windows(2).position(is_marker).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camera_data_and_what_follows_the_end_are_left_out() {
        let bytes =
            b"\xff\xd8\xff\xe1\0\x0aExif\0\0\0\0\xff\xe2\0\x0eICC_PROFILE\0\xff\xfe\0\x04hi\
                      \xff\xda\0\x02a\xff\0b\xff\xd0c\xff\xd9\xff\xd8 a film";

        assert_eq!(
            strip(bytes).unwrap(),
            b"\xff\xd8\xff\xe2\0\x0eICC_PROFILE\0\xff\xda\0\x02a\xff\0b\xff\xd0c\xff\xd9",
        );
    }

    #[test]
    fn a_picture_that_is_cut_or_filled_is_drawn_again_or_kept() {
        assert_eq!(strip(b"\xff\xd8\xff\xda\0\x02abc"), None);
        assert_eq!(strip(b"\xff\xd8\xff"), None);
        assert!(strip(b"\xff\xd8\xff\xff\xdb\0\x02\xff\xd9").is_some());
    }
}
