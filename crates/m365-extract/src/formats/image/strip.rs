//! Pictures without their metadata, their pixels untouched.

mod gif;
mod jpeg;
mod png;
mod tiff;
mod webp;

use std::borrow::Cow;

pub(super) use self::tiff::has_pages;
use crate::format::Format;

/// The file without comments, camera data and thumbnails; none when it holds several pictures, when
/// its parts cannot be told apart, or in a format that models do not take.
pub(super) fn strip(bytes: &[u8], format: Format) -> Option<Vec<u8>> {
    match format {
        Format::Gif => gif::strip(bytes),
        Format::Jpeg => jpeg::strip(bytes),
        Format::Png => png::strip(bytes),
        Format::Webp => webp::strip(bytes),
        _ => None,
    }
}

/// The file as it can be decoded within bounds.
pub(super) fn without_packed(bytes: &[u8], format: Format) -> Cow<'_, [u8]> {
    if format == Format::Png { png::without_packed(bytes) } else { Cow::Borrowed(bytes) }
}

/// Whether the file holds several pictures that follow each other.
pub(super) fn moves(bytes: &[u8], format: Format) -> bool {
    match format {
        Format::Gif => gif::count(bytes) > 1,
        Format::Png => png::moves(bytes),
        Format::Webp => webp::moves(bytes),
        _ => false,
    }
}

/// Whether the picture is stored in several passes over all of it.
pub(super) fn has_passes(bytes: &[u8], format: Format) -> bool {
    format == Format::Jpeg && jpeg::has_passes(bytes)
}
