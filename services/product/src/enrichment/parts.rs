use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::{ml::ListingAnalysis, pricing::SuggestedPrice, product::Product, text::Language};

use crate::domain::kept;

/// What machines made of a listing, each part of its newest version that was told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Enrichment {
    #[serde(default)]
    pub(crate) analysis: Option<ListingAnalysis>,
    #[serde(default)]
    pub(crate) price: Option<SuggestedPrice>,
    /// Of a newer version of this service.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl Enrichment {
    /// With an analysis; nothing when it is of an older version than the one that is there, or the same again.
    pub(crate) fn analysed(&self, mut analysis: ListingAnalysis) -> Option<Self> {
        let texts = analysis.descriptions.0.values_mut();
        texts.for_each(|text| *text = kept(text));
        let known = self.analysis.as_ref();
        if known.is_some_and(|known| known.listing_version > analysis.listing_version || *known == analysis) {
            return None;
        }
        Some(Self {
            analysis: Some(analysis),
            ..self.clone()
        })
    }

    /// With a suggestion; nothing when it is of an older version than the one that is there, or the same again.
    pub(crate) fn priced(&self, price: SuggestedPrice) -> Option<Self> {
        let known = self.price.as_ref();
        if known.is_some_and(|known| known.listing_version > price.listing_version || *known == price) {
            return None;
        }
        Some(Self {
            price: Some(price),
            ..self.clone()
        })
    }

    /// Whether nothing more is to come.
    pub(crate) fn is_whole(&self) -> bool {
        self.analysis.is_some() && self.price.is_some()
    }

    /// What a machine wrote in a language.
    pub(crate) fn words(&self, language: Language) -> Option<&String> {
        self.analysis.as_ref()?.descriptions.0.get(&language)
    }

    /// Every text that a machine wrote, for the search.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &String> {
        let analysis = self.analysis.iter();
        analysis.flat_map(|analysis| analysis.descriptions.0.values().chain(&analysis.seo_keywords))
    }

    /// Shows all of it in a listing; the artisan's words stay hers.
    pub(crate) fn fill(&self, product: &mut Product, to_owner: bool) {
        self.fill_descriptions(product);
        product.ai_analysis = self.analysis.as_ref().map(Into::into);
        product.ai_suggested_price = match &self.price {
            Some(price) if to_owner => Some(price.clone()),
            price => price.as_ref().and_then(SuggestedPrice::for_others),
        };
    }

    /// Shows what a machine wrote in languages that the artisan did not.
    pub(crate) fn fill_descriptions(&self, product: &mut Product) {
        let hers = product.description.clone();
        let missing = |language: &Language| !hers.0.contains_key(language);
        for language in Language::ALL.into_iter().filter(missing) {
            if let Some(words) = self.words(language) {
                product.description.0.insert(language, words.clone());
                product.machine_written.push(language);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;
    use shared_models::{ids::ProductId, ml::AiAnalysis, money::Currency, text::Localized};

    use super::*;

    fn analysis(version: u64, words: &[(Language, &str)]) -> ListingAnalysis {
        let texts = words
            .iter()
            .map(|(language, text)| (*language, (*text).to_owned()));
        ListingAnalysis {
            product_id: ProductId(uuid::Uuid::nil()),
            listing_version: version,
            ai_analysis: AiAnalysis::default(),
            descriptions: Localized(texts.collect()),
            seo_keywords: vec!["handmade".into()],
            provider: "local".into(),
            analyzed_at: DateTime::UNIX_EPOCH,
        }
    }

    fn price(version: u64) -> SuggestedPrice {
        SuggestedPrice {
            price: None,
            currency: Currency::INR,
            price_range: None,
            market_range: None,
            confidence_score: None,
            pricing_strategy: None,
            floor: None,
            missing: vec!["hourly_wage".into()],
            listing_version: version,
            suggested_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn an_older_version_never_overwrites_a_newer() {
        let newer = Enrichment::default().analysed(analysis(3, &[])).unwrap();
        let newer = newer.priced(price(3)).unwrap();
        assert!(newer.is_whole());
        assert_eq!(newer.analysed(analysis(2, &[])), None);
        assert_eq!(newer.priced(price(2)), None);
        assert_eq!(
            newer.analysed(analysis(3, &[])),
            None,
            "the same again is no change"
        );
        assert_eq!(newer.priced(price(3)), None, "the same again is no change");
        assert!(newer.analysed(analysis(3, &[(Language::En, "again")])).is_some());
        assert!(newer.priced(price(4)).is_some());
    }

    #[test]
    fn a_machine_writes_only_where_the_artisan_did_not() {
        let words = [
            (Language::En, "machine"),
            (Language::Hi, "मशीन"),
            (Language::Ta, "இயந்திரம்"),
        ];
        let enrichment = Enrichment::default().analysed(analysis(1, &words)).unwrap();
        let mut product: Product = serde_json::from_value(json!({
            "id": uuid::Uuid::nil(), "artisan_id": uuid::Uuid::nil(), "title": {}, "description": { "hi": "हाथ" },
            "category": "c", "subcategory": "s", "price": 1, "currency": "INR", "materials": [], "dimensions":
            { "unit": "cm" }, "production_time": "", "status": "active", "available": true,
            "created_at": DateTime::UNIX_EPOCH, "updated_at": DateTime::UNIX_EPOCH,
        }))
        .unwrap();
        enrichment.fill(&mut product, true);
        assert_eq!(product.description.0[&Language::Hi], "हाथ");
        assert_eq!(product.description.0[&Language::En], "machine");
        assert_eq!(product.machine_written, [Language::En, Language::Ta]);
        assert_eq!(product.ai_analysis.unwrap().listing_version, 1);
    }

    #[test]
    fn parts_of_a_newer_version_are_kept() {
        let stored = json!({ "analysis": null, "price": null, "story": { "version": 1 } });
        let enrichment: Enrichment = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&enrichment).unwrap(), stored);
        let priced = serde_json::to_value(enrichment.priced(price(1)).unwrap()).unwrap();
        assert_eq!(priced["story"], stored["story"]);
    }
}
