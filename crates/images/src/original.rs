//! The photo itself, as its owner gets it back: upright and without metadata.

use image::{DynamicImage, GenericImageView, metadata::Orientation};
use jpeg_encoder::{ImageBuffer, JpegColorType, rgb_to_ycbcr};

use crate::{Format, Picture, Refusal, anatomy::Anatomy, decode::Decoded, encode, orientation::swaps};

/// Of what had to be turned and so encoded anew.
const JPEG_QUALITY: u8 = 93;
const WEBP_QUALITY: u8 = 92;

/// The same bytes less the metadata; encoded anew only when it had to be turned.
pub(crate) fn original(
    image: &Anatomy<'_>,
    clean: Vec<u8>,
    decoded: &Decoded,
    turn: Orientation,
) -> Result<Picture, Refusal> {
    let bytes = match (turn, image.format) {
        (Orientation::NoTransforms, _) if decoded.profile.is_some() => clean,
        (Orientation::NoTransforms, _) => image.clean(false),
        (_, Format::Jpeg) => turned_jpeg(decoded, turn)?,
        (_, Format::Avif) => return Err(Refusal::Avif),
        (_, Format::WebP) => encode::webp(&turned(decoded, turn), WEBP_QUALITY, decoded.profile.for_rgb())?,
        (_, Format::Png | Format::Gif) => {
            let pixels = turned(decoded, turn);
            let colours = pixels.color().has_color();
            encode::png(&pixels, decoded.profile.for_rgb().filter(|_| colours))?
        }
    };
    let (width, height) = upright((image.width, image.height), turn);
    Ok(Picture {
        format: image.format,
        width,
        height,
        bytes,
    })
}

/// Width and height once it is turned.
pub(crate) fn upright((width, height): (u32, u32), turn: Orientation) -> (u32, u32) {
    if swaps(turn) {
        (height, width)
    } else {
        (width, height)
    }
}

fn turned(decoded: &Decoded, turn: Orientation) -> DynamicImage {
    let mut pixels = decoded.pixels.clone();
    pixels.apply_orientation(turn);
    pixels
}

/// Turns while it encodes, since a large photo has no room for a second copy of itself.
fn turned_jpeg(decoded: &Decoded, turn: Orientation) -> Result<Vec<u8>, Refusal> {
    let (width, height) = upright(decoded.pixels.dimensions(), turn);
    let mut bytes = Vec::new();
    let grey = !decoded.pixels.color().has_color();
    let profile = decoded.profile.for_rgb().filter(|_| !grey);
    let view = Turned {
        pixels: &decoded.pixels,
        turn,
        grey,
        width: u16::try_from(width).map_err(|_| Refusal::Damaged)?,
        height: u16::try_from(height).map_err(|_| Refusal::Damaged)?,
    };
    encode::encoder(&mut bytes, JPEG_QUALITY, profile)?
        .encode_image(view)
        .map_err(|_| Refusal::Damaged)?;
    Ok(bytes)
}

/// Upright rows of pixels that are stored otherwise.
struct Turned<'a> {
    pixels: &'a DynamicImage,
    turn: Orientation,
    grey: bool,
    width: u16,
    height: u16,
}

impl Turned<'_> {
    /// Where the upright pixel is stored.
    fn stored(&self, x: u16, y: u16) -> (u32, u32) {
        let (right, bottom) = (self.width - 1 - x, self.height - 1 - y);
        let (column, row) = match self.turn {
            Orientation::NoTransforms => (x, y),
            Orientation::FlipHorizontal => (right, y),
            Orientation::Rotate180 => (right, bottom),
            Orientation::FlipVertical => (x, bottom),
            Orientation::Rotate90FlipH => (y, x),
            Orientation::Rotate90 => (y, right),
            Orientation::Rotate270FlipH => (bottom, right),
            Orientation::Rotate270 => (bottom, x),
        };
        (column.into(), row.into())
    }
}

impl ImageBuffer for Turned<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        if self.grey {
            JpegColorType::Luma
        } else {
            JpegColorType::Ycbcr
        }
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        for x in 0..self.width {
            let (column, row) = self.stored(x, y);
            let [red, green, blue, _] = self.pixels.get_pixel(column, row).0;
            if self.grey {
                buffers[0].push(red);
                continue;
            }
            let (luma, blueness, redness) = rgb_to_ycbcr(red, green, blue);
            buffers[0].push(luma);
            buffers[1].push(blueness);
            buffers[2].push(redness);
        }
    }
}
