//! GIF89a: blocks in the order in which they are drawn.

/// A block with its first byte, or two of an extension.
enum Part<'a> {
    Picture(&'a [u8]),
    Extension(u8, &'a [u8]),
    End,
}

/// The extension that says how the picture is drawn.
const CONTROL: u8 = 0xf9;

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    if count(bytes) != 1 {
        return None;
    }
    let mut out = bytes.get(..header(bytes)?)?.to_vec();
    for part in parts(bytes)? {
        match part {
            Part::Picture(part) | Part::Extension(CONTROL, part) => out.extend_from_slice(part),
            Part::Extension(..) => {}
            Part::End => break,
        }
    }
    out.push(b';');
    Some(out)
}

/// How many pictures there are.
pub(super) fn count(bytes: &[u8]) -> usize {
    let pictures = parts(bytes).into_iter().flatten();
    pictures.filter(|part| matches!(part, Part::Picture(_))).count()
}

/// The length of the header with the colours that all pictures share.
fn header(bytes: &[u8]) -> Option<usize> {
    Some(13 + colors(*bytes.get(10)?))
}

/// The length of the table of colours that these flags announce.
fn colors(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn parts(bytes: &[u8]) -> Option<impl Iterator<Item = Part<'_>>> {
    let mut rest = bytes.get(header(bytes)?..)?;
    Some(std::iter::from_fn(move || {
        let head = match *rest.first()? {
            b',' => 11 + colors(*rest.get(9)?),
            b'!' => 2,
            b';' => {
                rest = &[];
                return Some(Part::End);
            }
            _ => return None,
        };
        let (part, after) = rest.split_at_checked(head + blocks(rest.get(head..)?)?)?;
        rest = after;
        Some(match part {
            [b'!', kind, ..] => Part::Extension(*kind, part),
            _ => Part::Picture(part),
        })
    }))
}

/// The length of a run of blocks, with the empty one at its end.
fn blocks(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    const CONTROL: &[u8] = b"!\xf9\x04\x01\0\0\0\0";
    const PICTURE: &[u8] = b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0";

    #[test]
    fn comments_are_left_out() {
        let bytes = [HEADER, b"!\xfe\x03GPS\0", CONTROL, PICTURE, b";more"].concat();

        assert_eq!(strip(&bytes).unwrap(), [HEADER, CONTROL, PICTURE, b";"].concat());
    }

    #[test]
    fn pictures_that_follow_each_other_are_counted() {
        let bytes = [HEADER, PICTURE, CONTROL, PICTURE, b";"].concat();

        assert_eq!(count(&bytes), 2);
        assert_eq!(strip(&bytes), None);
        assert_eq!(count(b"GIF89a"), 0);
    }
}
