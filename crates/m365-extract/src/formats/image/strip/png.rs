//! PNG: chunks with a length, a name and a checksum.

use std::borrow::Cow;

const MARK: usize = 8;

/// Chunks that say how the pixels look; all other optional ones are left out.
const KEPT: [&[u8]; 10] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"cICP"];

/// Chunks whose data are packed and may unpack to any size, without being a part of the picture.
const PACKED: [&[u8]; 3] = [b"zTXt", b"iTXt", b"iCCP"];

/// The file without what a decoder would unpack beside the picture.
pub(super) fn without_packed(bytes: &[u8]) -> Cow<'_, [u8]> {
    let is_packed = |(name, _): &(&[u8], &[u8])| PACKED.contains(name);
    if !chunks(bytes).any(|chunk| is_packed(&chunk)) {
        return Cow::Borrowed(bytes);
    }
    let mut out = bytes.get(..MARK).unwrap_or_default().to_vec();
    let kept = chunks(bytes).filter(|chunk| !is_packed(chunk));
    kept.for_each(|(_, chunk)| out.extend_from_slice(chunk));
    Cow::Owned(out)
}

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..MARK)?.to_vec();
    for (name, chunk) in chunks(bytes) {
        match name {
            b"acTL" => return None,
            _ if KEPT.contains(&name) => out.extend_from_slice(chunk),
            _ => {}
        }
        if name == b"IEND" {
            return Some(out);
        }
    }
    None
}

/// Whether there are more pictures than the one that all programs show.
pub(super) fn moves(bytes: &[u8]) -> bool {
    chunks(bytes).any(|(name, _)| name == b"acTL")
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes.get(MARK..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(*rest.first_chunk()?);
        let end = usize::try_from(length).ok()?.checked_add(12)?;
        let (chunk, after) = rest.split_at_checked(end)?;
        rest = after;
        Some((chunk.get(4..8)?, chunk))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], name, data, &[0; 4]].concat()
    }

    #[test]
    fn text_is_left_out_and_so_is_what_follows_the_end() {
        let parts = [chunk(b"IHDR", b"x"), chunk(b"tEXt", b"GPS"), chunk(b"IEND", b"")];
        let bytes = [&[0; MARK][..], &parts.concat(), b"more"].concat();

        let stripped = strip(&bytes).unwrap();

        assert_eq!(stripped, [&[0; MARK][..], &parts[0], &parts[2]].concat());
    }

    #[test]
    fn c06_what_unpacks_beside_the_picture_is_not_decoded() {
        let parts = [chunk(b"IHDR", b"x"), chunk(b"iCCP", b"bomb"), chunk(b"eXIf", b"")];
        let bytes = [&[0; MARK][..], &parts.concat()].concat();

        let lean = without_packed(&bytes);

        assert_eq!(*lean, [&[0; MARK][..], &parts[0], &parts[2]].concat());
        assert!(matches!(without_packed(&lean), Cow::Borrowed(_)));
    }

    #[test]
    fn what_moves_or_does_not_end_is_not_kept() {
        assert_eq!(strip(&[&[0; MARK][..], &chunk(b"IDAT", b"x")].concat()), None);
        assert_eq!(strip(&[&[0; MARK][..], &chunk(b"acTL", b"x")].concat()), None);
        assert_eq!(strip(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIDAT"), None);
    }
}
