use image::{DynamicImage, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder};

use crate::files::{
    exif, gif, jpeg, jpeg_turned, jpeg_with_profile, png, png_with, profile, quarters, scene, webp, webp_with,
};

/// One good file of each kind that decoders treat differently.
pub(crate) fn all() -> Vec<Vec<u8>> {
    let pixels = scene(96, 64, 1);
    let colour = DynamicImage::ImageRgb8(pixels.clone());
    let glass = RgbaImage::from_fn(64, 48, |x, y| Rgba([x as u8, y as u8, 90, (x * 4) as u8]));
    let lossless = ::webp::Encoder::from_rgb(&pixels, 96, 64)
        .encode_lossless()
        .to_vec();
    let clear = ::webp::Encoder::from_rgba(&glass, 64, 48).encode(70.0).to_vec();
    let alpha = png(&DynamicImage::ImageRgba8(glass));
    vec![
        jpeg(&pixels),
        jpeg_turned(&pixels, 6),
        jpeg_with_profile(&pixels, &profile(*b"RGB ", 400)),
        encoded(&pixels, |encoder| encoder.set_progressive(true)),
        encoded(&pixels, |encoder| encoder.set_restart_interval(3)),
        grey(&colour),
        png(&colour),
        png_with(&png(&colour), &[(b"eXIf", exif(8))]),
        png(&DynamicImage::ImageRgb16(colour.to_rgb16())),
        png(&DynamicImage::ImageLuma8(colour.to_luma8())),
        alpha,
        webp(&pixels),
        webp_with(&webp(&pixels), 0b1000, &[(b"EXIF", exif(5))]),
        lossless,
        clear,
        gif(&[quarters(40, 30)]),
        gif(&[scene(60, 50, 4)]),
    ]
}

fn encoded(pixels: &image::RgbImage, set: impl Fn(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 85);
    set(&mut encoder);
    encoder.encode(pixels, 96, 64, ColorType::Rgb).unwrap();
    bytes
}

fn grey(pixels: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut bytes)
        .encode_image(&pixels.to_luma8())
        .unwrap();
    bytes
}
