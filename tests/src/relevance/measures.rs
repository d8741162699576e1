use std::collections::BTreeMap;

/// Places that people look at.
pub const AT: usize = 10;
/// Grades from which a document belongs into the answer.
const BELONGS: u8 = 2;
const SHUFFLES: u32 = 10_000;
/// The same figures from the same rankings, always.
const SEED: u64 = 4;

/// How good the first ten are, from 0 to 1: nDCG with the gain 2^grade - 1 (Järvelin and Kekäläinen 2002; Burges et al.
/// 2005).
pub fn ndcg(ranking: &[usize], grades: &BTreeMap<usize, u8>) -> f64 {
    let gained = |grades: &mut dyn Iterator<Item = u8>| -> f64 {
        let gains = grades.take(AT).map(|grade| f64::from(grade).exp2() - 1.0);
        gains
            .zip(2..)
            .map(|(gain, place)| gain / f64::from(place).log2())
            .sum()
    };
    let mut ideal: Vec<u8> = grades.values().copied().collect();
    ideal.sort_unstable_by(|one, other| other.cmp(one));
    let best = gained(&mut ideal.into_iter());
    let got = gained(
        &mut ranking
            .iter()
            .map(|document| grades.get(document).copied().unwrap_or(0)),
    );
    if best > 0.0 { got / best } else { 0.0 }
}

/// How much of what belongs into the answer, or of as much of it as ten places hold, is among the first ten.
pub fn recall(ranking: &[usize], grades: &BTreeMap<usize, u8>) -> f64 {
    let belongs = |document: &usize| grades.get(document).is_some_and(|grade| *grade >= BELONGS);
    let all = grades.values().filter(|grade| **grade >= BELONGS).count().min(AT);
    let found = ranking
        .iter()
        .take(AT)
        .filter(|document| belongs(document))
        .count();
    if all == 0 { 1.0 } else { share(found, all) }
}

/// How much of what is shown in the first ten places answers anything at all; nothing shown answers nothing.
pub fn precision(ranking: &[usize], grades: &BTreeMap<usize, u8>) -> f64 {
    let shown = ranking.len().min(AT);
    let answers = ranking
        .iter()
        .take(AT)
        .filter(|document| grades.contains_key(document));
    if shown == 0 {
        0.0
    } else {
        share(answers.count(), shown)
    }
}

/// How likely `others` were so much better than `ours` by chance alone: the paired randomisation test (Fisher 1935;
/// Smucker, Allan and Carterette 2007).
pub fn by_chance(ours: &[f64], others: &[f64]) -> f64 {
    let gains: Vec<f64> = others.iter().zip(ours).map(|(other, one)| other - one).collect();
    let seen: f64 = gains.iter().sum();
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut sum = || {
        gains
            .iter()
            .map(|gain| if rng.bool() { *gain } else { -gain })
            .sum::<f64>()
    };
    let as_much = (0..SHUFFLES).filter(|_| sum() >= seen - 1e-12).count();
    share(as_much, SHUFFLES as usize)
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades() -> BTreeMap<usize, u8> {
        BTreeMap::from([(7, 3), (8, 2), (9, 1)])
    }

    #[test]
    fn the_best_order_is_one_and_any_other_is_less() {
        assert!((ndcg(&[7, 8, 9], &grades()) - 1.0).abs() < 1e-9);
        assert!((recall(&[1, 8, 7], &grades()) - 1.0).abs() < 1e-9);
        let turned = ndcg(&[9, 8, 7], &grades());
        assert!(turned > 0.4 && turned < 0.9, "{turned}");
        assert!(ndcg(&[1, 2, 3], &grades()).abs() < 1e-9);
        assert!((recall(&[7, 9], &grades()) - 0.5).abs() < 1e-9);
        assert!((precision(&[7, 1, 9, 2], &grades()) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn what_is_better_every_time_is_not_so_by_chance() {
        let (low, high) = (vec![0.4; 20], vec![0.5; 20]);
        assert!(by_chance(&low, &high) < 0.001);
        assert!(by_chance(&high, &low) > 0.999);
        assert!(by_chance(&low, &low) > 0.999);
    }
}
