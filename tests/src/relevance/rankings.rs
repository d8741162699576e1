use std::collections::HashMap;

/// How soon a place in a ranking stops counting (Cormack, Clarke and Büttcher 2009).
const K: u16 = 60;

/// The vectors of each document: one of all its text, or one of each of its parts.
#[derive(Debug, Clone, Default)]
pub struct Vectors(pub Vec<Vec<Vec<f32>>>);

impl Vectors {
    /// How near each document is, by the nearest of its vectors, which are of length 1.
    pub fn near(&self, asked: &[f32]) -> Vec<(usize, f64)> {
        let nearest = |vectors: &Vec<Vec<f32>>| {
            let products = vectors.iter().map(|vector| product(vector, asked));
            products.fold(-1.0, f64::max)
        };
        self.0.iter().map(nearest).enumerate().collect()
    }
}

fn product(one: &[f32], other: &[f32]) -> f64 {
    one.iter()
        .zip(other)
        .map(|(one, other)| f64::from(one * other))
        .sum()
}

/// The documents by their scores, the highest first.
pub fn top(scores: &[(usize, f64)]) -> Vec<usize> {
    let mut scores = scores.to_vec();
    scores.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    scores.into_iter().map(|(document, _)| document).collect()
}

/// Two rankings by their places in both: reciprocal rank fusion.
pub fn fused(one: &[usize], other: &[usize]) -> Vec<usize> {
    let mut scores: HashMap<usize, f64> = HashMap::new();
    for ranking in [one, other] {
        for (document, place) in ranking.iter().zip(1u16..) {
            *scores.entry(*document).or_default() += 1.0 / f64::from(K + place);
        }
    }
    top(&scores.into_iter().collect::<Vec<_>>())
}

/// Two rankings by the sum of their scores, each in units of its highest, the second counting `weight` times as much.
pub fn summed(one: &[(usize, f64)], other: &[(usize, f64)], weight: f64) -> Vec<usize> {
    let mut scores: HashMap<usize, f64> = HashMap::new();
    for (ranking, weight) in [(one, 1.0), (other, weight)] {
        let highest = ranking
            .iter()
            .map(|(_, score)| *score)
            .fold(f64::MIN_POSITIVE, f64::max);
        for (document, score) in ranking {
            *scores.entry(*document).or_default() += weight * score / highest;
        }
    }
    top(&scores.into_iter().collect::<Vec<_>>())
}

/// Of a ranking what is in another, too.
pub fn kept(ranking: &[usize], of: &[usize]) -> Vec<usize> {
    let both = ranking.iter().filter(|document| of.contains(document));
    both.copied().collect()
}

/// The first ranking, and what only the second found after it.
pub fn filled(one: &[usize], other: &[usize]) -> Vec<usize> {
    let more = other.iter().filter(|document| !one.contains(document));
    one.iter().chain(more).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixes_keep_what_both_say() {
        assert_eq!(fused(&[1, 2, 3], &[2, 3, 1])[0], 2);
        assert_eq!(filled(&[4, 1], &[1, 2, 4, 3]), [4, 1, 2, 3]);
        assert_eq!(kept(&[4, 1, 2], &[2, 4]), [4, 2]);
        let (one, other) = ([(1, 9.0), (2, 8.0)], [(2, 0.5), (1, 0.1)]);
        assert_eq!(summed(&one, &other, 0.5), [2, 1]);
        assert_eq!(summed(&one, &other, 0.01), [1, 2]);
    }

    #[test]
    fn a_document_is_as_near_as_its_nearest_part() {
        let vectors = Vectors(vec![vec![vec![1.0, 0.0]], vec![vec![1.0, 0.0], vec![0.0, 1.0]]]);
        assert_eq!(top(&vectors.near(&[0.0, 1.0])), [1, 0]);
    }
}
