//! How alike two photos are, and what stands in for one while it loads.

use image::DynamicImage;
use image_hasher::{HashAlg, HasherConfig};

use crate::{Refusal, resize};

/// Photos whose hashes differ in at most so many bits show the same.
pub const ALIKE: u32 = 8;
/// Of a placeholder's source, as the format demands at most 100.
const PLACEHOLDER_SIDE: u32 = 100;
/// The hash's source: more detail than 8 x 8 frequencies hold.
const HASH_SIDE: u32 = 400;
/// Where lightness hardly varies, the hash is noise; a standard deviation of 256 steps.
const PLAIN: f64 = 3.0;

/// A perceptual hash (64 bits of a DCT), and that of the mirrored photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Likeness {
    /// Of the photo.
    pub hash: u64,
    /// Of its mirror image.
    pub mirrored: u64,
}

impl Likeness {
    /// Nothing for a plain area, which is like every other.
    pub(crate) fn of(upright: &DynamicImage) -> Result<Option<Self>, Refusal> {
        let grey = DynamicImage::ImageLuma8(resize::within(upright, HASH_SIDE)?.to_luma8());
        if is_plain(grey.as_bytes()) {
            return Ok(None);
        }
        Ok(Some(Self {
            hash: hash(&grey),
            mirrored: hash(&grey.fliph()),
        }))
    }

    /// In how many bits two photos differ, whichever way round one of them is.
    pub fn distance(&self, other: &Self) -> u32 {
        let straight = (self.hash ^ other.hash).count_ones();
        let mirrored = (self.mirrored ^ other.hash).count_ones();
        straight.min(mirrored)
    }
}

fn hash(grey: &DynamicImage) -> u64 {
    let hasher = HasherConfig::new()
        .hash_size(8, 8)
        .hash_alg(HashAlg::Median)
        .preproc_dct()
        .to_hasher();
    let hash = hasher.hash_image(grey);
    hash.as_bytes()
        .iter()
        .fold(0, |bits, byte| (bits << 8) | u64::from(*byte))
}

fn is_plain(grey: &[u8]) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "at most 160,000 pixels")]
    let count = grey.len().max(1) as f64;
    let mean = grey.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
    let spread = grey.iter().map(|value| (f64::from(*value) - mean).powi(2));
    (spread.sum::<f64>() / count).sqrt() < PLAIN
}

/// A `ThumbHash`: about 25 bytes that a client paints until the picture is there.
pub(crate) fn placeholder(upright: &DynamicImage) -> Result<Vec<u8>, Refusal> {
    let small = resize::within(upright, PLACEHOLDER_SIDE)?.into_rgba8();
    let (width, height) = (small.width() as usize, small.height() as usize);
    Ok(thumbhash::rgba_to_thumb_hash(width, height, small.as_raw()))
}
