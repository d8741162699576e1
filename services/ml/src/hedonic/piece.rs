//! What a price may depend on.

use std::collections::BTreeSet;

/// What is known of a piece; text is compared as it stands, so it comes folded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Piece {
    pub category: String,
    /// The subcategory, which often is the craft.
    pub craft: String,
    pub region: Option<String>,
    pub materials: BTreeSet<String>,
    /// The geometric mean of the sides that are known, in centimetres; how many those are does not matter.
    pub size: Option<f64>,
    /// 1 to 10.
    pub skill: Option<f64>,
}

/// A piece and what is asked for it, in major units.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced<Id> {
    pub id: Id,
    pub piece: Piece,
    /// More than zero.
    pub price: f64,
}

impl Piece {
    /// How unlike two pieces are: 0 is alike in everything that is known of both.
    ///
    /// Another category counts 3, another craft 2, another region 1, materials not shared up to 2, a size twice as
    /// large 1, a step of skill a fifth.
    pub fn distance(&self, other: &Self) -> f64 {
        let differ = |left: &str, right: &str, weight: f64| if left == right { 0.0 } else { weight };
        let regions = match (&self.region, &other.region) {
            (Some(left), Some(right)) => differ(left, right, 1.0),
            _ => 0.5,
        };
        let sizes = match (self.size, other.size) {
            (Some(left), Some(right)) => (left / right).log2().abs().min(4.0),
            _ => 0.5,
        };
        let skills = match (self.skill, other.skill) {
            (Some(left), Some(right)) => 0.2 * (left - right).abs(),
            _ => 0.3,
        };
        differ(&self.category, &other.category, 3.0)
            + differ(&self.craft, &other.craft, 2.0)
            + regions
            + 2.0 * (1.0 - self.shared(other))
            + sizes
            + skills
    }

    /// The part of all materials of both that they share.
    #[expect(clippy::cast_precision_loss, reason = "a few materials")]
    fn shared(&self, other: &Self) -> f64 {
        let all = self.materials.union(&other.materials).count();
        if all == 0 {
            return 1.0;
        }
        self.materials.intersection(&other.materials).count() as f64 / all as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bowl() -> Piece {
        Piece {
            category: "pottery".into(),
            craft: "bowls".into(),
            region: Some("khurja".into()),
            materials: ["clay".to_owned(), "glaze".to_owned()].into(),
            size: Some(20.0),
            skill: Some(5.0),
        }
    }

    #[test]
    fn a_piece_is_nearest_to_its_like() {
        let larger = Piece {
            size: Some(40.0),
            ..bowl()
        };
        let elsewhere = Piece {
            region: Some("jaipur".into()),
            size: Some(40.0),
            ..bowl()
        };
        let shawl = Piece {
            category: "textiles".into(),
            craft: "shawls".into(),
            ..bowl()
        };
        assert!(bowl().distance(&bowl()).abs() < 1e-9);
        let distances = [&larger, &elsewhere, &shawl].map(|other| bowl().distance(other));
        assert!(distances.is_sorted(), "{distances:?}");
    }
}
