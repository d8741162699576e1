//! WebP (RFC 9649): a RIFF file of chunks.

use super::{Anatomy, Piece, reader::Reader};
use crate::{Format, Refusal};

const ANIMATION: u8 = 0b0000_0010;
const ALPHA: u8 = 0b0001_0000;
const PROFILE: u8 = 0b0010_0000;
/// Decoded planes or pixels, and the frame made of them.
const WEIGHT: u64 = 8;

#[derive(Default)]
struct Walk<'a> {
    canvas: Option<(u32, u32)>,
    frame: Option<(u32, u32)>,
    exif: Option<&'a [u8]>,
    pieces: Vec<Piece<'a>>,
}

/// The image and where it ends.
pub(super) fn dissect(bytes: &[u8]) -> Result<(Anatomy<'_>, usize), Refusal> {
    let mut reader = Reader::new(bytes);
    reader.take(4)?;
    let length = usize::try_from(reader.little32()?).map_err(|_| Refusal::Truncated)?;
    let end = length.checked_add(8).ok_or(Refusal::Truncated)?;
    let body = bytes.get(12..end).ok_or(Refusal::Truncated)?;
    let mut reader = Reader::new(body);
    let mut walk = Walk::default();
    while !reader.is_done() {
        walk.chunk(&mut reader)?;
    }
    Ok((walk.finish(bytes.len())?, end))
}

impl<'a> Walk<'a> {
    fn chunk(&mut self, reader: &mut Reader<'a>) -> Result<(), Refusal> {
        let start = reader.at();
        let kind: [u8; 4] = reader.array()?;
        let length = usize::try_from(reader.little32()?).map_err(|_| Refusal::Truncated)?;
        let data = reader.take(length)?;
        if length % 2 == 1 && !reader.is_done() {
            reader.byte()?;
        }
        let whole = reader.since(start);
        match &kind {
            b"VP8X" => self.extended(data)?,
            b"VP8 " | b"VP8L" if self.frame.is_some() => return Err(Refusal::Animated),
            b"VP8 " => self.image(lossy(data)?, whole),
            b"VP8L" => self.image(lossless(data)?, whole),
            b"ALPH" => self.pieces.push(padded(whole)),
            b"ICCP" => self.pieces.push(Piece::profile(padded(whole).bytes)),
            b"ANIM" | b"ANMF" => return Err(Refusal::Animated),
            b"EXIF" => self.exif = self.exif.or(Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data))),
            _ => {}
        }
        Ok(())
    }

    fn extended(&mut self, data: &[u8]) -> Result<(), Refusal> {
        let mut reader = Reader::new(data);
        let flags = reader.byte()?;
        reader.take(3)?;
        let canvas = (reader.little24()? + 1, reader.little24()? + 1);
        if flags & ANIMATION != 0 {
            return Err(Refusal::Animated);
        }
        if self.canvas.replace(canvas).is_some() {
            return Err(Refusal::Lying);
        }
        let size = data.get(4..10).ok_or(Refusal::Truncated)?;
        let head = [
            b'V',
            b'P',
            b'8',
            b'X',
            10,
            0,
            0,
            0,
            flags & (ALPHA | PROFILE),
            0,
            0,
            0,
        ];
        self.pieces.push(Piece::made([&head, size].concat()));
        Ok(())
    }

    fn image(&mut self, size: (u32, u32), whole: &'a [u8]) {
        self.frame = Some(size);
        self.pieces.push(padded(whole));
    }

    fn finish(self, size: usize) -> Result<Anatomy<'a>, Refusal> {
        let (width, height) = self.frame.ok_or(Refusal::Damaged)?;
        if self.canvas.is_some_and(|canvas| canvas != (width, height)) {
            return Err(Refusal::Lying);
        }
        let mut pieces = vec![Piece::plain(b"RIFF\0\0\0\0WEBP")];
        pieces.extend(self.pieces);
        Ok(Anatomy {
            format: Format::WebP,
            width,
            height,
            weight: WEIGHT,
            exif: self.exif,
            pieces,
            size,
        })
    }
}

/// A chunk of even length.
fn padded(whole: &[u8]) -> Piece<'_> {
    if whole.len().is_multiple_of(2) {
        Piece::plain(whole)
    } else {
        Piece::made([whole, &[0]].concat())
    }
}

/// The size in the header of a key frame (RFC 6386, 9.1).
fn lossy(data: &[u8]) -> Result<(u32, u32), Refusal> {
    let mut reader = Reader::new(data);
    reader.take(3)?;
    if reader.array()? != [0x9d, 0x01, 0x2a] {
        return Err(Refusal::Damaged);
    }
    let (width, height) = (reader.little16()?, reader.little16()?);
    Ok((u32::from(width & 0x3fff), u32::from(height & 0x3fff)))
}

/// The size in the header of a lossless image: 14 bits each, less one.
fn lossless(data: &[u8]) -> Result<(u32, u32), Refusal> {
    let mut reader = Reader::new(data);
    if reader.byte()? != 0x2f {
        return Err(Refusal::Damaged);
    }
    let bits = reader.little32()?;
    Ok(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
}

/// Makes the header true of what is left: its length, and whether there is a profile.
pub(super) fn seal(file: &mut [u8], with_profile: bool) {
    let length = u32::try_from(file.len().saturating_sub(8)).unwrap_or(0);
    if let Some(field) = file.get_mut(4..8) {
        field.copy_from_slice(&length.to_le_bytes());
    }
    if !with_profile && file.get(12..16) == Some(b"VP8X") {
        file[20] &= !PROFILE;
    }
}
