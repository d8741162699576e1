/// Why bytes are not taken as an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More bytes than the cap.
    #[error("has more than {max} bytes")]
    TooManyBytes {
        /// The cap.
        max: usize,
    },
    /// More pixels, or a longer side, than the caps; or decoding it would take more memory than one image may.
    #[error("has {width} x {height} pixels, which is more than can be taken")]
    TooManyPixels {
        /// As the header says.
        width: u32,
        /// As the header says.
        height: u32,
    },
    /// A photo of an iPhone as it is stored there.
    #[error(
        "is a HEIC photo, which browsers do not show; send it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)"
    )]
    Heic,
    /// Not taken: no decoder of it is here.
    #[error("is an AVIF image; send it as JPEG, PNG or WebP")]
    Avif,
    /// Not an image that is taken.
    #[error("is not a JPEG, PNG, WebP or GIF image")]
    Unknown,
    /// More than one frame.
    #[error("is animated; send a still image")]
    Animated,
    /// It ends too early.
    #[error("is cut off; send it again")]
    Truncated,
    /// The header promises what the data cannot hold, or two headers contradict each other.
    #[error("has a header that does not fit its data")]
    Lying,
    /// Something else follows the image, or stands within it: an archive, a page, a program.
    #[error("is an image and something else at once")]
    Polyglot,
    /// The decoder cannot make sense of it.
    #[error("is damaged and cannot be read")]
    Damaged,
}

impl Refusal {
    /// A stable word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooManyBytes { .. } => "too_many_bytes",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Unknown => "unknown_format",
            Self::Animated => "animated",
            Self::Truncated => "truncated",
            Self::Lying => "lying_header",
            Self::Polyglot => "polyglot",
            Self::Damaged => "damaged",
        }
    }
}
