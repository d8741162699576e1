//! Files made for the tests: real images with things planted in them.

use std::io::Cursor;

use image::{DynamicImage, ImageEncoder, Rgb, RgbImage, codecs};

/// Stands in every piece of metadata that is planted.
pub(crate) const PLANTED: &[u8] = b"PLANTED:26.9124N,75.7873E";

/// A picture whose quarters are red, green, blue and white, clockwise from the upper left.
pub(crate) fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x * 2 < width, y * 2 < height) {
        (true, true) => Rgb([220, 20, 20]),
        (false, true) => Rgb([20, 200, 20]),
        (false, false) => Rgb([20, 20, 220]),
        (true, false) => Rgb([250, 250, 250]),
    })
}

/// Something with detail, different for each seed.
pub(crate) fn scene(width: u32, height: u32, seed: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let seed = f64::from(seed);
        let wave = |a: f64, b: f64| shade((a * x * 9.0 + b * y * 7.0 + seed * 1.7).sin());
        Rgb([
            wave(1.0, seed.sin()),
            wave(seed.cos(), 1.3),
            wave(0.4, -1.0 + x * seed),
        ])
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 28 to 228"
)]
fn shade(sine: f64) -> u8 {
    (sine * 100.0 + 128.0) as u8
}

pub(crate) fn jpeg(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(pixels)
        .unwrap();
    bytes
}

pub(crate) fn png(pixels: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    pixels
        .write_with_encoder(codecs::png::PngEncoder::new(&mut bytes))
        .unwrap();
    bytes
}

pub(crate) fn webp(pixels: &RgbImage) -> Vec<u8> {
    ::webp::Encoder::from_rgb(pixels, pixels.width(), pixels.height())
        .encode(80.0)
        .to_vec()
}

pub(crate) fn gif(frames: &[RgbImage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = codecs::gif::GifEncoder::new(&mut bytes);
    for frame in frames {
        let frame = DynamicImage::ImageRgb8(frame.clone()).into_rgba8();
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    bytes
}

/// A TIFF structure with an orientation, a description, and a GPS directory.
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut entry = Vec::new();
        entry.extend(tag.to_be_bytes());
        entry.extend(kind.to_be_bytes());
        entry.extend(count.to_be_bytes());
        match kind {
            3 => entry.extend((value << 16).to_be_bytes()),
            _ => entry.extend(value.to_be_bytes()),
        }
        entry
    };
    let text = u32::try_from(PLANTED.len()).unwrap();
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    // Three entries: 8 + 2 + 36 + 4 = 50. The GPS directory has one: 2 + 12 + 4 = 18.
    tiff.extend(3_u16.to_be_bytes());
    tiff.extend(entry(0x010e, 2, text, 68));
    tiff.extend(entry(0x0112, 3, 1, orientation.into()));
    tiff.extend(entry(0x8825, 4, 1, 50));
    tiff.extend(0_u32.to_be_bytes());
    tiff.extend(1_u16.to_be_bytes());
    tiff.extend(entry(0x001d, 2, text, 68 + text));
    tiff.extend(0_u32.to_be_bytes());
    tiff.extend(PLANTED);
    tiff.extend(PLANTED);
    tiff
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap();
    [&[0xff, marker], &length.to_be_bytes()[..], body].concat()
}

/// A JPEG with these segments after its start.
pub(crate) fn jpeg_with(jpeg: &[u8], segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let planted = segments.iter().map(|(marker, body)| segment(*marker, body));
    let planted: Vec<u8> = planted.flatten().collect();
    [&jpeg[..2], &planted, &jpeg[2..]].concat()
}

pub(crate) fn jpeg_turned(pixels: &RgbImage, orientation: u16) -> Vec<u8> {
    let exif = [b"Exif\0\0".to_vec(), exif(orientation)].concat();
    jpeg_with(&jpeg(pixels), &[(0xe1, exif)])
}

pub(crate) fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [&kind[..], body].concat();
    let length = u32::try_from(body.len()).unwrap();
    [
        &length.to_be_bytes()[..],
        &named,
        &crc32fast::hash(&named).to_be_bytes(),
    ]
    .concat()
}

/// A PNG with these chunks after its header.
pub(crate) fn png_with(png: &[u8], chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let planted: Vec<u8> = chunks
        .iter()
        .flat_map(|(kind, body)| chunk(**kind, body))
        .collect();
    [&png[..33], &planted, &png[33..]].concat()
}

/// A lossy WebP in the extended format with these chunks behind its image.
pub(crate) fn webp_with(webp: &[u8], flags: u8, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let size = |at: usize| u32::from(u16::from_le_bytes([webp[at], webp[at + 1]])) - 1;
    let mut body = b"WEBPVP8X\x0a\0\0\0".to_vec();
    body.extend([flags, 0, 0, 0]);
    body.extend(&size(26).to_le_bytes()[..3]);
    body.extend(&size(28).to_le_bytes()[..3]);
    body.extend(&webp[12..]);
    for (kind, data) in chunks {
        body.extend(*kind);
        body.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        body.extend(data);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [
        &b"RIFF"[..],
        &u32::try_from(body.len()).unwrap().to_le_bytes(),
        &body,
    ]
    .concat()
}

pub(crate) fn decoded(bytes: &[u8]) -> RgbImage {
    image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .unwrap()
        .decode()
        .unwrap()
        .into_rgb8()
}

/// An ICC profile of the right form.
pub(crate) fn profile(space: [u8; 4], length: usize) -> Vec<u8> {
    let mut profile = vec![7; length];
    profile[..4].copy_from_slice(&u32::try_from(length).unwrap().to_be_bytes());
    profile[16..20].copy_from_slice(&space);
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

pub(crate) fn jpeg_with_profile(pixels: &RgbImage, profile: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_icc_profile(profile.to_vec()).unwrap();
    encoder.encode_image(pixels).unwrap();
    bytes
}

pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// A PNG of zeros, as small as deflate makes it, whose header says what it likes.
pub(crate) fn bomb(width: u32, height: u32, rows: u32) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let row = vec![0; width as usize * 3 + 1];
    for _ in 0..rows {
        packer.write_all(&row).unwrap();
    }
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, 2, 0, 0, 0]);
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(*b"IHDR", &head),
        chunk(*b"IDAT", &packer.finish().unwrap()),
        chunk(*b"IEND", b""),
    ]
    .concat()
}
