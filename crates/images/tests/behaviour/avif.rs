use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};
use images::{Finish, Format, Limits, Picture, Proof, Refusal, Slow, THUMB_BYTES, develop};

use crate::files::{contains, jpeg, jpeg_with_profile, png, profile, scene};

fn pictures(file: &[u8]) -> Vec<Picture> {
    let photo = develop(file, &Limits::default(), Finish::Light).unwrap();
    let proof = Proof::of(&photo.original.bytes, &Limits::default()).unwrap();
    Slow::ALL
        .iter()
        .map(|slow| proof.picture(*slow).unwrap())
        .collect()
}

fn number(bytes: &[u8]) -> usize {
    usize::try_from(u32::from_be_bytes(*bytes.first_chunk().unwrap())).unwrap()
}

/// Where a box of this name begins.
fn place(file: &[u8], name: [u8; 4]) -> usize {
    file.windows(4).position(|window| *window == name).unwrap() - 4
}

/// Places and lengths of what the file says that it holds.
fn extents(file: &[u8]) -> Vec<(usize, usize)> {
    let iloc = place(file, *b"iloc");
    let items = file[iloc + 14..].chunks_exact(2).next().unwrap();
    let items = usize::from(u16::from_be_bytes([items[0], items[1]]));
    (0..items)
        .map(|item| iloc + 16 + item * 14)
        .map(|at| (number(&file[at + 6..]), number(&file[at + 10..])))
        .collect()
}

#[test]
fn they_are_as_large_as_the_variants_and_what_they_hold_is_where_they_say() {
    let large = profile(*b"RGB ", 3000);
    let half = |x| if x < 300 { 0 } else { 255 };
    let clear = RgbaImage::from_fn(700, 500, |x, y| {
        Rgba([u8::try_from(y % 256).unwrap(), 90, 40, half(x)])
    });
    for (file, width, height, kept, items) in [
        (jpeg(&scene(1000, 500, 1)), 1000, 500, None, 1),
        (
            jpeg_with_profile(&scene(1000, 500, 1), &large),
            1000,
            500,
            Some(&large),
            1,
        ),
        (png(&DynamicImage::ImageRgba8(clear)), 700, 500, None, 2),
    ] {
        for (picture, side) in pictures(&file).iter().zip([800, 150, 400, 1600]) {
            let bytes = &picture.bytes;
            assert_eq!((picture.format, &bytes[4..12]), (Format::Avif, &b"ftypavif"[..]));
            assert_eq!(Format::sniff(bytes), Err(Refusal::Avif));
            let scaled = |length: u32| (length * side.min(width) + width / 2) / width;
            assert_eq!((picture.width, picture.height), (scaled(width), scaled(height)));
            let size = place(bytes, *b"ispe") + 12;
            assert_eq!(number(&bytes[size..]), picture.width as usize);
            assert_eq!(number(&bytes[size + 4..]), picture.height as usize);

            let mdat = place(bytes, *b"mdat");
            assert_eq!(mdat + number(&bytes[mdat..]), bytes.len());
            let mut next = mdat + 8;
            let extents = extents(bytes);
            assert_eq!(extents.len(), items);
            for (at, length) in extents {
                assert_eq!(at, next);
                next = at + length;
            }
            assert_eq!(next, bytes.len());
            assert_eq!(
                number(&bytes[place(bytes, *b"meta")..]) + place(bytes, *b"meta"),
                mdat
            );
            assert_eq!(contains(bytes, b"colrprof"), kept.is_some());
            assert!(kept.is_none_or(|profile| contains(bytes, profile)));
        }
    }
}

#[test]
fn a_thumbnail_has_at_most_15_kilobytes() {
    let mut random = fastrand::Rng::with_seed(7);
    let noise = RgbImage::from_fn(300, 300, |_, _| {
        Rgb([random.u8(..), random.u8(..), random.u8(..)])
    });
    for file in [
        jpeg(&noise),
        jpeg_with_profile(&noise, &profile(*b"RGB ", 40_000)),
    ] {
        let thumb = &pictures(&file)[1];
        assert!(thumb.bytes.len() <= THUMB_BYTES, "{}", thumb.bytes.len());
    }
}
