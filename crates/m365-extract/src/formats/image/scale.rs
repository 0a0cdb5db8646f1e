//! Pictures drawn again: smaller, in a format that models take.

use std::{borrow::Cow, io::Cursor};

use ::image::{
    DynamicImage, ImageFormat, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops::FilterType,
};

use crate::document::Image;

/// The longest side of a picture that is handed on, in pixels: models see no more.
const MAX_SIDE: u32 = 1568;
/// The largest picture that is handed on, in bytes; it grows by a third on its way as base64.
pub(super) const MAX_BYTES: usize = 1024 * 1024;
/// How good JPEG pictures are, from the best to what must do when that is too large.
const QUALITIES: [u8; 3] = [85, 70, 50];

/// Whether a picture is small enough.
pub(super) fn fits(image: &DynamicImage) -> bool {
    image.width() <= MAX_SIDE && image.height() <= MAX_SIDE
}

/// Scales a picture down to what models see. A much larger one is first brought near by averages,
/// which takes no memory besides.
pub(super) fn down(image: DynamicImage) -> DynamicImage {
    if fits(&image) {
        return image;
    }
    let is_huge = image.width().max(image.height()) > 2 * MAX_SIDE;
    let near = if is_huge { image.thumbnail(2 * MAX_SIDE, 2 * MAX_SIDE) } else { image };
    near.resize(MAX_SIDE, MAX_SIDE, FilterType::Triangle)
}

/// Encodes a picture: a photograph as JPEG; another as PNG, or as JPEG when that is too large.
pub(super) fn encode(image: DynamicImage, is_photograph: bool) -> Option<Image> {
    if !is_photograph {
        let png = png(&image)?;
        if png.len() <= MAX_BYTES {
            return Some(encoded("image/png", &image, png));
        }
    }
    let flat = DynamicImage::ImageRgb8(on_white(image));
    let smallest = || jpeg(&flat, QUALITIES[2]);
    let jpegs = QUALITIES.iter().filter_map(|quality| jpeg(&flat, *quality));
    let bytes = jpegs.into_iter().find(|bytes| bytes.len() <= MAX_BYTES).or_else(smallest)?;
    Some(encoded("image/jpeg", &flat, bytes))
}

fn encoded(media_type: &'static str, image: &DynamicImage, bytes: Vec<u8>) -> Image {
    let (width, height) = (image.width(), image.height());
    Image { media_type: Cow::Borrowed(media_type), width, height, bytes }
}

fn png(image: &DynamicImage) -> Option<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    let plain = match image.color().has_alpha() {
        true => DynamicImage::ImageRgba8(image.to_rgba8()),
        false => DynamicImage::ImageRgb8(image.to_rgb8()),
    };
    plain.write_to(&mut out, ImageFormat::Png).ok()?;
    Some(out.into_inner())
}

fn jpeg(image: &DynamicImage, quality: u8) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality).encode_image(image).ok()?;
    Some(out)
}

/// The picture without transparency, as on paper.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let mut flat = RgbImage::new(image.width(), image.height());
    for (to, from) in flat.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u16::from);
        let mix = |part: u16| u8::try_from((part * alpha + 255 * (255 - alpha)) / 255);
        *to = Rgb([red, green, blue].map(|part| mix(part).unwrap_or(u8::MAX)));
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_picture_keeps_its_proportions() {
        let image = down(DynamicImage::new_rgb8(4000, 1000));

        assert_eq!((image.width(), image.height()), (1568, 392));
    }

    #[test]
    fn a_thin_picture_does_not_vanish() {
        let image = down(DynamicImage::new_rgb8(40_000, 1));

        assert_eq!((image.width(), image.height()), (1568, 1));
    }

    #[test]
    fn transparency_becomes_paper() {
        let flat = on_white(DynamicImage::new_rgba8(1, 1));

        assert_eq!(flat.get_pixel(0, 0).0, [255; 3]);
    }

    #[test]
    fn a_photograph_is_a_jpeg_and_a_drawing_a_png() {
        let media_type =
            |is_photograph| encode(DynamicImage::new_rgb8(8, 8), is_photograph).unwrap().media_type;

        assert_eq!(media_type(true), "image/jpeg");
        assert_eq!(media_type(false), "image/png");
    }
}
