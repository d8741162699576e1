use image::DynamicImage;

use crate::{Format, Picture, Refusal, avif, encode, profile::Profile, resize};

macro_rules! variants {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $side:literal, $format:ident;)*) => {
        /// One of the eight pictures that every photo has.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Variant {
            $($(#[$doc])* $name),*
        }

        impl Variant {
            /// All eight.
            pub const ALL: [Self; 8] = [$(Self::$name),*];

            /// Its name in URLs.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// At most so many pixels on the longer side.
            pub const fn side(self) -> u32 {
                match self { $(Self::$name => $side),* }
            }

            /// How it is encoded.
            pub const fn format(self) -> Format {
                match self { $(Self::$name => Format::$format),* }
            }
        }
    };
}

variants! {
    /// For lists on a phone: at most 15 kB.
    Thumb = "thumb", 150, Jpeg;
    /// The same as WebP.
    ThumbWebP = "thumb_webp", 150, WebP;
    /// Half a phone's width.
    Small = "small", 400, Jpeg;
    /// The same as WebP.
    SmallWebP = "small_webp", 400, WebP;
    /// A phone's width.
    Medium = "medium", 800, Jpeg;
    /// The same as WebP.
    MediumWebP = "medium_webp", 800, WebP;
    /// To look closely.
    Large = "large", 1600, Jpeg;
    /// The same as WebP.
    LargeWebP = "large_webp", 1600, WebP;
}

/// Bytes of a thumbnail at most.
pub const THUMB_BYTES: usize = 15_000;
/// The longest side of any variant.
pub(crate) const LARGEST: u32 = 1600;
/// Lower steps, until a thumbnail fits.
const STEPS: [u8; 7] = [80, 70, 60, 45, 30, 15, 5];

/// What matters more in the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Finish {
    /// Few bytes: most phones are on slow networks.
    #[default]
    Light,
    /// Every detail.
    Fine,
}

impl Finish {
    const fn quality(self) -> u8 {
        match self {
            Self::Light => 80,
            Self::Fine => 92,
        }
    }
}

impl Variant {
    /// The variant of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.name() == name)
    }

    fn is_thumb(self) -> bool {
        matches!(self, Self::Thumb | Self::ThumbWebP)
    }

    /// Makes it of upright pixels.
    pub(crate) fn of(
        self,
        upright: &DynamicImage,
        profile: &Profile,
        finish: Finish,
    ) -> Result<Picture, Refusal> {
        self.in_format(self.format(), upright, profile, finish.quality())
    }

    /// The same in another format.
    pub(crate) fn in_format(
        self,
        format: Format,
        upright: &DynamicImage,
        profile: &Profile,
        quality: u8,
    ) -> Result<Picture, Refusal> {
        let pixels = resize::within(upright, self.side())?;
        let bytes = if self.is_thumb() {
            thumb(format, &pixels, profile.for_thumbnail(), quality)?
        } else {
            encoded(&pixels, format, quality, profile.for_rgb())?
        };
        Ok(Picture {
            format,
            width: pixels.width(),
            height: pixels.height(),
            bytes,
        })
    }
}

fn thumb(
    format: Format,
    pixels: &DynamicImage,
    profile: Option<&[u8]>,
    quality: u8,
) -> Result<Vec<u8>, Refusal> {
    let mut smallest = Vec::new();
    for quality in STEPS.into_iter().filter(|step| *step <= quality.min(STEPS[0])) {
        smallest = encoded(pixels, format, quality, profile)?;
        if smallest.len() <= THUMB_BYTES {
            break;
        }
    }
    Ok(smallest)
}

/// In a format that variants have.
pub(crate) fn encoded(
    pixels: &DynamicImage,
    format: Format,
    quality: u8,
    profile: Option<&[u8]>,
) -> Result<Vec<u8>, Refusal> {
    match format {
        Format::WebP => encode::webp(pixels, quality, profile),
        Format::Jpeg => encode::jpeg(pixels, quality, profile),
        Format::Png | Format::Gif => encode::png(pixels, profile),
        Format::Avif => avif::avif(pixels, quality, profile),
    }
}
