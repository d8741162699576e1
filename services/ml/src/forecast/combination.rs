//! One forecast of many: each candidate counts by how it did in the trials.

use super::trial::Tried;

/// The power of the error by which a candidate counts less.
const SHARPNESS: f64 = 6.0;
/// Who counts less than this part of the whole is left out.
const LEAST: f64 = 0.01;

/// What each candidate counts; sums to one.
pub(crate) fn weights(tried: &[Tried]) -> Vec<f64> {
    let least = tried
        .iter()
        .map(|tried| tried.error)
        .fold(f64::INFINITY, f64::min);
    let raw = tried.iter().map(|tried| {
        if tried.error <= 0.0 {
            1.0
        } else {
            (least / tried.error).powf(SHARPNESS)
        }
    });
    let raw: Vec<f64> = raw.collect();
    let total: f64 = raw.iter().sum();
    let kept: Vec<f64> = raw
        .iter()
        .map(|weight| if *weight >= LEAST * total { *weight } else { 0.0 })
        .collect();
    let total: f64 = kept.iter().sum();
    kept.into_iter().map(|weight| weight / total).collect()
}

/// The weighted mean of paths of equal length.
pub(crate) fn combine<'a>(paths: impl Iterator<Item = (f64, &'a [f64])>, length: usize) -> Vec<f64> {
    let mut sum = vec![0.0; length];
    for (weight, path) in paths.filter(|(weight, _)| *weight > 0.0) {
        for (cell, value) in sum.iter_mut().zip(path) {
            *cell += weight * value;
        }
    }
    sum
}
