//! Vectors without a model: what texts have in common in words and pieces of words, whatever their script.

use languages::{romanise::romanise, stem::singular, words::words};

/// How it is done, in short.
pub(super) const METHOD: &str =
    "hashed stems and pieces of romanised words, projected on 256 dimensions: alike in words, not in meaning";
const DIMENSIONS: usize = 256;
/// A whole word tells more than its pieces.
const WORD: f32 = 2.0;
/// Lengths of pieces, in letters.
const PIECES: [usize; 3] = [3, 4, 5];

/// A vector of length 1; of a text without words, one that is like nothing else.
///
/// Each feature adds its weight at two places with signs that its hash draws: a sparse random projection (Achlioptas
/// 2003; Weinberger et al. 2009, "Feature Hashing"), so that products of vectors are those of the features, nearly.
pub(super) fn of(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0f32; DIMENSIONS];
    for (_, word) in words(text) {
        let stem = romanise(&singular(&word)).to_lowercase();
        add(&mut vector, hash(b'w', stem.bytes()), WORD);
        let letters: Vec<char> = format!("^{stem}$").chars().collect();
        for length in PIECES {
            for piece in letters.windows(length) {
                let piece: String = piece.iter().collect();
                add(&mut vector, hash(b'p', piece.bytes()), 1.0);
            }
        }
    }
    // What is said ten times is not ten times as true.
    for value in &mut vector {
        *value = value.signum() * value.abs().sqrt();
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in &mut vector {
            *value /= length;
        }
    } else {
        vector[0] = 1.0;
    }
    vector
}

fn add(vector: &mut [f32], hash: u64, weight: f32) {
    for half in [hash, hash >> 32] {
        let place = usize::try_from(half % 256).unwrap_or_default();
        vector[place] += if half & 0x100 == 0 { weight } else { -weight };
    }
}

/// FNV-1a, finished as in `SplitMix64` so that every bit depends on every other.
fn hash(kind: u8, bytes: impl Iterator<Item = u8>) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut hash = std::iter::once(kind)
        .chain(bytes)
        .fold(0xcbf2_9ce4_8422_2325, fold);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f32 {
        of(one)
            .iter()
            .zip(of(other))
            .map(|(one, other)| one * other)
            .sum()
    }

    #[test]
    fn texts_are_alike_by_what_they_say() {
        let bowl = "Blue pottery bowl from Jaipur, glazed with cobalt";
        assert!((alike(bowl, bowl) - 1.0).abs() < 1e-4);
        let near = alike(bowl, "a bowl of blue pottery, Jaipur");
        let far = alike(bowl, "Handwoven silk saree with a golden border");
        assert!(near > 0.5 && far < 0.25 && near > far + 0.3, "{near} {far}");
    }

    #[test]
    fn plurals_and_scripts_meet() {
        assert!(alike("clay bowls", "clay bowl") > 0.8);
        let across = alike("मधुबनी", "madhubani");
        assert!(across > alike("मधुबनी", "kanchipuram") + 0.2, "{across}");
    }

    #[test]
    fn every_text_has_a_vector_of_length_one() {
        for text in ["", "!!!", "a", "मिट्टी का कटोरा"] {
            let vector = of(text);
            let length: f32 = vector.iter().map(|value| value * value).sum();
            assert!(
                vector.len() == DIMENSIONS && (length - 1.0).abs() < 1e-4,
                "{text}"
            );
        }
    }
}
