//! TIFF 6.0: a chain of directories, each of which describes a picture.

/// Whether a second picture follows the first.
pub(in crate::formats::image) fn has_pages(bytes: &[u8]) -> bool {
    next_directory(bytes).is_some_and(|next| next > 0)
}

fn next_directory(bytes: &[u8]) -> Option<u32> {
    let is_little = bytes.starts_with(b"II");
    let short = |at: usize| {
        let pair = *bytes.get(at..)?.first_chunk()?;
        Some(if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let long = |at: usize| {
        let four = *bytes.get(at..)?.first_chunk()?;
        Some(if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let first = usize::try_from(long(4)?).ok()?;
    let entries = usize::from(short(first)?);
    long(first.checked_add(2 + 12 * entries)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_directory_is_a_second_picture() {
        assert!(has_pages(b"II*\0\x08\0\0\0\0\0\x40\0\0\0"));
        assert!(!has_pages(b"MM\0*\0\0\0\x08\0\0\0\0\0\0"));
        assert!(!has_pages(b"MM\0*\xff\xff\xff\xff"));
    }
}
