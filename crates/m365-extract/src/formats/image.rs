//! Pictures: as large as is useful, upright, and without what their camera noted.

mod scale;
mod strip;

use std::io::Cursor;

use ::image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, metadata::Orientation,
};

use super::Reader;
use crate::{
    document::{Document, Image, Input, Options},
    format::Format,
    refusal::{Refusal, RefusalKind},
    sniff,
};

/// The most pixels of a picture that is read.
const MAX_PIXELS: u64 = 100_000_000;
/// The same for a JPEG that is stored in several passes, all of which are held at once.
const MAX_PIXELS_OF_PASSES: u64 = 33_000_000;
/// The most memory for a picture that is being read, in bytes.
const MAX_MEMORY: u64 = 300 * 1024 * 1024;

const MOVES: &str = "The picture moves; only its first image is shown.";
const MORE_PAGES: &str = "The file holds several pictures; only the first is shown.";

/// Pictures that models take: a large one is scaled down, others are handed on without their
/// metadata.
pub(crate) struct Picture;

impl Reader for Picture {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let bytes = input.bytes;
        let format = sniff::picture(bytes).unwrap_or(Format::Png);
        let source = Source::decode(bytes, format).map_err(|kind| Refusal::of(kind, format))?;
        let mut document = Document::default();
        document.warnings.extend(more(bytes, format).map(str::to_owned));
        let image = match source.as_it_is(bytes, format) {
            Some(image) => Some(image),
            None => source.redrawn(format, &mut document.warnings),
        };
        document.images.push(image.ok_or(Refusal::of(RefusalKind::Damaged, format))?);
        Ok(document)
    }
}

/// A picture that was read, not yet turned upright.
struct Source {
    image: DynamicImage,
    orientation: Orientation,
}

impl Source {
    fn decode(bytes: &[u8], format: Format) -> Result<Self, RefusalKind> {
        let lean = strip::without_packed(bytes, format);
        let mut reader = ImageReader::with_format(Cursor::new(lean.as_ref()), kind(format));
        let mut limits = Limits::default();
        limits.max_alloc = Some(MAX_MEMORY);
        reader.limits(limits.clone());
        let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        let most = if strip::has_passes(bytes, format) { MAX_PIXELS_OF_PASSES } else { MAX_PIXELS };
        if pixels > most || limits.reserve(decoder.total_bytes()).is_err() {
            return Err(RefusalKind::TooLarge);
        }
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
        Ok(Self { image, orientation })
    }

    /// The file without its metadata, when there is no need to draw it again.
    fn as_it_is(&self, bytes: &[u8], format: Format) -> Option<Image> {
        let is_upright = self.orientation == Orientation::NoTransforms;
        let is_small = scale::fits(&self.image) && bytes.len() <= scale::MAX_BYTES;
        let stripped = strip::strip(bytes, format).filter(|_| is_upright && is_small)?;
        Some(Image {
            media_type: kind(format).to_mime_type().into(),
            width: self.image.width(),
            height: self.image.height(),
            bytes: stripped,
        })
    }

    /// The picture drawn again: upright and not too large.
    fn redrawn(self, format: Format, warnings: &mut Vec<String>) -> Option<Image> {
        let (width, height) = (self.image.width(), self.image.height());
        let mut image = scale::down(self.image);
        if image.width() != width {
            warnings.push(format!("The picture was scaled down from {width}×{height} pixels."));
        }
        image.apply_orientation(self.orientation);
        scale::encode(image, format == Format::Jpeg)
    }
}

fn kind(format: Format) -> ImageFormat {
    match format {
        Format::Bmp => ImageFormat::Bmp,
        Format::Gif => ImageFormat::Gif,
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Tiff => ImageFormat::Tiff,
        Format::Webp => ImageFormat::WebP,
        _ => ImageFormat::Png,
    }
}

fn refusal(error: &ImageError) -> RefusalKind {
    match error {
        ImageError::Limits(_) => RefusalKind::TooLarge,
        ImageError::Unsupported(_) => RefusalKind::UnsupportedType,
        _ => RefusalKind::Damaged,
    }
}

/// What to say of a file with more pictures than the one that is shown.
fn more(bytes: &[u8], format: Format) -> Option<&'static str> {
    match format {
        Format::Gif | Format::Png | Format::Webp => strip::moves(bytes, format).then_some(MOVES),
        Format::Tiff => strip::has_pages(bytes).then_some(MORE_PAGES),
        _ => None,
    }
}
