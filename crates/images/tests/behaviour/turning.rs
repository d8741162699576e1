use image::{DynamicImage, Rgb, RgbImage};
use images::{Finish, Limits, Variant, develop};

use crate::files::{self, decoded, exif, jpeg_turned, png_with, quarters, webp_with};

/// Exif 2.32, table 6: where row 0 and column 0 of the stored picture are seen, so where its quarters red,
/// green, blue and white come to stand: upper left, upper right, lower right, lower left.
const SEEN: [(u16, &str); 8] = [
    (1, "rgbw"),
    (2, "grwb"),
    (3, "bwrg"),
    (4, "wbgr"),
    (5, "rwbg"),
    (6, "wrgb"),
    (7, "bgrw"),
    (8, "gbwr"),
];

fn seen(pixels: &RgbImage) -> String {
    let (width, height) = pixels.dimensions();
    let (left, right, top, bottom) = (width / 4, width * 3 / 4, height / 4, height * 3 / 4);
    [(left, top), (right, top), (right, bottom), (left, bottom)]
        .map(|(x, y)| name(*pixels.get_pixel(x, y)))
        .iter()
        .collect()
}

fn name(Rgb([red, green, blue]): Rgb<u8>) -> char {
    match (red > 128, green > 128, blue > 128) {
        (true, false, false) => 'r',
        (false, true, false) => 'g',
        (false, false, true) => 'b',
        (true, true, true) => 'w',
        _ => '?',
    }
}

fn stands_upright(file: &[u8], orientation: u16, expected: &str) {
    let photo = develop(file, &Limits::default(), Finish::Light).unwrap();
    let size = if orientation < 5 { (96, 64) } else { (64, 96) };
    assert_eq!(
        (photo.original.width, photo.original.height),
        size,
        "{orientation}"
    );
    for picture in photo.variants.values().chain([&photo.original]) {
        let pixels = decoded(&picture.bytes);
        assert_eq!(pixels.dimensions(), (picture.width, picture.height));
        assert_eq!(
            seen(&pixels),
            expected,
            "orientation {orientation}, {:?}",
            picture.format
        );
    }
}

#[test]
fn a_jpeg_stands_upright_however_the_phone_was_held() {
    for (orientation, expected) in SEEN {
        stands_upright(
            &jpeg_turned(&quarters(96, 64), orientation),
            orientation,
            expected,
        );
    }
}

#[test]
fn png_and_webp_stand_upright_too() {
    let pixels = quarters(96, 64);
    let png = files::png(&DynamicImage::ImageRgb8(pixels.clone()));
    for (orientation, expected) in SEEN {
        let exif = exif(orientation);
        stands_upright(&png_with(&png, &[(b"eXIf", exif.clone())]), orientation, expected);
        let webp = webp_with(&files::webp(&pixels), 0b1000, &[(b"EXIF", exif)]);
        stands_upright(&webp, orientation, expected);
    }
}

#[test]
fn a_grey_photo_is_turned_as_one() {
    let grey = DynamicImage::ImageRgb8(quarters(96, 64)).into_luma8();
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut bytes)
        .encode_image(&grey)
        .unwrap();
    let exif = [b"Exif\0\0".to_vec(), exif(6)].concat();
    let photo = develop(
        &files::jpeg_with(&bytes, &[(0xe1, exif)]),
        &Limits::default(),
        Finish::Light,
    )
    .unwrap();
    let turned = image::load_from_memory(&photo.original.bytes).unwrap();
    assert_eq!(turned.color(), image::ColorType::L8);
    assert_eq!((turned.width(), turned.height()), (64, 96));
    assert_eq!(photo.variants[&Variant::Small].width, 64);
}

#[test]
fn an_orientation_that_makes_no_sense_turns_nothing() {
    for orientation in [0, 9, 65_535] {
        let photo = develop(
            &jpeg_turned(&quarters(96, 64), orientation),
            &Limits::default(),
            Finish::Light,
        )
        .unwrap();
        assert_eq!(seen(&decoded(&photo.original.bytes)), "rgbw");
    }
}
