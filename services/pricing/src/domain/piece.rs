use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::{
    ids::{ProductId, UserId},
    money::{Amount, Currency},
    product::{ListingFacts, ProductStatus},
};

use super::{Costs, Period, Sales};

/// Prices of one piece that are remembered.
const REMEMBERED: usize = 50;

/// What pricing knows of a listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) id: ProductId,
    pub(crate) artisan_id: UserId,
    pub(crate) category: String,
    pub(crate) subcategory: String,
    /// As regions compare.
    pub(crate) region: Option<String>,
    pub(crate) currency: Currency,
    /// In minor units.
    pub(crate) price: i64,
    /// Whether everybody sees it, so that its price is one of the market's.
    pub(crate) public: bool,
    /// Nothing when its owner did not say.
    pub(crate) costs: Option<Costs>,
    /// Of the owner's edits.
    pub(crate) version: u64,
    /// Of all changes: an older one never overwrites a newer.
    pub(crate) sequence: u64,
    pub(crate) listed_at: DateTime<Utc>,
    /// What was asked for it, the oldest first.
    pub(crate) asked: Vec<Asked>,
    /// The newest version that a price was suggested for; zero before the first.
    #[serde(default)]
    pub(crate) suggested: u64,
    /// A digest of what was suggested then.
    #[serde(default)]
    pub(crate) suggestion: String,
    /// Of a newer version of this service.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// A price and since when it was asked, in the piece's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) price: i64,
    pub(crate) since: DateTime<Utc>,
}

impl Piece {
    /// After product told of it; nothing when it told of an older state, or the same again.
    pub(crate) fn told(before: Option<&Self>, facts: &ListingFacts, now: DateTime<Utc>) -> Option<Self> {
        if before.is_some_and(|before| before.sequence > facts.sequence) {
            return None;
        }
        let price = minor(facts.price, facts.currency);
        let known = before.filter(|before| before.currency == facts.currency);
        let asked = known.map(|before| before.asked.clone()).unwrap_or_default();
        let piece = Self {
            id: facts.id,
            artisan_id: facts.artisan_id,
            category: facts.category.clone(),
            subcategory: facts.subcategory.clone(),
            region: facts.region_key.clone(),
            currency: facts.currency,
            price,
            public: facts.status.is_public(),
            costs: costs(facts),
            version: facts.version,
            sequence: facts.sequence,
            listed_at: facts.created_at,
            asked: with(
                asked,
                price,
                if before.is_none() { facts.created_at } else { now },
            ),
            suggested: before.map_or(0, |before| before.suggested),
            suggestion: before.map(|before| before.suggestion.clone()).unwrap_or_default(),
            unknown: before.map(|before| before.unknown.clone()).unwrap_or_default(),
        };
        (before != Some(&piece)).then_some(piece)
    }

    /// After a price was suggested for its version.
    pub(crate) fn suggested(self, suggestion: String) -> Self {
        Self {
            suggested: self.version,
            suggestion,
            ..self
        }
    }

    /// Whether a price is still to be suggested for its version.
    pub(crate) fn is_due(&self) -> bool {
        self.suggested < self.version
    }

    /// What was sold at each price. The day of a change counts to the new price.
    pub(crate) fn periods(&self, sales: &Sales, now: DateTime<Utc>) -> Vec<Period> {
        let ends = self
            .asked
            .iter()
            .skip(1)
            .map(|next| next.since)
            .chain([now + chrono::Duration::days(1)]);
        let periods = self.asked.iter().zip(ends).map(|(asked, end)| {
            let (from, until) = (asked.since.date_naive(), end.date_naive());
            Period {
                price: asked.price,
                days: u32::try_from((until - from).num_days()).unwrap_or(0),
                units: sales.between(from, until),
            }
        });
        periods.collect()
    }
}

/// Whether a listing is gone for good.
pub(crate) fn is_gone(facts: &ListingFacts) -> bool {
    facts.status == ProductStatus::Deleted
}

fn with(mut asked: Vec<Asked>, price: i64, since: DateTime<Utc>) -> Vec<Asked> {
    if asked.last().is_none_or(|last| last.price != price) {
        asked.push(Asked { price, since });
    }
    let spare = asked.len().saturating_sub(REMEMBERED);
    asked.split_off(spare)
}

fn costs(facts: &ListingFacts) -> Option<Costs> {
    let told = facts.costs.as_ref()?;
    let minor = |amount: Amount| minor(amount, facts.currency);
    let materials = told.material_costs.iter().map(|cost| minor(cost.amount));
    Some(Costs {
        materials: materials.fold(0, i64::saturating_add),
        base: 0,
        overhead: told.overhead.map_or(0, minor),
        hours: told
            .labor_hours
            .and_then(|hours| Amount::parse(&format!("{hours:.4}")))
            .map(Costs::hours_of),
    })
}

/// Product keeps amounts that fit their currency.
fn minor(amount: Amount, currency: Currency) -> i64 {
    amount.in_currency(currency).map_or(0, |money| money.minor)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    pub(in crate::domain) fn facts(fields: &Value) -> ListingFacts {
        let mut facts = json!({
            "id": Uuid::nil(), "artisan_id": Uuid::max(), "version": 1, "sequence": 1, "status": "active",
            "title": { "en": "Bowl" }, "description": {}, "language": "en", "category": "pottery",
            "subcategory": "bowls", "price": 850, "currency": "INR", "materials": [], "dimensions": { "unit": "cm" },
            "weight_grams": null, "production_time": "a day", "region": null, "region_key": "bihar",
            "cultural_origin": null, "image_ids": [],
            "costs": { "material_costs": [{ "name": "clay", "amount": 40.5 }], "labor_hours": 6.25, "overhead": 10 },
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        });
        facts
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        serde_json::from_value(facts).unwrap()
    }

    fn now(day: &str) -> DateTime<Utc> {
        format!("2026-{day}T10:00:00Z").parse().unwrap()
    }

    #[test]
    fn costs_are_kept_in_paise_and_hours_exactly() {
        let piece = Piece::told(None, &facts(&json!({})), now("02-01")).unwrap();
        assert_eq!(
            piece.costs,
            Some(Costs {
                materials: 4050,
                base: 0,
                overhead: 1000,
                hours: Some(62_500),
            })
        );
        assert!(piece.is_due());
    }

    #[test]
    fn an_older_state_never_overwrites_a_newer() {
        let newer = Piece::told(
            None,
            &facts(&json!({ "sequence": 5, "version": 3 })),
            now("02-01"),
        )
        .unwrap();
        assert_eq!(
            Piece::told(Some(&newer), &facts(&json!({ "sequence": 4 })), now("02-02")),
            None
        );
        let same = facts(&json!({ "sequence": 5, "version": 3 }));
        assert_eq!(
            Piece::told(Some(&newer), &same, now("02-02")),
            None,
            "nothing new"
        );
    }

    #[test]
    fn prices_are_remembered_with_their_days_and_sales() {
        let told = |before: Option<&Piece>, price: i64, sequence: u64, day: &str| {
            Piece::told(
                before,
                &facts(&json!({ "price": price, "sequence": sequence })),
                now(day),
            )
            .unwrap()
        };
        let first = told(None, 850, 1, "01-05");
        let dearer = told(Some(&first), 900, 2, "02-01");
        let same = told(Some(&dearer), 900, 3, "02-20");
        let asked: Vec<i64> = same.asked.iter().map(|asked| asked.price).collect();
        assert_eq!(asked, [85_000, 90_000]);

        let day = |text: &str| text.parse().unwrap();
        let sales = Sales(
            [
                (day("2026-01-31"), 3),
                (day("2026-02-01"), 1),
                (day("2026-02-28"), 2),
            ]
            .into(),
        );
        let periods = same.periods(&sales, now("02-28"));
        let told: Vec<_> = periods
            .iter()
            .map(|period| (period.price, period.days, period.units))
            .collect();
        assert_eq!(told, [(85_000, 31, 3), (90_000, 28, 3)]);
    }
}
