#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod anatomy;
mod avif;
mod colr;
mod decode;
mod encode;
mod foreign;
mod format;
mod likeness;
mod limits;
mod orientation;
mod original;
mod profile;
mod proof;
mod refusal;
mod resize;
mod variant;

use std::collections::BTreeMap;

use anatomy::Anatomy;
pub use format::Format;
use image::DynamicImage;
pub use likeness::{ALIKE, Likeness};
pub use limits::Limits;
pub use proof::{Proof, Slow};
pub use refusal::Refusal;
pub use variant::{Finish, THUMB_BYTES, Variant};

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// How it is encoded.
    pub format: Format,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What the header says, before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// From the first bytes.
    pub format: Format,
    /// As stored, in pixels.
    pub width: u32,
    /// As stored, in pixels.
    pub height: u32,
    /// Bytes that working on it takes at its peak, as an estimate from above.
    pub memory: u64,
}

/// A photo as the project keeps it.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Upright, without metadata.
    pub original: Picture,
    /// All eight.
    pub variants: BTreeMap<Variant, Picture>,
    /// A `ThumbHash`.
    pub placeholder: Vec<u8>,
    /// Nothing for a plain area.
    pub likeness: Option<Likeness>,
}

/// Looks at a file without decoding it, and refuses what is not to be decoded.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Header, Refusal> {
    let image = dissected(bytes, limits)?;
    Ok(Header {
        format: image.format,
        width: image.width,
        height: image.height,
        memory: image.memory(),
    })
}

/// Makes everything of a file that is kept of it. Thumbnails always have the quality that fits.
pub fn develop(bytes: &[u8], limits: &Limits, finish: Finish) -> Result<Photo, Refusal> {
    let image = dissected(bytes, limits)?;
    let turn = orientation::of(image.exif);
    let clean = image.clean(true);
    let decoded = decode::decode(&clean, &image, limits)?;
    let original = original::original(&image, clean, &decoded, turn)?;
    let profile = decoded.profile;
    let mut upright = colours(resize::within(&decoded.pixels, variant::LARGEST)?);
    drop(decoded.pixels);
    upright.apply_orientation(turn);
    let made = Variant::ALL.map(|variant| Ok((variant, variant.of(&upright, &profile, finish)?)));
    Ok(Photo {
        original,
        variants: made.into_iter().collect::<Result<_, Refusal>>()?,
        placeholder: likeness::placeholder(&upright)?,
        likeness: Likeness::of(&upright)?,
    })
}

/// A photo that was developed before, as another picture: `side` pixels at most on the longer side, never
/// enlarged. `quality` is from 1 to 100 and counts for JPEG and WebP.
pub fn render(
    original: &[u8],
    limits: &Limits,
    side: u32,
    format: Format,
    quality: u8,
) -> Result<Picture, Refusal> {
    let image = dissected(original, limits)?;
    let decoded = decode::decode(original, &image, limits)?;
    let pixels = colours(resize::within(&decoded.pixels, side)?);
    Ok(Picture {
        format,
        width: pixels.width(),
        height: pixels.height(),
        bytes: variant::encoded(&pixels, format, quality, decoded.profile.for_rgb())?,
    })
}

/// Pixels to look at: upright, in RGB of 8 bits a channel, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Three bytes a pixel. Taken as sRGB, whatever the colour profile says.
    pub rgb: Vec<u8>,
}

impl View {
    /// By which the same photo is known again; nothing for a plain area.
    pub fn likeness(&self) -> Result<Option<Likeness>, Refusal> {
        let pixels = image::RgbImage::from_raw(self.width, self.height, self.rgb.clone());
        Likeness::of(&DynamicImage::ImageRgb8(pixels.ok_or(Refusal::Damaged)?))
    }
}

/// What a photo shows, `side` pixels at most on the longer side, never enlarged; what is transparent is white.
pub fn view(bytes: &[u8], limits: &Limits, side: u32) -> Result<View, Refusal> {
    let image = dissected(bytes, limits)?;
    let turn = orientation::of(image.exif);
    let decoded = decode::decode(&image.clean(true), &image, limits)?;
    let mut pixels = encode::flattened(&resize::within(&decoded.pixels, side)?);
    pixels.apply_orientation(turn);
    Ok(View {
        width: pixels.width(),
        height: pixels.height(),
        rgb: pixels.into_bytes(),
    })
}

fn dissected<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Anatomy<'a>, Refusal> {
    limits.check_bytes(bytes)?;
    let mut image = Anatomy::of(bytes)?;
    if orientation::of(image.exif) != image::metadata::Orientation::NoTransforms {
        image.will_be_turned();
    }
    limits.check(&image)?;
    Ok(image)
}

/// RGB, with transparency only where something is transparent.
fn colours(pixels: DynamicImage) -> DynamicImage {
    let opaque = || pixels.to_rgba8().pixels().all(|pixel| pixel.0[3] == 255);
    if pixels.color().has_alpha() && !opaque() {
        DynamicImage::ImageRgba8(pixels.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(pixels.into_rgb8())
    }
}
