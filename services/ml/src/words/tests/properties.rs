//! What holds for any facts.

use std::collections::BTreeSet;

use languages::script::Script;
use proptest::prelude::*;
use shared_models::{
    product::{Dimensions, LengthUnit},
    text::{Language, Localized},
};

use crate::words::{
    grammar::script,
    numbers::{numbers_in, same},
    *,
};

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "silk",
            "पीतल",
            "মাটি",
            "பட்டு",
            "ఇత్తడి",
            "लाकूड",
            "wood",
            "Lac",
            "glass",
            "gold"
        ])
        .prop_map(str::to_owned),
        "[A-Za-z]{3,9}( [a-z]{2,6})?",
        "[\u{0905}-\u{0914}\u{0915}-\u{0928}\u{093e}\u{093f}]{2,6}",
        "\\PC{1,12}",
    ]
}

prop_compose! {
    fn any_facts()(
        title in prop_oneof![Just("Bowl".to_owned()), Just("Bangles".to_owned()), names()],
        language in prop::sample::select(Language::ALL.to_vec()),
        category in prop::sample::select(vec!["pottery", "textiles", "toys", "painting", "unheard-of"]),
        craft in prop::option::of(prop_oneof![Just("madhubani".to_owned()), Just("lac-bangles".to_owned()), names()]),
        materials in prop::collection::vec(names(), 0..4),
        colours in prop::collection::vec(prop_oneof![Just("red".to_owned()), Just("नीला".to_owned()), names()], 0..3),
        sides in prop::array::uniform3(prop::option::of(1u32..4000)),
        unit in prop::sample::select(vec![LengthUnit::Mm, LengthUnit::Cm, LengthUnit::M, LengthUnit::In]),
        numbers in (prop::option::of(1u32..2_000_000), prop::option::of(1u32..400), prop::option::of(1u32..1000)),
        days in prop::option::of(1u32..400),
        places in (prop::option::of(prop_oneof![Just("Kerala".to_owned()), names()]), prop::option::of(names())),
        care in prop::collection::vec(prop::sample::select(Care::ALL.to_vec()), 0..3),
        seed in "[a-z]{4}",
    ) -> Facts {
        let side = |value: Option<u32>| value.map(|value| f64::from(value) / 10.0);
        Facts {
            seed,
            title: Localized::of(language, title),
            language,
            category: category.into(),
            subcategory: None,
            craft,
            materials,
            colours,
            dimensions: Dimensions { length: side(sides[0]), width: side(sides[1]), height: side(sides[2]), unit },
            weight_grams: numbers.0,
            production_time: days.map(|days| format!("{days} days")),
            labor_hours: numbers.1.map(|halves| f64::from(halves) / 2.0),
            region: places.0,
            cultural_origin: places.1,
            care,
            quantity: numbers.2,
        }
    }
}

/// The numbers that the facts hold, as they are spelt.
fn stated(facts: &Facts) -> Vec<f64> {
    let sides = [
        facts.dimensions.length,
        facts.dimensions.width,
        facts.dimensions.height,
    ];
    let weight = facts
        .weight_grams
        .map(f64::from)
        .map(|grams| if grams < 1000.0 { grams } else { grams / 1000.0 });
    let time = facts
        .production_time
        .as_deref()
        .and_then(|time| time.split(' ').next()?.parse().ok());
    let rest = [weight, time, facts.labor_hours, facts.quantity.map(f64::from)];
    sides.into_iter().chain(rest).flatten().collect()
}

/// The facts without names that the lexicon does not have.
fn without_names(facts: Facts) -> Facts {
    let known = |kind| move |text: &String| lexicon::find(kind, text).is_some();
    let of_kinds = |text: Option<String>, kind| text.filter(known(kind));
    Facts {
        title: Localized::of(Language::En, "Bowl"),
        craft: of_kinds(facts.craft, lexicon::Kind::Craft),
        materials: facts
            .materials
            .into_iter()
            .filter(known(lexicon::Kind::Material))
            .collect(),
        colours: facts
            .colours
            .into_iter()
            .filter(known(lexicon::Kind::Colour))
            .collect(),
        region: of_kinds(facts.region, lexicon::Kind::Place),
        cultural_origin: of_kinds(facts.cultural_origin, lexicon::Kind::Place),
        ..facts
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn texts_are_in_their_language_s_script_and_whole(facts in any_facts()) {
        let described = describe(&facts);
        for language in Language::ALL {
            let text = described.text(language);
            let own = |c: char| c == '।' || Script::of(c).is_none_or(|found| found == script(language) || found == Script::Latin);
            prop_assert!(text.chars().all(own), "{language:?}: {text}");
            let plain = |c: char| c.is_alphanumeric() || Script::of(c).is_some() || " .,:;–-/&'’“”।\u{200c}\u{200d}".contains(c);
            prop_assert!(text.chars().all(plain), "{language:?}: {text:?}");
            prop_assert!(!text.contains('{') && !text.contains("  ") && !text.contains('\u{2068}'), "{text}");
            prop_assert!(text.ends_with(['.', '।']), "{text}");
        }
    }

    #[test]
    fn the_numbers_of_the_facts_are_there_and_no_others(facts in any_facts()) {
        // Names may have numbers of their own.
        let facts = without_names(facts);
        let stated = stated(&facts);
        let described = describe(&facts);
        for language in Language::ALL {
            let found = numbers_in(described.text(language), language);
            for number in &stated {
                prop_assert!(found.iter().any(|found| same(*found, *number)), "{number} is missing in {}", described.text(language));
            }
            for number in &found {
                prop_assert!(stated.iter().any(|stated| same(*stated, *number)), "{number} is new in {}", described.text(language));
            }
        }
    }

    #[test]
    fn our_own_texts_keep_to_the_facts(facts in any_facts()) {
        let described = describe(&facts);
        let grounds = check::Grounds::of(&facts);
        for language in Language::ALL {
            prop_assert_eq!(grounds.check(described.text(language), language), Ok(()), "{}", described.text(language));
        }
    }

    #[test]
    fn captions_are_whole_sentences_within_their_length(facts in any_facts(), most in 1usize..400) {
        use unicode_segmentation::UnicodeSegmentation;
        for language in Language::ALL {
            for size in [Size::Short, Size::Medium] {
                if let Some(caption) = caption(&facts, language, size, most) {
                    prop_assert!(caption.graphemes(true).count() <= most);
                    prop_assert!(caption.ends_with(['.', '।']), "{}", caption);
                }
            }
        }
    }

    #[test]
    fn keywords_are_few_and_different(facts in any_facts()) {
        let words = keywords(&facts);
        prop_assert!(words.len() <= 15);
        let folded: BTreeSet<String> = words.iter().map(|word| lexicon::fold(word)).collect();
        prop_assert_eq!(folded.len(), words.len());
    }
}
