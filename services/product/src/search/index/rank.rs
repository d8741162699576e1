//! BM25 with the textbook's constants, not tuned to any collection.

/// How soon repeating a word stops counting.
const K1: f32 = 1.2;
/// How much longer texts are held against their words.
const B: f32 = 0.75;

/// How rare a word is among `total` listings of which `with` have it.
pub(super) fn rarity(total: usize, with: usize) -> f32 {
    let (total, with) = (precise(total), precise(with));
    (1.0 + (total - with + 0.5) / (with + 0.5)).ln()
}

/// How much `frequency` (weighted by field) counts in a text of `length` words where `average` is usual.
pub(super) fn saturated(frequency: f32, length: f32, average: f32) -> f32 {
    let norm = K1 * (1.0 - B + B * length / average.max(1.0));
    frequency * (K1 + 1.0) / (frequency + norm)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts far below 2^24 listings matter to ranking"
)]
fn precise(count: usize) -> f32 {
    count as f32
}
