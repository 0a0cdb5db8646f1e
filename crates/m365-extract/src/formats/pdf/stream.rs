//! Streams, unpacked to a bound.

use std::{borrow::Cow, io::Read};

use flate2::read::ZlibDecoder;
use hayro_syntax::{
    Filter,
    object::{Array, Dict, Stream},
};

use super::budget::Budget;

/// How many times its packed size a stream unpacks to at most, for each filter that packs.
const MOST: usize = 1_100;

/// Unpacks a stream if the budget allows it.
pub(super) fn unpacked<'a>(stream: &Stream<'a>, budget: &mut Budget) -> Option<Cow<'a, [u8]>> {
    if !fits(stream, budget.bytes_left()) {
        budget.exceed();
        return None;
    }
    let data = stream.decoded_data().ok()?;
    budget.bytes(data.len()).then_some(data)
}

/// Whether a stream unpacks to at most `max` bytes. The parser unpacks without a bound, so what could
/// be larger is unpacked once before, only to count.
pub(super) fn fits(stream: &Stream<'_>, max: usize) -> bool {
    let raw = stream.raw_data();
    let filters = stream.filters();
    let packing = filters.iter().filter(|filter| packs(**filter)).count();
    let most = (0..packing).fold(raw.len(), |most, _| most.saturating_mul(MOST));
    most <= max || (filters.as_slice() == [Filter::FlateDecode] && inflated(&raw, max).is_some())
}

fn packs(filter: Filter) -> bool {
    !matches!(filter, Filter::AsciiHexDecode | Filter::Ascii85Decode | Filter::Crypt)
}

/// How many bytes data inflates to; none where it is more than `max`. Damaged data is counted up to
/// there.
pub(super) fn inflated(data: &[u8], max: usize) -> Option<usize> {
    let mut decoder = ZlibDecoder::new(data);
    let mut buffer = vec![0; 64 * 1024];
    let mut total: usize = 0;
    while total <= max {
        match decoder.read(&mut buffer) {
            Ok(0) | Err(_) => return Some(total),
            Ok(count) => total = total.saturating_add(count),
        }
    }
    None
}

/// The content of a page: one stream, or several one after the other.
pub(super) fn content(page: &Dict<'_>, budget: &mut Budget) -> Vec<u8> {
    let mut all = Vec::new();
    let key = b"Contents".as_slice();
    let streams: Box<dyn Iterator<Item = Stream<'_>>> = match page.get::<Stream<'_>>(key) {
        Some(one) => Box::new(std::iter::once(one)),
        None => Box::new(page.get::<Array<'_>>(key).into_iter().flat_map(|array| array.iter())),
    };
    for stream in streams {
        if let Some(data) = unpacked(&stream, budget) {
            all.extend_from_slice(&data);
            all.push(b' ');
        }
        if budget.bytes_left() == 0 {
            break;
        }
    }
    all
}
