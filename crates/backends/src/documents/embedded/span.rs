use serde_json::Value;

use super::key;
use crate::documents::Direction;

/// A span of an order, from one bound to another.
///
/// SQLite seeks by one lower and one upper bound, and takes any; so the best of each side comes first, and
/// the others are hidden from the index by a `+`.
pub(super) struct Span {
    key: String,
    lower: Vec<String>,
    upper: Vec<String>,
    /// Among documents whose key equals the position's, those after it.
    tie: Option<String>,
}

impl Span {
    /// All documents that have the field.
    pub(super) fn of(key: String) -> Self {
        Self {
            key,
            lower: Vec::new(),
            upper: Vec::new(),
            tie: None,
        }
    }

    /// From a position on; to be called before other bounds, which it is within.
    pub(super) fn begins_after(&mut self, direction: Direction, value: &str, id: &str) {
        let (side, comparison) = match direction {
            Direction::Ascending => (&mut self.lower, ">"),
            Direction::Descending => (&mut self.upper, "<"),
        };
        side.push(format!("{comparison}= {value}"));
        self.tie = Some(format!(
            "(+{} {comparison} {value} OR documents.id {comparison} {id})",
            self.key
        ));
    }

    /// Bounded by the key `bound` of `value`, and to its kind.
    pub(super) fn is_bounded(&mut self, comparison: &str, bound: &str, value: &Value) {
        let side = if comparison == ">=" {
            &mut self.lower
        } else {
            &mut self.upper
        };
        side.push(format!("{comparison} {bound}"));
        let [lower, upper] = key::bounds_of_kind(value);
        self.lower.push(lower);
        self.upper.push(upper);
    }

    /// The span as a condition.
    pub(super) fn condition(mut self) -> String {
        if self.lower.is_empty() {
            self.lower.push(key::LEAST.to_owned());
        }
        let key = &self.key;
        let side = |bounds: &[String]| -> Vec<String> {
            let hidden = bounds.iter().skip(1).map(|bound| format!("+{key} {bound}"));
            bounds
                .iter()
                .take(1)
                .map(|bound| format!("{key} {bound}"))
                .chain(hidden)
                .collect()
        };
        let conditions = [
            side(&self.lower),
            side(&self.upper),
            self.tie.into_iter().collect(),
        ];
        conditions.concat().join(" AND ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_that_has_the_field() {
        assert_eq!(Span::of("k".to_owned()).condition(), "k >= -9e999");
    }

    #[test]
    fn a_position_is_sought_rather_than_another_bound() {
        let mut span = Span::of("k".to_owned());
        span.begins_after(Direction::Ascending, "?1", "?2");
        span.is_bounded(">=", "?3", &json!(1));
        assert_eq!(
            span.condition(),
            "k >= ?1 AND +k >= ?3 AND +k > -1.6e308 AND k < '' AND (+k > ?1 OR documents.id > ?2)"
        );
    }

    #[test]
    fn backwards_a_position_is_the_upper_bound() {
        let mut span = Span::of("k".to_owned());
        span.begins_after(Direction::Descending, "?1", "?2");
        assert_eq!(
            span.condition(),
            "k >= -9e999 AND k <= ?1 AND (+k < ?1 OR documents.id < ?2)"
        );
    }
}
