use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::DynamicImage;

use crate::Refusal;

/// Scales down until the longer side has at most `side` pixels; never up.
pub(crate) fn within(pixels: &DynamicImage, side: u32) -> Result<DynamicImage, Refusal> {
    let (width, height) = (pixels.width(), pixels.height());
    let longer = width.max(height);
    if longer <= side {
        return Ok(pixels.clone());
    }
    let scaled = |length: u32| {
        let exact = (u64::from(length) * u64::from(side) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(exact).unwrap_or(side).max(1)
    };
    resized(pixels, scaled(width), scaled(height))
}

fn resized(pixels: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage, Refusal> {
    let kind = match pixels {
        DynamicImage::ImageLuma8(_) => PixelType::U8,
        DynamicImage::ImageLumaA8(_) => PixelType::U8x2,
        DynamicImage::ImageRgb8(_) => PixelType::U8x3,
        DynamicImage::ImageRgba8(_) => PixelType::U8x4,
        _ => return Err(Refusal::Damaged),
    };
    let damaged = |_| Refusal::Damaged;
    let source = ImageRef::new(pixels.width(), pixels.height(), pixels.as_bytes(), kind)
        .map_err(|_| Refusal::Damaged)?;
    let mut target = Image::new(width, height, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(damaged)?;
    of(kind, width, height, target.into_vec()).ok_or(Refusal::Damaged)
}

fn of(kind: PixelType, width: u32, height: u32, bytes: Vec<u8>) -> Option<DynamicImage> {
    use image::ImageBuffer as B;
    Some(match kind {
        PixelType::U8 => B::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8)?,
        PixelType::U8x2 => B::from_raw(width, height, bytes).map(DynamicImage::ImageLumaA8)?,
        PixelType::U8x3 => B::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8)?,
        _ => B::from_raw(width, height, bytes).map(DynamicImage::ImageRgba8)?,
    })
}
