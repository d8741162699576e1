use image::DynamicImage;

use crate::{
    Format, Limits, Picture, Refusal, Variant, colours, decode, dissected, profile::Profile, resize, variant,
};

/// Of its own scale: what JPEG looks like at 80.
const QUALITY: u8 = 60;

/// A photo that was developed before, in the size of its largest variant: what pictures are made of that take long,
/// without keeping the whole photo in memory meanwhile.
#[derive(Debug, Clone)]
pub struct Proof {
    pixels: DynamicImage,
    profile: Profile,
}

/// One of them. Its name is the variant's with `_avif`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slow {
    /// Its name in URLs.
    pub name: &'static str,
    of: Variant,
}

impl Slow {
    /// All, the most looked at first.
    pub const ALL: [Self; 4] = [
        Self::new("medium_avif", Variant::Medium),
        Self::new("thumb_avif", Variant::Thumb),
        Self::new("small_avif", Variant::Small),
        Self::new("large_avif", Variant::Large),
    ];

    const fn new(name: &'static str, of: Variant) -> Self {
        Self { name, of }
    }
}

impl Proof {
    /// Makes one of an original as it is kept.
    pub fn of(original: &[u8], limits: &Limits) -> Result<Self, Refusal> {
        let image = dissected(original, limits)?;
        let decoded = decode::decode(original, &image, limits)?;
        Ok(Self {
            pixels: colours(resize::within(&decoded.pixels, variant::LARGEST)?),
            profile: decoded.profile,
        })
    }

    /// One of the slow pictures: up to 30 seconds on a slow processor, in at most 100 MB.
    pub fn picture(&self, slow: Slow) -> Result<Picture, Refusal> {
        slow.of
            .in_format(Format::Avif, &self.pixels, &self.profile, QUALITY)
    }
}
