//! JPEG (ITU T.81): segments, and entropy-coded data between them.

use super::{Anatomy, Piece, reader::Reader};
use crate::{Format, Refusal};

const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
/// The start of the image and a JFIF segment without a thumbnail.
const START: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
/// A progressive JPEG has about ten; a thousand keep a decoder busy for minutes.
const MAX_SCANS: u32 = 100;

#[derive(Default)]
struct Walk<'a> {
    frame: Option<Frame>,
    exif: Option<&'a [u8]>,
    adobe: bool,
    scans: u32,
    /// Bytes of entropy-coded data.
    coded: u64,
    pieces: Vec<Piece<'a>>,
}

#[derive(Clone, Copy)]
struct Frame {
    progressive: bool,
    width: u16,
    height: u16,
    components: u8,
    /// Not all components have as many samples.
    subsampled: bool,
    /// Blocks of 8 x 8 samples in all components, at least.
    blocks: u64,
}

/// The image and where it ends.
pub(super) fn dissect(bytes: &[u8]) -> Result<(Anatomy<'_>, usize), Refusal> {
    let mut reader = Reader::new(bytes);
    reader.take(2)?;
    let mut walk = Walk::default();
    while let Some(marker) = marker(&mut reader)? {
        walk.segment(&mut reader, marker)?;
    }
    walk.pieces.push(Piece::plain(&[0xff, END]));
    Ok((walk.finish(bytes.len())?, reader.at()))
}

/// The next marker; nothing at the end of the image.
fn marker(reader: &mut Reader<'_>) -> Result<Option<u8>, Refusal> {
    if reader.byte()? != 0xff {
        return Err(Refusal::Damaged);
    }
    let mut marker = reader.byte()?;
    while marker == 0xff {
        marker = reader.byte()?;
    }
    Ok((marker != END).then_some(marker))
}

impl<'a> Walk<'a> {
    fn segment(&mut self, reader: &mut Reader<'a>, marker: u8) -> Result<(), Refusal> {
        if matches!(marker, 0x00..=0x01 | 0xd0..=0xd8) {
            return Err(Refusal::Damaged); // stands alone, and never here
        }
        let start = reader.at();
        let length = usize::from(reader.big16()?);
        let body = reader.take(length.checked_sub(2).ok_or(Refusal::Damaged)?)?;
        let whole = reader.since(start);
        match marker {
            0xc4 | 0xdb | 0xdd => self.keep(marker, whole),
            0xc0..=0xc2 => self.frame(marker, body).map(|()| self.keep(marker, whole))?,
            // Lossless, arithmetic and hierarchical ones: no browser shows them.
            0xc3 | 0xc5..=0xcf => return Err(Refusal::Damaged),
            SCAN => {
                self.keep(marker, whole);
                self.entropy(reader)?;
            }
            0xe1 => self.exif = self.exif.or(body.strip_prefix(EXIF)),
            0xe2 if body.starts_with(ICC) => self.pieces.push(Piece::profile(of(marker, whole))),
            // Tells how the colours are coded; 12 bytes, whatever follows them.
            0xee if body.starts_with(b"Adobe") && body.len() >= 12 && !self.adobe => {
                self.adobe = true;
                let body = body.get(..12).unwrap_or_default();
                self.pieces
                    .push(Piece::made([&[0xff, marker, 0, 14], body].concat()));
            }
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self, marker: u8, whole: &[u8]) {
        self.pieces.push(Piece::made(of(marker, whole)));
    }

    fn frame(&mut self, marker: u8, body: &[u8]) -> Result<(), Refusal> {
        let mut reader = Reader::new(body);
        let precision = reader.byte()?;
        let (height, width, components) = (reader.big16()?, reader.big16()?, reader.byte()?);
        if self.frame.is_some() || precision != 8 || !matches!(components, 1 | 3 | 4) {
            return Err(Refusal::Lying);
        }
        let mut factors = Vec::with_capacity(4);
        for _ in 0..components {
            let [_, factor, _] = reader.array()?;
            let (across, down) = (u64::from(factor >> 4), u64::from(factor & 15));
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) {
                return Err(Refusal::Lying);
            }
            factors.push((across, down));
        }
        let most = |of: fn(&(u64, u64)) -> u64| factors.iter().map(of).max().unwrap_or(1);
        let (across, down) = (most(|factor| factor.0), most(|factor| factor.1));
        let blocks_of = |(h, v): &(u64, u64)| {
            (u64::from(width) * h).div_ceil(across * 8) * (u64::from(height) * v).div_ceil(down * 8)
        };
        self.frame = Some(Frame {
            progressive: marker == 0xc2,
            width,
            height,
            components,
            subsampled: factors.iter().any(|factor| *factor != (across, down)),
            blocks: factors.iter().map(blocks_of).sum(),
        });
        Ok(())
    }

    /// Passes the data of a scan: it ends at a marker that is no restart and no stuffed zero.
    fn entropy(&mut self, reader: &mut Reader<'a>) -> Result<(), Refusal> {
        self.scans += 1;
        if self.frame.is_none() || self.scans > MAX_SCANS {
            return Err(Refusal::Damaged);
        }
        let start = reader.at();
        loop {
            let before = reader.clone();
            if reader.byte()? != 0xff {
                continue;
            }
            if !matches!(reader.clone().byte()?, 0x00 | 0xd0..=0xd7) {
                *reader = before;
                break;
            }
            reader.byte()?;
        }
        let data = reader.since(start);
        self.coded += data.len() as u64;
        self.pieces.push(Piece::plain(data));
        Ok(())
    }

    fn finish(self, size: usize) -> Result<Anatomy<'a>, Refusal> {
        let frame = self.frame.ok_or(Refusal::Damaged)?;
        // A block takes at least one bit, and in a sequential image another that ends it.
        let least = frame.blocks * if frame.progressive { 1 } else { 2 } / 8;
        if self.scans == 0 || self.coded < least {
            return Err(Refusal::Lying);
        }
        // The decoder would mix up the colours of one whose components come one after another.
        if !frame.progressive && self.scans > 1 && frame.subsampled {
            return Err(Refusal::Damaged);
        }
        let samples = u64::from(frame.components);
        // Several scans: all coefficients are kept, two bytes each.
        let kept = if frame.progressive || self.scans > 1 {
            2 * samples
        } else {
            0
        };
        let mut pieces = vec![Piece::plain(if self.adobe { &START[..2] } else { START })];
        pieces.extend(self.pieces);
        Ok(Anatomy {
            format: Format::Jpeg,
            width: frame.width.into(),
            height: frame.height.into(),
            weight: samples.min(3) + kept,
            exif: self.exif,
            pieces,
            size,
        })
    }
}

/// A segment with its marker.
fn of(marker: u8, rest: &[u8]) -> Vec<u8> {
    [&[0xff, marker], rest].concat()
}
