use image::DynamicImage;
use images::{Finish, Limits, Photo, Picture, develop};

use crate::files::{
    self, PLANTED, contains, exif, jpeg_with, jpeg_with_profile, png_with, profile, quarters, scene,
    webp_with,
};

fn all(photo: &Photo) -> impl Iterator<Item = &Picture> {
    photo.variants.values().chain([&photo.original])
}

fn carries_nothing(file: &[u8]) -> Photo {
    assert!(contains(file, PLANTED));
    let photo = develop(file, &Limits::default(), Finish::Light).unwrap();
    for picture in all(&photo) {
        assert!(!contains(&picture.bytes, PLANTED), "{:?}", picture.format);
        assert!(!contains(&picture.bytes, b"Exif"), "{:?}", picture.format);
        let mut reader = std::io::Cursor::new(&picture.bytes);
        assert!(exif::Reader::new().read_from_container(&mut reader).is_err());
        files::decoded(&picture.bytes);
    }
    photo
}

fn planted(prefix: &[u8]) -> Vec<u8> {
    [prefix, PLANTED].concat()
}

#[test]
fn nothing_planted_in_a_jpeg_leaves_with_it() {
    let plain = files::jpeg(&scene(640, 480, 1));
    let planted_file = jpeg_with(
        &plain,
        &[
            (0xe0, planted(b"JFXX\0\x10")),
            (0xe1, [b"Exif\0\0".to_vec(), exif(1)].concat()),
            (0xe1, planted(b"http://ns.adobe.com/xap/1.0/\0")),
            (0xe2, planted(b"MPF\0")),
            (0xed, planted(b"Photoshop 3.0\08BIM")),
            (0xee, planted(b"Adobe\0\x64\0\0\0\0\x01")),
            (0xfe, planted(b"")),
        ],
    );
    let trailed = [
        planted_file,
        b"\0\0\0\x18ftypmp42 a video ".to_vec(),
        PLANTED.to_vec(),
    ]
    .concat();

    let photo = carries_nothing(&trailed);

    // Not turned, so its pixels are the very same.
    assert_eq!(files::decoded(&photo.original.bytes), files::decoded(&plain));
}

#[test]
fn nothing_planted_in_a_turned_jpeg_leaves_with_it() {
    let photo = carries_nothing(&files::jpeg_turned(&scene(640, 480, 2), 6));
    assert_eq!((photo.original.width, photo.original.height), (480, 640));
}

#[test]
fn nothing_planted_in_a_png_leaves_with_it() {
    let pixels = DynamicImage::ImageRgb8(scene(320, 200, 3));
    let file = png_with(
        &files::png(&pixels),
        &[
            (b"tEXt", planted(b"Comment\0")),
            (b"iTXt", planted(b"XML:com.adobe.xmp\0\0\0\0\0")),
            (b"zTXt", planted(b"Raw\0\0")),
            (b"eXIf", exif(1)),
            (b"tIME", planted(b"")),
            (b"prVt", planted(b"")),
        ],
    );
    let photo = carries_nothing(&file);
    assert_eq!(files::decoded(&photo.original.bytes), pixels.into_rgb8());
}

#[test]
fn nothing_planted_in_a_webp_leaves_with_it() {
    let plain = files::webp(&scene(320, 200, 4));
    let chunks = [
        (b"EXIF", exif(1)),
        (b"XMP ", planted(b"<x:xmpmeta>")),
        (b"note", planted(b"")),
    ];
    let photo = carries_nothing(&webp_with(&plain, 0b1100, &chunks));
    assert_eq!(files::decoded(&photo.original.bytes), files::decoded(&plain));
}

#[test]
fn nothing_planted_in_a_gif_leaves_with_it() {
    let plain = files::gif(&[quarters(64, 48)]);
    let comment = [&[b'!', 0xfe, u8::try_from(PLANTED.len()).unwrap()], PLANTED, &[0]].concat();
    let trailer = plain.len() - 1;
    let file = [&plain[..trailer], &comment, &plain[trailer..]].concat();
    carries_nothing(&file);
}

#[test]
fn the_colour_profile_stays_with_every_picture() {
    let profile = profile(*b"RGB ", 548);
    for file in [
        jpeg_with_profile(&scene(900, 700, 5), &profile),
        webp_with(
            &files::webp(&scene(900, 700, 5)),
            0b10_0000,
            &[(b"ICCP", profile.clone())],
        ),
    ] {
        let photo = develop(&file, &Limits::default(), Finish::Light).unwrap();
        for picture in all(&photo) {
            assert!(contains(&picture.bytes, &profile), "{:?}", picture.format);
            files::decoded(&picture.bytes);
        }
    }
}

#[test]
fn a_turned_photo_keeps_its_profile() {
    let profile = profile(*b"RGB ", 548);
    let upright = jpeg_with_profile(&scene(300, 200, 6), &profile);
    let turned = jpeg_with(&upright, &[(0xe1, [b"Exif\0\0".to_vec(), exif(8)].concat())]);
    let photo = develop(&turned, &Limits::default(), Finish::Light).unwrap();
    assert!(contains(&photo.original.bytes, &profile));
}

#[test]
fn what_only_claims_to_be_a_profile_is_dropped() {
    let mut claimed = profile(*b"RGB ", 548);
    claimed[36..40].copy_from_slice(b"none");
    claimed[200..200 + PLANTED.len()].copy_from_slice(PLANTED);
    carries_nothing(&jpeg_with_profile(&scene(300, 200, 7), &claimed));
}
