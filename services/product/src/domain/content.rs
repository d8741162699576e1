use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::{
    money::{Amount, Currency, Money},
    product::{
        Costs, CostsInput, Dimensions, MaterialCost, MaterialCostInput, ProductReplace, PublishStatus, Text,
    },
    text::{Language, Localized},
};
use unicode_normalization::UnicodeNormalization;

use super::{Fault, Photo, Speaker};

/// What the owner of a listing edits, except whether it is published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) title: Localized,
    pub(crate) description: Localized,
    pub(crate) category: String,
    pub(crate) subcategory: String,
    pub(crate) price: Money,
    pub(crate) materials: Vec<String>,
    pub(crate) dimensions: Dimensions,
    pub(crate) weight_grams: Option<u32>,
    pub(crate) production_time: String,
    pub(crate) region: Option<String>,
    pub(crate) cultural_origin: Option<String>,
    costs: Option<StoredCosts>,
    /// In the order in which they are shown.
    #[serde(default)]
    pub(crate) photos: Vec<Photo>,
    /// Of a newer version of this service.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// Costs in minor units of the price's currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredCosts {
    materials: Vec<StoredCost>,
    labor_hours: Option<f64>,
    overhead: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredCost {
    name: String,
    minor: i64,
}

impl Content {
    /// What a request says, in the form that is kept: NFC, trimmed, in minor units. Photos are told by media:
    /// see [`Content::showing`].
    pub(crate) fn of(request: ProductReplace, speaker: Speaker) -> Result<Self, Fault> {
        let currency = request.currency;
        Ok(Self {
            title: localized("/title", request.title, speaker)?,
            description: localized("/description", request.description, speaker)?,
            category: request.category,
            subcategory: request.subcategory,
            price: money("/price", request.price, currency)?,
            materials: request.materials.iter().map(|text| kept(text)).collect(),
            dimensions: request.dimensions.into(),
            weight_grams: request.weight_grams,
            production_time: kept(&request.production_time),
            region: request.region.as_deref().map(kept),
            cultural_origin: request.cultural_origin.as_deref().map(kept),
            costs: request
                .costs
                .map(|costs| StoredCosts::of(costs, currency))
                .transpose()?,
            photos: Vec::new(),
            unknown: Map::new(),
        })
    }

    /// With these photos.
    pub(crate) fn showing(self, photos: Vec<Photo>) -> Self {
        Self { photos, ..self }
    }

    /// The request that says this.
    pub(crate) fn editable(&self, status: PublishStatus) -> ProductReplace {
        let content = self.clone();
        ProductReplace {
            title: by_language(content.title),
            description: by_language(content.description),
            category: content.category,
            subcategory: content.subcategory,
            price: content.price.amount(),
            currency: content.price.currency,
            materials: content.materials,
            dimensions: content.dimensions.into(),
            weight_grams: content.weight_grams,
            production_time: content.production_time,
            region: content.region,
            cultural_origin: content.cultural_origin,
            costs: content.costs.map(|costs| costs.input(content.price.currency)),
            image_ids: content.photos.iter().map(|photo| photo.file_id).collect(),
            status: Some(status),
        }
    }

    /// Without the descriptions that are `foreign`, unless nothing would be left.
    pub(crate) fn without(self, foreign: impl Fn(Language, &String) -> bool) -> Self {
        let own = self
            .description
            .0
            .iter()
            .filter(|(language, text)| !foreign(**language, text));
        let own: BTreeMap<Language, String> = own.map(|(language, text)| (*language, text.clone())).collect();
        if own.is_empty() {
            return self;
        }
        Self {
            description: Localized(own),
            ..self
        }
    }

    /// With what `before` says that this version of the service does not know.
    pub(super) fn in_place_of(self, before: &Self) -> Self {
        Self {
            unknown: before.unknown.clone(),
            ..self
        }
    }

    /// What the piece costs, for its owner.
    pub(crate) fn costs(&self) -> Option<Costs> {
        let input = self.costs.clone()?.input(self.price.currency);
        let cost = |cost: MaterialCostInput| MaterialCost {
            name: cost.name,
            amount: cost.amount,
        };
        Some(Costs {
            material_costs: input.material_costs.into_iter().map(cost).collect(),
            labor_hours: input.labor_hours,
            overhead: input.overhead,
        })
    }
}

impl StoredCosts {
    fn of(costs: CostsInput, currency: Currency) -> Result<Self, Fault> {
        let material = |(index, cost): (usize, MaterialCostInput)| {
            let pointer = format!("/costs/material_costs/{index}/amount");
            Ok(StoredCost {
                name: kept(&cost.name),
                minor: money(&pointer, cost.amount, currency)?.minor,
            })
        };
        let overhead = costs
            .overhead
            .map(|amount| money("/costs/overhead", amount, currency));
        Ok(Self {
            materials: costs
                .material_costs
                .into_iter()
                .enumerate()
                .map(material)
                .collect::<Result<_, Fault>>()?,
            labor_hours: costs.labor_hours,
            overhead: overhead.transpose()?.map(|money| money.minor),
        })
    }

    fn input(self, currency: Currency) -> CostsInput {
        let amount = |minor| Money { minor, currency }.amount();
        CostsInput {
            material_costs: self
                .materials
                .into_iter()
                .map(|cost| MaterialCostInput {
                    name: cost.name,
                    amount: amount(cost.minor),
                })
                .collect(),
            labor_hours: self.labor_hours,
            overhead: self.overhead.map(amount),
        }
    }
}

fn money(pointer: &str, amount: Amount, currency: Currency) -> Result<Money, Fault> {
    amount
        .in_currency(currency)
        .map_err(|error| Fault::at(pointer, "out_of_range", error.to_string()))
}

fn localized(pointer: &str, text: Text, speaker: Speaker) -> Result<Localized, Fault> {
    let texts: BTreeMap<Language, Option<String>> = match text {
        Text::Plain(text) => BTreeMap::from([(speaker.language_of(&text), Some(text))]),
        Text::In(texts) => texts,
    };
    let kept: BTreeMap<Language, String> = texts
        .into_iter()
        .filter_map(|(language, text)| Some((language, kept(&text?))))
        .collect();
    if kept.is_empty() {
        let detail = "must have text in at least one language";
        return Err(Fault::at(pointer, "required", detail));
    }
    Ok(Localized(kept))
}

fn by_language(text: Localized) -> Text {
    Text::In(
        text.0
            .into_iter()
            .map(|(language, text)| (language, Some(text)))
            .collect(),
    )
}

/// The form in which text is kept.
pub(crate) fn kept(text: &str) -> String {
    text.trim().nfc().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ENGLISH: Speaker = Speaker {
        profile: Some(Language::En),
    };

    fn content(fields: &Value) -> Result<Content, Fault> {
        let mut request = json!({
            "title": "Bowl", "description": "A bowl", "category": "pottery", "subcategory": "bowls",
            "price": 1499.5, "materials": ["clay"], "dimensions": {}, "production_time": "5 days",
        });
        let fields = fields.as_object().unwrap().clone();
        request.as_object_mut().unwrap().extend(fields);
        Content::of(serde_json::from_value(request).unwrap(), ENGLISH)
    }

    #[test]
    fn text_is_kept_composed_and_trimmed() {
        let content = content(&json!({ "title": " Cafe\u{301} " })).unwrap();
        assert_eq!(content.title, Localized::of(Language::En, "Caf\u{e9}"));
    }

    #[test]
    fn amounts_fit_the_currency_everywhere() {
        let pointer = |fields: Value| content(&fields).unwrap_err().pointer;
        assert_eq!(pointer(json!({ "price": 1.005 })), "/price");
        assert_eq!(pointer(json!({ "currency": "JPY" })), "/price");
        let costs = json!({ "costs": { "material_costs": [{ "name": "a", "amount": 1 }, { "name": "b", "amount": 0.125 }] } });
        assert_eq!(pointer(costs), "/costs/material_costs/1/amount");
        assert_eq!(
            pointer(json!({ "costs": { "overhead": 0.001 } })),
            "/costs/overhead"
        );
    }

    #[test]
    fn what_is_kept_says_what_was_asked() {
        let costs = json!({ "material_costs": [{ "name": "clay", "amount": 12.25 }], "labor_hours": 2.5, "overhead": 3 });
        let first = content(&json!({ "costs": costs, "weight_grams": 400 })).unwrap();
        let again = Content::of(first.editable(PublishStatus::Draft), ENGLISH).unwrap();
        assert_eq!(again, first);
    }

    #[test]
    fn fields_of_a_newer_version_are_kept() {
        let mut stored = serde_json::to_value(content(&json!({})).unwrap()).unwrap();
        stored["glaze"] = json!("ash");
        let content: Content = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(content).unwrap(), stored);
    }
}
