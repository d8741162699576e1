//! What a file is made of, read without decoding it: frame, metadata, and the pieces that may leave.
//!
//! The containers are walked here rather than by a library, since the same walk must tell where the image
//! ends (what follows is dropped or refused), whether it moves, and whether its header can be true.

mod gif;
mod jpeg;
mod png;
mod reader;
mod webp;

use std::borrow::Cow;

use crate::{Format, Refusal, foreign};

/// A dissected file.
#[derive(Debug)]
pub(crate) struct Anatomy<'a> {
    pub(crate) format: Format,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Bytes a pixel that decoding takes at its peak.
    pub(crate) weight: u64,
    /// A TIFF structure.
    pub(crate) exif: Option<&'a [u8]>,
    /// What the image needs, in order.
    pieces: Vec<Piece<'a>>,
    /// Bytes of the whole file.
    size: usize,
}

#[derive(Debug)]
struct Piece<'a> {
    bytes: Cow<'a, [u8]>,
    /// Belongs to the colour profile.
    profile: bool,
}

impl<'a> Piece<'a> {
    fn plain(bytes: &'a [u8]) -> Self {
        Self {
            bytes: Cow::Borrowed(bytes),
            profile: false,
        }
    }

    fn made(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Cow::Owned(bytes),
            profile: false,
        }
    }

    fn profile(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            bytes: bytes.into(),
            profile: true,
        }
    }
}

/// Resizing, encoding, and what they keep around.
const WORKSPACE: u64 = 40 << 20;

impl<'a> Anatomy<'a> {
    /// Walks through a file.
    pub(crate) fn of(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let (anatomy, end) = match Format::sniff(bytes)? {
            Format::Jpeg => jpeg::dissect(bytes)?,
            Format::Png => png::dissect(bytes)?,
            Format::WebP => webp::dissect(bytes)?,
            Format::Gif => gif::dissect(bytes)?,
            Format::Avif => return Err(Refusal::Avif),
        };
        let rest = bytes.get(end..).unwrap_or_default();
        if foreign::is_active(rest) {
            return Err(Refusal::Polyglot);
        }
        Ok(anatomy)
    }

    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Only JPEG is turned while it is encoded; the others take a copy, and WebP the planes it encodes.
    pub(crate) fn will_be_turned(&mut self) {
        self.weight += match self.format {
            Format::Jpeg | Format::Avif => 0,
            Format::Png | Format::Gif => 4,
            Format::WebP => 10,
        };
    }

    /// Bytes that working on it takes at its peak: frame, coefficients, and the file three times: as it came,
    /// cleaned, and as the decoder's copy.
    pub(crate) fn memory(&self) -> u64 {
        let file = u64::try_from(self.size).unwrap_or(u64::MAX);
        self.pixels()
            .saturating_mul(self.weight)
            .saturating_add(file.saturating_mul(3))
            .saturating_add(WORKSPACE)
    }

    /// The file with nothing but the image, and its colour profile when that is wanted.
    pub(crate) fn clean(&self, with_profile: bool) -> Vec<u8> {
        let kept = self.pieces.iter().filter(|piece| with_profile || !piece.profile);
        let mut clean: Vec<u8> = Vec::with_capacity(self.size);
        for piece in kept {
            clean.extend_from_slice(&piece.bytes);
        }
        if self.format == Format::WebP {
            webp::seal(&mut clean, with_profile);
        }
        clean
    }
}
