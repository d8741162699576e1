//! Files that are made to hurt.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use image::{Delay, Frame, RgbaImage, codecs::gif::GifEncoder};

/// A PNG whose header says that it is a square of this side, with so many rows of zeros in it.
pub(crate) fn png_of_zeros(side: u32, rows: u32) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    let row = vec![0; side as usize * 3 + 1];
    for _ in 0..rows {
        packer.write_all(&row).unwrap();
    }
    let mut head = [side.to_be_bytes(), side.to_be_bytes()].concat();
    head.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [
        (b"IHDR", head),
        (b"IDAT", packer.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        let length = u32::try_from(body.len()).unwrap();
        let named = [&kind[..], &body].concat();
        png.extend(length.to_be_bytes());
        png.extend(&named);
        png.extend(crc32fast::hash(&named).to_be_bytes());
    }
    png
}

/// A GIF that moves.
pub(crate) fn two_frames() -> Vec<u8> {
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for shade in [0, 255] {
        let pixels = RgbaImage::from_pixel(40, 30, image::Rgba([shade, 90, 90, 255]));
        let frame = Frame::from_parts(pixels, 0, 0, Delay::from_numer_denom_ms(100, 1));
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    gif
}
