use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageEncoder, Rgba, RgbaImage, codecs::png::PngEncoder};
use img_parts::{ImageICC, webp::WebP};
use jpeg_encoder::{ColorType, Encoder};

use crate::Refusal;

/// As JPEG; what is transparent becomes white.
pub(crate) fn jpeg(pixels: &DynamicImage, quality: u8, profile: Option<&[u8]>) -> Result<Vec<u8>, Refusal> {
    let flat = flattened(pixels);
    let sides = (u16::try_from(flat.width()), u16::try_from(flat.height()));
    let (Ok(width), Ok(height)) = sides else {
        return Err(Refusal::Damaged);
    };
    let mut bytes = Vec::new();
    let mut encoder = encoder(&mut bytes, quality, profile)?;
    // Smaller, and seen as a whole sooner.
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    encoder
        .encode(flat.as_bytes(), width, height, ColorType::Rgb)
        .map_err(|_| Refusal::Damaged)?;
    Ok(bytes)
}

/// A sequential encoder: it holds no more than a few rows.
pub(crate) fn encoder<'a>(
    bytes: &'a mut Vec<u8>,
    quality: u8,
    profile: Option<&[u8]>,
) -> Result<Encoder<&'a mut Vec<u8>>, Refusal> {
    let mut encoder = Encoder::new(bytes, quality);
    if let Some(profile) = profile {
        encoder.add_icc_profile(profile).map_err(|_| Refusal::Damaged)?;
    }
    Ok(encoder)
}

/// As lossy WebP, with its transparency.
pub(crate) fn webp(pixels: &DynamicImage, quality: u8, profile: Option<&[u8]>) -> Result<Vec<u8>, Refusal> {
    let (width, height) = (pixels.width(), pixels.height());
    let quality = f32::from(quality);
    let encoded = if pixels.color().has_alpha() {
        let rgba = pixels.to_rgba8();
        ::webp::Encoder::from_rgba(&rgba, width, height).encode_simple(false, quality)
    } else {
        let rgb = pixels.to_rgb8();
        ::webp::Encoder::from_rgb(&rgb, width, height).encode_simple(false, quality)
    };
    let encoded = encoded.map_err(|_| Refusal::Damaged)?;
    with_profile(&encoded, profile)
}

fn with_profile(encoded: &[u8], profile: Option<&[u8]>) -> Result<Vec<u8>, Refusal> {
    let Some(profile) = profile else {
        return Ok(encoded.to_vec());
    };
    let mut file = WebP::from_bytes(Bytes::copy_from_slice(encoded)).map_err(|_| Refusal::Damaged)?;
    file.set_icc_profile(Some(Bytes::copy_from_slice(profile)));
    Ok(file.encoder().bytes().to_vec())
}

/// As PNG.
pub(crate) fn png(pixels: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = PngEncoder::new(&mut bytes);
    if let Some(profile) = profile {
        encoder
            .set_icc_profile(profile.to_vec())
            .map_err(|_| Refusal::Damaged)?;
    }
    pixels.write_with_encoder(encoder).map_err(|_| Refusal::Damaged)?;
    Ok(bytes.into_inner())
}

/// RGB over white.
pub(crate) fn flattened(pixels: &DynamicImage) -> DynamicImage {
    if !pixels.color().has_alpha() {
        return DynamicImage::ImageRgb8(pixels.to_rgb8());
    }
    let mut white = RgbaImage::from_pixel(pixels.width(), pixels.height(), Rgba([255; 4]));
    image::imageops::overlay(&mut white, &pixels.to_rgba8(), 0, 0);
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(white).into_rgb8())
}
