//! What is checked before the parser sees a file, because it unpacks without a bound.

use super::stream::inflated;
use crate::{limits::MAX_UNPACKED, refusal::RefusalKind};

/// The most bytes that a stream of objects unpacks to.
const MAX_OBJECTS: usize = 32 * 1024 * 1024;
/// How far after its kind the data of a stream begins at most.
const MAX_HEAD: usize = 2_048;

/// Refuses a file whose streams of objects unpack to too much.
pub(super) fn check(bytes: &[u8]) -> Result<(), RefusalKind> {
    let mut left = usize::try_from(MAX_UNPACKED).unwrap_or(usize::MAX);
    for kind in [b"/ObjStm".as_slice(), b"/XRef"] {
        let mut rest = bytes;
        while let Some(at) = find(rest, kind) {
            rest = rest.get(at + kind.len()..).unwrap_or_default();
            let count = inflated(data(rest), MAX_OBJECTS.min(left));
            left = left.saturating_sub(count.ok_or(RefusalKind::TooLarge)?);
        }
    }
    Ok(())
}

/// The data of a stream, from within its dictionary on.
fn data(dictionary: &[u8]) -> &[u8] {
    let head = dictionary.get(..MAX_HEAD).unwrap_or(dictionary);
    let start = find(head, b"stream").map_or(dictionary.len(), |at| at + b"stream".len());
    dictionary.get(start..).unwrap_or_default().trim_ascii_start()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
