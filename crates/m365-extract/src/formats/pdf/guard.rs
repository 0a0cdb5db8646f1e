//! What is checked before the parser sees a file, because it unpacks without a bound.
//!
//! This is a best effort that gives a bomb of the usual make a clean refusal: a stream of objects
//! that does not say so, or not in these letters (`/Obj#53tm`), or that is packed twice, is met by
//! the bounds of the process alone.

use super::stream::inflated;
use crate::{limits::MAX_UNPACKED, refusal::RefusalKind};

/// The most bytes that a stream of objects unpacks to.
const MAX_OBJECTS: usize = 32 * 1024 * 1024;
/// The most streams of objects and of references.
const MAX_STREAMS: usize = 20_000;
/// How far after its kind the data of a stream begins at most.
const MAX_HEAD: usize = 2_048;

/// Refuses a file whose streams of objects unpack to too much.
pub(super) fn check(bytes: &[u8]) -> Result<(), RefusalKind> {
    let mut left = usize::try_from(MAX_UNPACKED).unwrap_or(usize::MAX);
    for kind in [b"/ObjStm".as_slice(), b"/XRef"] {
        let starts: Vec<usize> = ends(bytes, kind).take(MAX_STREAMS + 1).collect();
        if starts.len() > MAX_STREAMS {
            return Err(RefusalKind::TooLarge);
        }
        let next = starts.iter().skip(1).copied().chain([bytes.len()]);
        for data in starts.iter().zip(next).filter_map(|(start, next)| data(bytes, *start, next)) {
            let count = inflated(data, MAX_OBJECTS.min(left));
            left = left.saturating_sub(count.ok_or(RefusalKind::TooLarge)?);
        }
    }
    Ok(())
}

/// Where each occurrence of a name ends.
fn ends(bytes: &[u8], name: &[u8]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += find(bytes.get(at..)?, name)? + name.len();
        Some(at)
    })
}

/// The data of the stream whose dictionary holds a place; `next` lies in the dictionary of another.
fn data(bytes: &[u8], start: usize, next: usize) -> Option<&[u8]> {
    let head = bytes.get(start..next.min(start.saturating_add(MAX_HEAD)))?;
    let at = start + find(head, b"stream")? + b"stream".len();
    bytes.get(at..).map(<[u8]>::trim_ascii_start)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
