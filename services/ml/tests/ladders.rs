//! A worse photo has a lower score: real photos, made worse step by step.

#![cfg(test)]

use fastrand::Rng;
use image::{DynamicImage, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use ml::vision::{Raster, look};

const PHOTOS: [(&str, &[u8]); 4] = [
    (
        "bricks",
        include_bytes!("../../media/tests/photos/brick-texture.jpg"),
    ),
    ("cup", include_bytes!("../../media/tests/photos/coffee-cup.jpg")),
    (
        "night",
        include_bytes!("../../media/tests/photos/night-scene.jpg"),
    ),
    (
        "portrait",
        include_bytes!("../../media/tests/photos/portrait.jpg"),
    ),
];
const STEPS: u8 = 8;

fn photo(bytes: &[u8]) -> RgbImage {
    let photo = image::load_from_memory(bytes).unwrap();
    photo.resize(400, 400, imageops::FilterType::Triangle).to_rgb8()
}

fn score(photo: &RgbImage) -> f32 {
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    let raster = Raster::new(width, height, photo.as_raw().clone()).unwrap();
    look(&raster).quality.score()
}

/// Spearman's rank correlation with the order of the steps, best first.
fn correlation(scores: &[f32]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]));
    let squares: f64 = order
        .iter()
        .enumerate()
        .map(|(rank, step)| {
            (f64::from(u32::try_from(rank).unwrap()) - f64::from(u32::try_from(*step).unwrap())).powi(2)
        })
        .sum();
    let count = f64::from(u32::try_from(scores.len()).unwrap());
    1.0 - 6.0 * squares / (count * (count * count - 1.0))
}

fn is_ordered(ladder: &str, worsen: impl Fn(&RgbImage, u8) -> RgbImage) {
    for (name, bytes) in PHOTOS {
        let photo = photo(bytes);
        let scores: Vec<f32> = (0..STEPS).map(|step| score(&worsen(&photo, step))).collect();
        let rho = correlation(&scores);
        assert!(rho >= 0.95, "{name}, {ladder}: {rho} of {scores:?}");
    }
}

#[test]
fn a_blurred_photo_scores_lower() {
    is_ordered("blur", |photo, step| match step {
        0 => photo.clone(),
        step => imageops::blur(photo, 0.45 * 1.4f32.powi(step.into())),
    });
}

#[test]
fn a_noisy_photo_scores_lower() {
    is_ordered("noise", |photo, step| {
        let mut rng = Rng::with_seed(step.into());
        let mut noisy = photo.clone();
        for value in noisy.iter_mut() {
            // The sum of twelve is nearly normal, with a deviation of one.
            let normal = (0..12).map(|_| rng.f32()).sum::<f32>() - 6.0;
            let shaken = f32::from(*value) + normal * 4.0 * f32::from(step);
            *value = from_float(shaken);
        }
        noisy
    });
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn from_float(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

#[test]
fn a_compressed_photo_scores_lower() {
    is_ordered("jpeg", |photo, step| {
        let quality = [95, 80, 65, 50, 38, 26, 16, 8][usize::from(step)];
        let mut bytes = Vec::new();
        let photo = DynamicImage::ImageRgb8(photo.clone());
        JpegEncoder::new_with_quality(&mut bytes, quality)
            .encode_image(&photo)
            .unwrap();
        image::load_from_memory(&bytes).unwrap().to_rgb8()
    });
}
