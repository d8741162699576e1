use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};
use images::{ALIKE, Finish, Format, Limits, Photo, THUMB_BYTES, Variant, develop, render};

use crate::files::{decoded, jpeg, jpeg_with_profile, png, profile, scene};

fn photo(file: &[u8]) -> Photo {
    develop(file, &Limits::default(), Finish::Light).unwrap()
}

#[test]
fn there_are_always_eight_and_none_is_larger_than_the_photo() {
    for (width, height) in [
        (2400, 1800),
        (1000, 3000),
        (500, 500),
        (120, 90),
        (1, 1),
        (3000, 1),
    ] {
        let photo = photo(&jpeg(&scene(width, height, 1)));
        assert_eq!(photo.variants.len(), 8);
        for (variant, picture) in &photo.variants {
            let pixels = decoded(&picture.bytes);
            let longest = width.max(height).min(variant.side());
            assert_eq!(pixels.width().max(pixels.height()), longest, "{}", variant.name());
            assert_eq!(picture.format, variant.format());
            assert_eq!(Format::sniff(&picture.bytes), Ok(variant.format()));
        }
    }
}

#[test]
fn a_thumbnail_has_at_most_15_kilobytes_even_of_noise() {
    let mut random = fastrand::Rng::with_seed(7);
    let noise = RgbImage::from_fn(800, 800, |_, _| {
        Rgb([random.u8(..), random.u8(..), random.u8(..)])
    });
    for file in [
        jpeg(&noise),
        jpeg_with_profile(&noise, &profile(*b"RGB ", 40_000)),
    ] {
        let photo = photo(&file);
        for thumb in [Variant::Thumb, Variant::ThumbWebP] {
            let size = photo.variants[&thumb].bytes.len();
            assert!(size <= THUMB_BYTES, "{} has {size}", thumb.name());
        }
    }
}

#[test]
fn what_is_transparent_becomes_white_in_jpeg_and_stays_so_in_webp() {
    let glass = RgbaImage::from_fn(200, 200, |x, _| Rgba([200, 0, 0, if x < 100 { 0 } else { 255 }]));
    let photo = photo(&png(&DynamicImage::ImageRgba8(glass)));
    let flat = decoded(&photo.variants[&Variant::Small].bytes);
    assert!(flat.get_pixel(20, 100).0.iter().all(|channel| *channel > 240));
    let clear = image::load_from_memory(&photo.variants[&Variant::SmallWebP].bytes).unwrap();
    assert_eq!(clear.into_rgba8().get_pixel(20, 100).0[3], 0);
}

#[test]
fn sixteen_bits_and_grey_are_taken() {
    let scene = DynamicImage::ImageRgb8(scene(300, 200, 2));
    for pixels in [
        DynamicImage::ImageRgb16(scene.to_rgb16()),
        DynamicImage::ImageLuma8(scene.to_luma8()),
        DynamicImage::ImageLumaA16(scene.to_luma_alpha16()),
    ] {
        let photo = photo(&png(&pixels));
        assert_eq!(
            decoded(&photo.variants[&Variant::Large].bytes).dimensions(),
            (300, 200)
        );
    }
}

#[test]
fn the_placeholder_has_the_photos_colours_in_a_few_bytes() {
    let red = RgbImage::from_pixel(300, 200, Rgb([200, 30, 30]));
    let placeholder = photo(&jpeg(&red)).placeholder;
    assert!(placeholder.len() <= 30);
    let (red, green, blue, _) = thumbhash::thumb_hash_to_average_rgba(&placeholder).unwrap();
    assert!(red > 0.6 && green < 0.3 && blue < 0.3);
}

#[test]
fn a_copy_is_alike_also_mirrored_and_smaller_and_another_photo_is_not() {
    let likeness = |pixels: &RgbImage| photo(&jpeg(pixels)).likeness.unwrap();
    let mine = scene(600, 450, 3);
    let first = likeness(&mine);
    let smaller = image::imageops::thumbnail(&mine, 300, 225);
    let mirrored = image::imageops::flip_horizontal(&mine);

    assert!(first.distance(&likeness(&smaller)) <= ALIKE);
    assert!(first.distance(&likeness(&mirrored)) <= ALIKE);
    for seed in 10..20 {
        assert!(
            first.distance(&likeness(&scene(600, 450, seed))) > ALIKE,
            "{seed}"
        );
    }
}

#[test]
fn a_plain_area_is_like_nothing() {
    let plain = RgbImage::from_pixel(300, 200, Rgb([120, 120, 121]));
    assert_eq!(photo(&jpeg(&plain)).likeness, None);
}

#[test]
fn the_original_can_be_rendered_in_other_ways() {
    let original = photo(&jpeg(&scene(900, 600, 4))).original;
    let rendered = render(&original.bytes, &Limits::default(), 640, Format::WebP, 60).unwrap();
    assert_eq!((rendered.width, rendered.height), (640, 427));
    assert_eq!(decoded(&rendered.bytes).dimensions(), (640, 427));
    let larger = render(&original.bytes, &Limits::default(), 1920, Format::Jpeg, 60).unwrap();
    assert_eq!((larger.width, larger.height), (900, 600));
}
