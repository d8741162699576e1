use crate::{Refusal, anatomy::Anatomy};

/// What is taken. The caps are checked on the header, before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pixels of the frame.
    pub pixels: u64,
    /// Pixels of its longer side.
    pub side: u32,
    /// Bytes that working on one image may take, by the estimate of [`Header::memory`](crate::Header).
    pub memory: u64,
}

/// What 256 MB leave beside the program itself.
const MEMORY: u64 = 216 << 20;

impl Default for Limits {
    /// 30 MiB, 50 megapixels, 12,000 on a side: what phones make, and not what is made to hurt.
    fn default() -> Self {
        Self {
            bytes: 30 << 20,
            pixels: 50_000_000,
            side: 12_000,
            memory: MEMORY,
        }
    }
}

impl Limits {
    pub(crate) fn check_bytes(&self, bytes: &[u8]) -> Result<(), Refusal> {
        if bytes.len() > self.bytes {
            return Err(Refusal::TooManyBytes { max: self.bytes });
        }
        Ok(())
    }

    pub(crate) fn check(&self, image: &Anatomy<'_>) -> Result<(), Refusal> {
        let (width, height) = (image.width, image.height);
        if width == 0 || height == 0 {
            return Err(Refusal::Lying);
        }
        let many = image.pixels() > self.pixels || width.max(height) > self.side;
        if many || image.memory() > self.memory {
            return Err(Refusal::TooManyPixels { width, height });
        }
        Ok(())
    }
}
