use image::DynamicImage;
use images::{Finish, Limits, Refusal, develop, inspect};

use crate::files::{bomb, gif, jpeg, png, png_with, quarters, scene, webp, webp_with};

fn refused(file: &[u8]) -> Refusal {
    let by_header = inspect(file, &Limits::default());
    let refused = develop(file, &Limits::default(), Finish::Light).expect_err("to be refused");
    if let Err(sooner) = by_header {
        assert_eq!(sooner, refused);
    }
    refused
}

/// Refused before anything is decoded.
fn refused_at_sight(file: &[u8]) -> Refusal {
    inspect(file, &Limits::default()).expect_err("to be refused")
}

#[test]
fn a_bomb_is_refused_at_sight() {
    let bomb = bomb(14_000, 14_000, 14_000);
    assert!((500_000..700_000).contains(&bomb.len()), "{}", bomb.len());
    let (width, height) = (14_000, 14_000);
    assert_eq!(refused_at_sight(&bomb), Refusal::TooManyPixels { width, height });
}

#[test]
fn a_header_that_its_data_cannot_fulfil_is_refused_at_sight() {
    assert_eq!(refused_at_sight(&bomb(6000, 6000, 100)), Refusal::Lying);
    let mut lying = jpeg(&quarters(64, 64));
    let frame = lying.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    lying[frame + 5..frame + 9].copy_from_slice(&[0x17, 0x70, 0x17, 0x70]);
    assert_eq!(refused_at_sight(&lying), Refusal::Lying);
}

#[test]
fn two_headers_that_contradict_each_other_are_refused() {
    let mut file = webp_with(&webp(&quarters(64, 48)), 0, &[]);
    file[24] += 1;
    assert_eq!(refused(&file), Refusal::Lying);
}

#[test]
fn caps_hold_for_bytes_pixels_and_sides() {
    let file = jpeg(&quarters(300, 200));
    let limits = Limits {
        bytes: file.len() - 1,
        ..Limits::default()
    };
    assert!(matches!(
        inspect(&file, &limits),
        Err(Refusal::TooManyBytes { .. })
    ));
    let limits = Limits {
        pixels: 59_999,
        ..Limits::default()
    };
    assert!(matches!(
        inspect(&file, &limits),
        Err(Refusal::TooManyPixels { .. })
    ));
    let limits = Limits {
        side: 299,
        ..Limits::default()
    };
    assert!(matches!(
        inspect(&file, &limits),
        Err(Refusal::TooManyPixels { .. })
    ));
    let limits = Limits {
        pixels: 60_000,
        side: 300,
        bytes: file.len(),
        ..Limits::default()
    };
    assert!(inspect(&file, &limits).is_ok());
}

#[test]
fn an_image_that_is_also_an_archive_or_a_page_is_refused() {
    let pixels = quarters(64, 64);
    for image in [
        jpeg(&pixels),
        png(&DynamicImage::ImageRgb8(pixels.clone())),
        webp(&pixels),
        gif(std::slice::from_ref(&pixels)),
    ] {
        for other in [
            &b"PK\x03\x04\x14\0\0\0\0\0 an archive"[..],
            b"<html><script>alert(1)</script></html>",
            b"\n%PDF-1.7",
        ] {
            assert_eq!(refused_at_sight(&[&image, other].concat()), Refusal::Polyglot);
        }
        assert!(
            develop(
                &[&image, &b"\0\0\0"[..]].concat(),
                &Limits::default(),
                Finish::Light
            )
            .is_ok()
        );
    }
}

#[test]
fn what_is_cut_off_is_refused_wherever_it_is_cut() {
    let pixels = scene(200, 150, 1);
    for image in [
        jpeg(&pixels),
        png(&DynamicImage::ImageRgb8(pixels.clone())),
        webp(&pixels),
        gif(std::slice::from_ref(&pixels)),
    ] {
        for tenths in 1..10 {
            let cut = image.len() * tenths / 10;
            assert_eq!(
                refused_at_sight(&image[..cut]),
                Refusal::Truncated,
                "{tenths} tenths"
            );
        }
    }
}

#[test]
fn what_moves_is_refused() {
    let (one, two) = (quarters(64, 64), scene(64, 64, 1));
    assert_eq!(refused_at_sight(&gif(&[one.clone(), two])), Refusal::Animated);
    assert_eq!(
        refused_at_sight(&webp_with(&webp(&one), 0b10, &[])),
        Refusal::Animated
    );
    let still = png(&DynamicImage::ImageRgb8(one));
    let moving = png_with(&still, &[(b"acTL", vec![0, 0, 0, 2, 0, 0, 0, 0])]);
    assert_eq!(refused_at_sight(&moving), Refusal::Animated);
}

#[test]
fn a_scan_too_many_is_refused() {
    let file = jpeg(&quarters(64, 64));
    let start = file.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    let scan = &file[start..file.len() - 2];
    let many = [&file[..start], &scan.repeat(101), &[0xff, 0xd9]].concat();
    assert_eq!(refused_at_sight(&many), Refusal::Damaged);
}
