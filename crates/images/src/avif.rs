//! AVIF: smaller than WebP, and a hundred times the work. It is only ever made, never taken.

use image::DynamicImage;
use ravif::{BitDepth, Encoder, Img, RGBA8};

use crate::{Refusal, colr};

/// From 1 (slow) to 10; slower ones save next to nothing on photos (measured: 8 takes a third longer for as many bytes).
const SPEED: u8 = 9;

/// Encodes on this thread alone, which takes seconds for a large picture.
pub(crate) fn avif(pixels: &DynamicImage, quality: u8, profile: Option<&[u8]>) -> Result<Vec<u8>, Refusal> {
    let colours: Vec<RGBA8> = pixels
        .to_rgba8()
        .pixels()
        .map(|pixel| RGBA8::from(pixel.0))
        .collect();
    let (Ok(width), Ok(height)) = (usize::try_from(pixels.width()), usize::try_from(pixels.height())) else {
        return Err(Refusal::Damaged);
    };
    let encoder = Encoder::new()
        .with_speed(SPEED)
        .with_quality(f32::from(quality))
        .with_alpha_quality(f32::from(quality))
        // With ten bits, as many bytes and twice the memory.
        .with_bit_depth(BitDepth::Eight)
        .with_num_threads(Some(1));
    let encoded = encoder
        .encode_rgba(Img::new(&colours, width, height))
        .map_err(|_| Refusal::Damaged)?;
    match profile {
        None => Ok(encoded.avif_file),
        Some(profile) => colr::with_profile(encoded.avif_file, profile).ok_or(Refusal::Damaged),
    }
}
