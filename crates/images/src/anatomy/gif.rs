//! GIF (89a): blocks.

use super::{Anatomy, Piece, reader::Reader};
use crate::{Format, Refusal};

/// Canvas, frame, and the indexes of the frame.
const WEIGHT: u64 = 9;
const TABLE: u8 = 0b1000_0000;

/// The image and where it ends.
pub(super) fn dissect(bytes: &[u8]) -> Result<(Anatomy<'_>, usize), Refusal> {
    let mut reader = Reader::new(bytes);
    reader.take(6)?;
    let (width, height) = (reader.little16()?, reader.little16()?);
    let [flags, ..] = reader.array::<3>()?;
    colours(&mut reader, flags)?;
    let mut pieces = vec![Piece::plain(reader.since(0))];
    let mut frames = 0;
    loop {
        let start = reader.at();
        match reader.byte()? {
            b'!' => {
                let control = reader.byte()? == 0xf9;
                blocks(&mut reader)?;
                if control {
                    pieces.push(Piece::plain(reader.since(start)));
                }
            }
            b',' => {
                frame(&mut reader, width, height)?;
                frames += 1;
                pieces.push(Piece::plain(reader.since(start)));
            }
            b';' => break,
            _ => return Err(Refusal::Damaged),
        }
    }
    match frames {
        0 => return Err(Refusal::Damaged),
        1 => {}
        _ => return Err(Refusal::Animated),
    }
    pieces.push(Piece::plain(b";"));
    let anatomy = Anatomy {
        format: Format::Gif,
        width: width.into(),
        height: height.into(),
        weight: WEIGHT,
        exif: None,
        pieces,
        size: bytes.len(),
    };
    Ok((anatomy, reader.at()))
}

/// Passes a table of colours.
fn colours(reader: &mut Reader<'_>, flags: u8) -> Result<(), Refusal> {
    if flags & TABLE != 0 {
        reader.take(3 << ((flags & 7) + 1))?;
    }
    Ok(())
}

/// Passes blocks until the empty one.
fn blocks(reader: &mut Reader<'_>) -> Result<(), Refusal> {
    loop {
        match reader.byte()? {
            0 => return Ok(()),
            length => reader.take(length.into())?,
        };
    }
}

fn frame(reader: &mut Reader<'_>, width: u16, height: u16) -> Result<(), Refusal> {
    let (left, top) = (reader.little16()?, reader.little16()?);
    let (across, down) = (reader.little16()?, reader.little16()?);
    let within = |start: u16, length: u16, all: u16| start.checked_add(length).is_some_and(|end| end <= all);
    if !within(left, across, width) || !within(top, down, height) {
        return Err(Refusal::Lying);
    }
    let flags = reader.byte()?;
    colours(reader, flags)?;
    reader.byte()?; // how many bits a code has at first
    blocks(reader)
}
