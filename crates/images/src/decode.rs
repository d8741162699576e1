use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageResult,
    codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
};

use crate::{Format, Limits, Refusal, anatomy::Anatomy, profile::Profile};

/// Pixels as they are stored: 8 bits a channel, not yet turned.
pub(crate) struct Decoded {
    pub(crate) pixels: DynamicImage,
    pub(crate) profile: Profile,
}

/// Decodes a cleaned file; what the decoder sees must be what the header said.
pub(crate) fn decode(clean: &[u8], image: &Anatomy<'_>, limits: &Limits) -> Result<Decoded, Refusal> {
    let mut allowed = image::Limits::default();
    allowed.max_image_width = Some(limits.side);
    allowed.max_image_height = Some(limits.side);
    allowed.max_alloc = Some(limits.memory);
    let cursor = Cursor::new(clean);
    match image.format {
        Format::Jpeg => run(JpegDecoder::new(cursor), image, allowed),
        Format::Png => run(PngDecoder::with_limits(cursor, allowed.clone()), image, allowed),
        Format::WebP => run(WebPDecoder::new(cursor), image, allowed),
        Format::Gif => run(GifDecoder::new(cursor), image, allowed),
        Format::Avif => Err(Refusal::Avif),
    }
}

fn run<D: ImageDecoder>(
    decoder: ImageResult<D>,
    image: &Anatomy<'_>,
    limits: image::Limits,
) -> Result<Decoded, Refusal> {
    let mut decoder = decoder.map_err(|error| refused(&error, image))?;
    if decoder.dimensions() != (image.width, image.height) {
        return Err(Refusal::Lying);
    }
    decoder
        .set_limits(limits)
        .map_err(|error| refused(&error, image))?;
    // A profile that cannot be read costs the profile, not the photo.
    let profile = Profile::of(decoder.icc_profile().unwrap_or_default());
    let pixels = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error, image))?;
    Ok(Decoded {
        pixels: of_eight_bits(pixels),
        profile,
    })
}

fn of_eight_bits(pixels: DynamicImage) -> DynamicImage {
    use DynamicImage as D;
    match pixels {
        D::ImageLuma8(_) | D::ImageLumaA8(_) | D::ImageRgb8(_) | D::ImageRgba8(_) => pixels,
        other if other.color().has_alpha() => D::ImageRgba8(other.into_rgba8()),
        other => D::ImageRgb8(other.into_rgb8()),
    }
}

fn refused(error: &image::ImageError, image: &Anatomy<'_>) -> Refusal {
    match error {
        image::ImageError::Limits(_) => Refusal::TooManyPixels {
            width: image.width,
            height: image.height,
        },
        image::ImageError::IoError(_) => Refusal::Truncated,
        _ => Refusal::Damaged,
    }
}
