//! PNG (third edition): chunks.

use super::{Anatomy, Piece, reader::Reader};
use crate::{Format, Refusal};

/// Chunks without which the pixels would look different.
const KEPT: [&[u8; 4]; 8] = [
    b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"cICP",
];
/// What deflate makes of zeros, at best (RFC 1951: 258 bytes from two bits).
const DEFLATE_BEST: u64 = 1032;

struct Head {
    width: u32,
    height: u32,
    depth: u8,
    colour: u8,
}

/// The image and where it ends.
pub(super) fn dissect(bytes: &[u8]) -> Result<(Anatomy<'_>, usize), Refusal> {
    let mut reader = Reader::new(bytes);
    let mut pieces = vec![Piece::plain(reader.take(8)?)];
    let (mut head, mut exif, mut packed) = (None, None, 0_u64);
    loop {
        let start = reader.at();
        let length = reader.big32()?;
        let kind: [u8; 4] = reader.array()?;
        let length = usize::try_from(length).map_err(|_| Refusal::Truncated)?;
        let data = reader.take(length)?;
        reader.take(4)?;
        let whole = reader.since(start);
        match &kind {
            b"IHDR" if head.is_some() => return Err(Refusal::Lying),
            b"IHDR" => {
                head = Some(Head::read(data)?);
                pieces.push(Piece::plain(whole));
            }
            b"IEND" => {
                pieces.push(Piece::plain(whole));
                break;
            }
            b"acTL" | b"fcTL" | b"fdAT" => return Err(Refusal::Animated),
            b"eXIf" => exif = exif.or(Some(data)),
            b"iCCP" => pieces.extend(profile(data)),
            kind if KEPT.contains(&kind) => {
                packed += if kind == b"IDAT" { length as u64 } else { 0 };
                pieces.push(Piece::plain(whole));
            }
            // A critical chunk that nobody knows.
            [b'A'..=b'Z', ..] => return Err(Refusal::Damaged),
            _ => {}
        }
    }
    let head = head.ok_or(Refusal::Damaged)?;
    head.can_be_true(packed)?;
    let anatomy = Anatomy {
        format: Format::Png,
        width: head.width,
        height: head.height,
        weight: head.weight(),
        exif,
        pieces,
        size: bytes.len(),
    };
    Ok((anatomy, reader.at()))
}

impl Head {
    fn read(data: &[u8]) -> Result<Self, Refusal> {
        let mut reader = Reader::new(data);
        Ok(Self {
            width: reader.big32()?,
            height: reader.big32()?,
            depth: reader.byte()?,
            colour: reader.byte()?,
        })
    }

    fn channels(&self) -> u64 {
        match self.colour {
            0 | 3 => 1,
            4 => 2,
            2 => 3,
            _ => 4,
        }
    }

    /// Whether so few packed bytes can hold the pixels.
    fn can_be_true(&self, packed: u64) -> Result<(), Refusal> {
        let row = (u64::from(self.width) * self.channels() * u64::from(self.depth)).div_ceil(8);
        let unpacked = row.saturating_mul(u64::from(self.height));
        if unpacked / DEFLATE_BEST > packed.saturating_add(64) {
            return Err(Refusal::Lying);
        }
        Ok(())
    }

    /// Palettes become colours, perhaps with transparency; 16 bits are first decoded and then halved.
    fn weight(&self) -> u64 {
        match (self.colour, self.depth) {
            (_, 16) => 12,
            (0, _) => 2,
            _ => 4,
        }
    }
}

/// The chunk under a name of ours: the file's own could say anything.
fn profile(data: &[u8]) -> Option<Piece<'_>> {
    let end = data.iter().take(80).position(|byte| *byte == 0)?;
    let body = [&b"ICC"[..], data.get(end..)?].concat();
    let length = u32::try_from(body.len()).ok()?;
    let named = [&b"iCCP"[..], &body].concat();
    let sum = crc32fast::hash(&named);
    Some(Piece::profile(
        [&length.to_be_bytes()[..], &named, &sum.to_be_bytes()].concat(),
    ))
}
