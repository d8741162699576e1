//! What is made where: data that is part of the program.

use std::{collections::HashMap, sync::LazyLock};

use axum::response::{IntoResponse, Response};
use http::header;
use service_kit::{Problem, Tagged};
use shared_models::product::Catalogue;

use crate::domain::fold;

static CATALOGUE: LazyLock<Result<Catalogue, String>> = LazyLock::new(|| {
    let read = serde_json::from_str(include_str!("../data/catalogue.json"));
    read.map_err(|error| error.to_string())
});

/// The slug of each region by its folded names in all languages.
static REGIONS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let regions = CATALOGUE.iter().flat_map(|catalogue| &catalogue.regions);
    let named = |region: &'static shared_models::product::Region| {
        let names = region.labels.0.values().chain([&region.slug]);
        names.map(|name| (fold(name), region.slug.as_str()))
    };
    regions.flat_map(named).collect()
});

/// What a region is found by: its slug when one of its names is known, else the folded text.
pub(crate) fn region_key(text: &str) -> String {
    let folded = fold(text);
    match REGIONS.get(&folded) {
        Some(slug) => (*slug).to_owned(),
        None => folded,
    }
}

/// The names in all languages of a category or craft; none when the slug is the artisan's own.
pub(crate) fn names_of(slug: &str) -> Vec<String> {
    let catalogue = CATALOGUE.iter();
    let categories = catalogue.clone().flat_map(|catalogue| &catalogue.categories);
    let categories = categories.map(|category| (&category.slug, &category.labels));
    let crafts = catalogue
        .flat_map(|catalogue| &catalogue.crafts)
        .map(|craft| (&craft.slug, &craft.labels));
    let known = categories.chain(crafts).find(|(known, _)| *known == slug);
    known
        .into_iter()
        .flat_map(|(_, labels)| labels.0.values().cloned())
        .collect()
}

/// Categories, crafts and regions with their labels in the six languages.
#[utoipa::path(get, path = "/products/categories", tag = "products",
    params(("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Catalogue), (status = 304)))]
pub(crate) async fn get() -> Result<Response, Problem> {
    let catalogue = CATALOGUE.as_ref().map_err(Problem::internal)?;
    let answer = Tagged::new(catalogue.version, catalogue)?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=3600")], answer).into_response())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use shared_models::{
        product::is_slug,
        text::{Language, Localized},
    };

    use super::*;

    fn catalogue() -> &'static Catalogue {
        CATALOGUE.as_ref().unwrap()
    }

    #[test]
    fn slugs_are_slugs_and_unique() {
        let catalogue = catalogue();
        let slugs: [Vec<&String>; 3] = [
            catalogue
                .categories
                .iter()
                .map(|category| &category.slug)
                .collect(),
            catalogue.crafts.iter().map(|craft| &craft.slug).collect(),
            catalogue.regions.iter().map(|region| &region.slug).collect(),
        ];
        for slugs in slugs {
            assert!(slugs.iter().all(|slug| is_slug(slug)));
            assert_eq!(slugs.iter().collect::<HashSet<_>>().len(), slugs.len());
        }
    }

    #[test]
    fn crafts_name_known_categories_and_regions() {
        let catalogue = catalogue();
        for craft in &catalogue.crafts {
            let category = |slug: &String| catalogue.categories.iter().any(|known| known.slug == *slug);
            let region = |slug: &String| catalogue.regions.iter().any(|known| known.slug == *slug);
            assert!(category(&craft.category), "{}", craft.slug);
            assert!(
                !craft.regions.is_empty() && craft.regions.iter().all(region),
                "{}",
                craft.slug
            );
        }
    }

    #[test]
    fn every_label_is_in_six_languages_and_in_their_scripts() {
        let catalogue = catalogue();
        let labels = catalogue.categories.iter().map(|category| &category.labels);
        let labels = labels.chain(catalogue.crafts.iter().map(|craft| &craft.labels));
        let labels = labels.chain(catalogue.regions.iter().map(|region| &region.labels));
        labels.for_each(is_complete);
    }

    fn is_complete(label: &Localized) {
        for language in Language::ALL {
            let text = label
                .0
                .get(&language)
                .unwrap_or_else(|| panic!("{label:?} lacks {language:?}"));
            let script = match language {
                Language::En => 0x0041..=0x024f,
                Language::Hi | Language::Mr => 0x0900..=0x097f,
                Language::Bn => 0x0980..=0x09ff,
                Language::Ta => 0x0b80..=0x0bff,
                Language::Te => 0x0c00..=0x0c7f,
            };
            let foreign = text.chars().find(|c| {
                let neutral = c.is_whitespace() || matches!(c, ',' | '-' | '\u{200c}' | '\u{200d}');
                !neutral && !script.contains(&u32::from(*c))
            });
            assert_eq!(foreign, None, "{text}");
        }
    }

    #[test]
    fn a_region_is_known_by_its_names_in_all_languages() {
        for name in [
            "West Bengal",
            "west-bengal",
            "পশ্চিমবঙ্গ",
            "पश्चिम बंगाल",
            "WEST_BENGAL",
        ] {
            assert_eq!(region_key(name), "west-bengal", "{name}");
        }
        assert_eq!(region_key("Kutch Desert"), "kutch-desert");
    }
}
