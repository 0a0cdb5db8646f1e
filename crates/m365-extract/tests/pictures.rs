//! Pictures that models can look at: small enough, upright, and silent about where they were taken.

use std::io::Cursor;

use image::{
    DynamicImage, Frame, ImageFormat, Rgb, RgbImage, RgbaImage, codecs::gif::GifEncoder,
    load_from_memory,
};
use m365_extract::{Format, Image, RefusalKind};

use super::{read, refusal};

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A picture whose left upper corner is red.
fn picture(width: u32, height: u32) -> DynamicImage {
    let is_corner = |x, y| x < width / 2 && y < height / 2;
    let color = |x, y| if is_corner(x, y) { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) };
    RgbImage::from_fn(width, height, color).into()
}

fn shown(name: &str, bytes: &[u8]) -> Image {
    read(name, bytes).images.remove(0)
}

fn size(image: &Image) -> (&str, u32, u32) {
    (&image.media_type, image.width, image.height)
}

/// A JPEG whose camera was held upright, with `orientation` as EXIF says it.
fn photograph(orientation: u8) -> Vec<u8> {
    let jpeg = encoded(&picture(32, 16), ImageFormat::Jpeg);
    let exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";
    [&jpeg[..2], exif, &[orientation, 0, 0, 0, 0, 0, 0], &jpeg[2..]].concat()
}

#[test]
fn a_small_picture_stays_as_it_is() {
    for (name, format, media_type) in [
        ("a.png", ImageFormat::Png, "image/png"),
        ("a.jpg", ImageFormat::Jpeg, "image/jpeg"),
        ("a.gif", ImageFormat::Gif, "image/gif"),
        ("a.webp", ImageFormat::WebP, "image/webp"),
    ] {
        let bytes = encoded(&picture(64, 48), format);

        let image = shown(name, &bytes);

        assert_eq!(size(&image), (media_type, 64, 48));
        assert_eq!(load_from_memory(&image.bytes).unwrap(), load_from_memory(&bytes).unwrap());
    }
}

#[test]
fn a_picture_that_models_do_not_take_becomes_one_that_they_do() {
    for (name, format) in [("a.bmp", ImageFormat::Bmp), ("a.tif", ImageFormat::Tiff)] {
        let image = shown(name, &encoded(&picture(64, 48), format));

        assert_eq!(size(&image), ("image/png", 64, 48), "{name}");
    }
}

#[test]
fn a_large_picture_is_scaled_down_and_says_so() {
    let document = read("a.png", &encoded(&picture(3200, 800), ImageFormat::Png));

    assert_eq!(size(&document.images[0]), ("image/png", 1568, 392));
    assert_eq!(document.warnings, ["The picture was scaled down from 3200×800 pixels."]);
}

#[test]
fn a_picture_of_many_bytes_becomes_a_jpeg() {
    let mut seed = 1_u32;
    let noise = RgbaImage::from_fn(700, 700, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgba(seed.to_be_bytes())
    });

    let image = shown("a.png", &encoded(&noise.into(), ImageFormat::Png));

    assert_eq!(size(&image), ("image/jpeg", 700, 700));
    assert!(image.bytes.len() <= 1024 * 1024);
}

#[test]
fn a_photograph_is_turned_upright() {
    let image = shown("a.jpg", &photograph(6));

    assert_eq!(size(&image), ("image/jpeg", 16, 32));
    let corner = load_from_memory(&image.bytes).unwrap().to_rgb8().get_pixel(12, 4).0;
    assert!(corner[0] > 200, "{corner:?}");
}

#[test]
fn what_a_camera_noted_is_left_out() {
    let image = shown("a.jpg", &photograph(1));

    assert_eq!(size(&image), ("image/jpeg", 32, 16));
    assert!(!image.bytes.windows(4).any(|bytes| bytes == b"Exif"));
}

#[test]
fn of_a_picture_that_moves_the_first_image_is_shown() {
    let mut bytes = Vec::new();
    let frames = [picture(8, 8), DynamicImage::new_rgb8(8, 8)];
    let frames = frames.map(|frame| Frame::new(frame.into_rgba8()));
    GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();

    let document = read("a.gif", &bytes);

    assert_eq!(size(&document.images[0]), ("image/png", 8, 8));
    assert_eq!(document.warnings, ["The picture moves; only its first image is shown."]);
}

#[test]
fn c12_a_picture_under_the_name_of_another_is_what_it_is() {
    let document = read("photo.jpg", &encoded(&picture(8, 8), ImageFormat::Png));

    assert_eq!(document.format, Some(Format::Png));
    assert_eq!(document.images[0].media_type, "image/png");
    assert_eq!(
        document.warnings,
        ["The file says it is jpg, picture, but its content is png, picture."],
    );
}

#[test]
fn a_picture_that_is_cut_is_damaged() {
    let bytes = encoded(&picture(64, 48), ImageFormat::Png);

    assert_eq!(refusal("a.png", &bytes[..60]), RefusalKind::Damaged);
    assert_eq!(refusal("a.webp", b"RIFF\x10\0\0\0WEBPVP8L\0\0\0\0"), RefusalKind::Damaged);
}

#[test]
fn c06_a_picture_that_claims_to_be_huge_is_too_large() {
    let bmp = |side: u32| {
        let side = side.to_le_bytes();
        [b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", &side[..], &side, b"\x01\0\x18\0", &[0; 24]]
            .concat()
    };

    assert_eq!(refusal("a.bmp", &bmp(20_000)), RefusalKind::TooLarge);
}
