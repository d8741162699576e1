use shared_models::{
    ml::DescriptionRequest,
    product::{ListingFacts, Text},
    text::{Language, Localized},
};

use super::Facts;
use crate::words::language_of;

/// What a listing says in public. Its costs, and so its hours, are the artisan's own.
impl From<&ListingFacts> for Facts {
    fn from(listing: &ListingFacts) -> Self {
        Self {
            seed: listing.id.to_string(),
            title: listing.title.clone(),
            language: listing.language,
            category: listing.category.clone(),
            subcategory: Some(listing.subcategory.clone()),
            craft: None,
            materials: listing.materials.clone(),
            colours: Vec::new(),
            dimensions: listing.dimensions,
            weight_grams: listing.weight_grams,
            production_time: Some(listing.production_time.clone()),
            labor_hours: None,
            region: listing.region.clone(),
            cultural_origin: listing.cultural_origin.clone(),
            care: Vec::new(),
            quantity: None,
        }
    }
}

impl From<DescriptionRequest> for Facts {
    fn from(asked: DescriptionRequest) -> Self {
        let (title, language) = title(asked.title, asked.language);
        let id = asked.product_id.or(asked.id).map(|id| id.to_string());
        Self {
            seed: id.unwrap_or_else(|| title.0.values().cloned().collect()),
            title,
            language,
            category: asked.category.unwrap_or_default(),
            subcategory: asked.subcategory,
            craft: asked.craft,
            materials: asked.materials,
            colours: asked.colours,
            dimensions: asked.dimensions.into(),
            weight_grams: asked.weight_grams,
            production_time: asked.production_time,
            labor_hours: asked.labor_hours,
            region: asked.region,
            cultural_origin: asked.cultural_origin,
            care: asked.care,
            quantity: asked.quantity,
        }
    }
}

/// Plain text is in the language that was named, else in one of its script.
fn title(said: Option<Text>, named: Option<Language>) -> (Localized, Language) {
    match said {
        None => (Localized::default(), named.unwrap_or_default()),
        Some(Text::Plain(text)) => {
            let language = named.unwrap_or_else(|| language_of(&text));
            (Localized::of(language, text), language)
        }
        Some(Text::In(texts)) => {
            let texts = texts
                .into_iter()
                .filter_map(|(language, text)| Some((language, text?)));
            let title = Localized(texts.collect());
            let own = title.0.keys().copied().find(|language| *language != Language::En);
            let language = named.or(own).unwrap_or_default();
            (title, language)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_title_is_in_the_language_of_its_script() {
        for (text, language) in [
            ("Bowl", Language::En),
            ("कटोरा", Language::Hi),
            ("বাটি", Language::Bn),
            ("కుండ", Language::Te),
        ] {
            assert_eq!(title(Some(Text::Plain(text.into())), None).1, language);
        }
        assert_eq!(
            title(Some(Text::Plain("वाडगा".into())), Some(Language::Mr)).1,
            Language::Mr
        );
    }
}
