//! WebP: a RIFF file of chunks (RFC 9649).

const HEADER: usize = 12;
/// The flags of the extended header that announce XMP and EXIF data.
const METADATA: u8 = 0x0c;

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    if moves(bytes) {
        return None;
    }
    let mut out = bytes.get(..HEADER)?.to_vec();
    for (name, chunk) in chunks(bytes) {
        let start = out.len();
        match name {
            b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH" | b"ICCP" => out.extend_from_slice(chunk),
            _ => {}
        }
        if let Some(flags) = out.get_mut(start + 8).filter(|_| name == b"VP8X") {
            *flags &= !METADATA;
        }
    }
    let size = u32::try_from(out.len() - 8).ok()?;
    out.get_mut(4..8)?.copy_from_slice(&size.to_le_bytes());
    (out.len() > HEADER).then_some(out)
}

/// Whether there are several pictures.
pub(super) fn moves(bytes: &[u8]) -> bool {
    chunks(bytes).any(|(name, _)| matches!(name, b"ANIM" | b"ANMF"))
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes.get(HEADER..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32::from_le_bytes(*rest.get(4..)?.first_chunk()?);
        // Chunks begin at even places.
        let end = usize::try_from(length).ok()?.checked_next_multiple_of(2)?.checked_add(8)?;
        let (chunk, after) = rest.split_at_checked(end)?;
        rest = after;
        Some((chunk.get(..4)?, chunk))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camera_data_is_left_out_and_no_longer_announced() {
        let bytes = b"RIFF\x26\0\0\0WEBPVP8X\x02\0\0\0\x0c\0EXIF\x03\0\0\0GPS\0VP8L\x02\0\0\0ab";

        assert_eq!(strip(bytes).unwrap(), b"RIFF\x18\0\0\0WEBPVP8X\x02\0\0\0\0\0VP8L\x02\0\0\0ab");
    }

    #[test]
    fn what_moves_is_drawn_again() {
        assert!(moves(b"RIFF\0\0\0\0WEBPANIM\0\0\0\0"));
        assert_eq!(strip(b"RIFF\0\0\0\0WEBPANIM\0\0\0\0"), None);
    }
}
