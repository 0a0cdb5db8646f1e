//! The directory at the end of a zip archive, read without trust in what it claims.

/// What the record at the end of an archive says (APPNOTE 4.3.16, or 4.3.14 in large archives).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    entries: u64,
    start: u64,
}

/// How many entries the archive says it has; none when its end cannot be found.
pub(crate) fn claimed_entries(bytes: &[u8]) -> Option<u64> {
    Some(end(bytes)?.entries)
}

/// The names in the directory, in order; none when it cannot be found.
pub(crate) fn names(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = end(bytes).and_then(|end| usize::try_from(end.start).ok());
    std::iter::from_fn(move || {
        let entry = bytes.get(at?..)?;
        if !entry.starts_with(b"PK\x01\x02") {
            return None;
        }
        let length = |at: usize| Some(usize::from(u16_at(entry, at)?));
        let name_end = 46 + length(28)?;
        at = at?.checked_add(name_end + length(30)? + length(32)?);
        entry.get(46..name_end)
    })
}

fn end(bytes: &[u8]) -> Option<End> {
    let tail = bytes.len().saturating_sub(66_000);
    let found = bytes.get(tail..)?.windows(4).rposition(|mark| mark == b"PK\x05\x06")?;
    let record = bytes.get(tail + found..)?;
    let short = End { entries: u16_at(record, 10)?.into(), start: u32_at(record, 16)?.into() };
    Some(long_end(bytes, tail + found).unwrap_or(short))
}

/// The record of a large archive, which a pointer before the ordinary one leads to.
fn long_end(bytes: &[u8], end: usize) -> Option<End> {
    let pointer = bytes.get(end.checked_sub(20)?..end)?;
    let at = usize::try_from(u64_at(pointer, 8)?).ok()?;
    let record = bytes.get(at..)?;
    let is_marked = pointer.starts_with(b"PK\x06\x07") && record.starts_with(b"PK\x06\x06");
    is_marked.then(|| Some(End { entries: u64_at(record, 32)?, start: u64_at(record, 48)? }))?
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_archive_has_its_own_record() {
        let mut bytes = b"PK\x06\x06".to_vec();
        bytes.resize(32, 0);
        bytes.extend(70_000_u64.to_le_bytes());
        bytes.resize(48, 0);
        bytes.extend(7_u64.to_le_bytes());
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend([0; 12]);
        bytes.extend(b"PK\x05\x06");
        bytes.extend([0xff; 18]);

        assert_eq!(end(&bytes), Some(End { entries: 70_000, start: 7 }));
    }

    #[test]
    fn what_has_no_end_has_no_entries() {
        assert_eq!(claimed_entries(b"PK\x03\x04"), None);
        assert_eq!(claimed_entries(b"PK\x05\x06"), None);
        assert_eq!(names(b"PK\x05\x06").count(), 0);
    }
}
