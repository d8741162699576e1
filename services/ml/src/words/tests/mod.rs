//! Descriptions as a whole.

mod properties;

use std::collections::BTreeSet;

use shared_models::{
    product::{Dimensions, LengthUnit},
    text::{Language, Localized},
};

use super::{
    facts::Matter,
    sentences::{About, sentences},
    *,
};

fn piece(object: &str, facts: Facts) -> Facts {
    Facts {
        title: Localized::of(Language::En, object),
        ..facts
    }
}

/// What is said of the piece itself in each wording that some seed chooses.
fn wordings(facts: &Facts, language: Language) -> BTreeSet<String> {
    let seeds = (0..64).map(|seed| Facts {
        seed: format!("seed {seed}"),
        ..facts.clone()
    });
    seeds
        .map(|facts| {
            let said = sentences(&Matter::of(&facts), language);
            let piece = said.into_iter().filter(|sentence| sentence.about == About::Piece);
            piece.map(|sentence| sentence.text).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[track_caller]
fn says(facts: &Facts, language: Language, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(wordings(facts, language), expected);
}

fn of_silk_from_rajasthan(object: &str) -> Facts {
    piece(
        object,
        Facts {
            materials: vec!["silk".into()],
            region: Some("rajasthan".into()),
            ..Facts::default()
        },
    )
}

#[test]
fn hindi_agrees_in_gender_and_number() {
    for (object, expected) in [
        (
            "Bowl",
            [
                "राजस्थान का यह कटोरा रेशम से बना है।",
                "रेशम से बना यह कटोरा राजस्थान का है।",
            ],
        ),
        (
            "Saree",
            [
                "राजस्थान की यह साड़ी रेशम से बनी है।",
                "रेशम से बनी यह साड़ी राजस्थान की है।",
            ],
        ),
        (
            "Shoes",
            ["राजस्थान के ये जूते रेशम से बने हैं।", "रेशम से बने ये जूते राजस्थान के हैं।"],
        ),
        (
            "Bangles",
            [
                "राजस्थान की ये चूड़ियाँ रेशम से बनी हैं।",
                "रेशम से बनी ये चूड़ियाँ राजस्थान की हैं।",
            ],
        ),
    ] {
        says(&of_silk_from_rajasthan(object), Language::Hi, &expected);
    }
}

#[test]
fn marathi_agrees_in_three_genders_and_two_numbers() {
    for (object, expected) in [
        (
            "Bowl",
            [
                "राजस्थानमधील हा वाडगा रेशमापासून बनवलेला आहे.",
                "रेशमापासून बनवलेला हा वाडगा राजस्थानमधील आहे.",
            ],
        ),
        (
            "Saree",
            [
                "राजस्थानमधील ही साडी रेशमापासून बनवलेली आहे.",
                "रेशमापासून बनवलेली ही साडी राजस्थानमधील आहे.",
            ],
        ),
        (
            "Painting",
            [
                "राजस्थानमधील हे चित्र रेशमापासून बनवलेले आहे.",
                "रेशमापासून बनवलेले हे चित्र राजस्थानमधील आहे.",
            ],
        ),
        (
            "Shoes",
            [
                "राजस्थानमधील हे बूट रेशमापासून बनवलेले आहेत.",
                "रेशमापासून बनवलेले हे बूट राजस्थानमधील आहेत.",
            ],
        ),
        (
            "Bangles",
            [
                "राजस्थानमधील या बांगड्या रेशमापासून बनवलेल्या आहेत.",
                "रेशमापासून बनवलेल्या या बांगड्या राजस्थानमधील आहेत.",
            ],
        ),
        (
            "Earrings",
            [
                "राजस्थानमधील ही कर्णफुले रेशमापासून बनवलेली आहेत.",
                "रेशमापासून बनवलेली ही कर्णफुले राजस्थानमधील आहेत.",
            ],
        ),
    ] {
        says(&of_silk_from_rajasthan(object), Language::Mr, &expected);
    }
}

#[test]
fn bengali_counts_by_classifier_and_marks_the_genitive() {
    for (object, expected) in [
        (
            "Saree",
            [
                "রাজস্থানের এই শাড়িটি রেশম দিয়ে তৈরি।",
                "রেশম দিয়ে তৈরি এই শাড়িটি এসেছে রাজস্থান থেকে।",
            ],
        ),
        (
            "Bangles",
            [
                "রাজস্থানের এই চুড়িগুলি রেশম দিয়ে তৈরি।",
                "রেশম দিয়ে তৈরি এই চুড়িগুলি এসেছে রাজস্থান থেকে।",
            ],
        ),
    ] {
        says(&of_silk_from_rajasthan(object), Language::Bn, &expected);
    }
}

#[test]
fn tamil_joins_its_words_and_agrees_in_number() {
    for (object, expected) in [
        (
            "Saree",
            [
                "இராசத்தானைச் சேர்ந்த இந்தப் புடவை பட்டால் செய்யப்பட்டது.",
                "பட்டால் செய்யப்பட்ட இந்தப் புடவை இராசத்தானைச் சேர்ந்தது.",
            ],
        ),
        (
            "Bangles",
            [
                "இராசத்தானைச் சேர்ந்த இந்த வளையல்கள் பட்டால் செய்யப்பட்டவை.",
                "பட்டால் செய்யப்பட்ட இந்த வளையல்கள் இராசத்தானைச் சேர்ந்தவை.",
            ],
        ),
    ] {
        says(&of_silk_from_rajasthan(object), Language::Ta, &expected);
    }
}

#[test]
fn telugu_agrees_in_number() {
    for (object, expected) in [
        (
            "Saree",
            [
                "రాజస్థాన్\u{200c}కు చెందిన ఈ చీర పట్టుతో తయారు చేసినది.",
                "పట్టుతో తయారు చేసిన ఈ చీర రాజస్థాన్\u{200c}కు చెందినది.",
            ],
        ),
        (
            "Bangles",
            [
                "రాజస్థాన్\u{200c}కు చెందిన ఈ గాజులు పట్టుతో తయారు చేసినవి.",
                "పట్టుతో తయారు చేసిన ఈ గాజులు రాజస్థాన్\u{200c}కు చెందినవి.",
            ],
        ),
    ] {
        says(&of_silk_from_rajasthan(object), Language::Te, &expected);
    }
}

#[test]
fn english_agrees_in_number() {
    for (object, expected) in [
        (
            "Saree",
            [
                "This saree from Rajasthan is made of silk.",
                "Made of silk, this saree comes from Rajasthan.",
            ],
        ),
        (
            "Bangles",
            [
                "These bangles from Rajasthan are made of silk.",
                "Made of silk, these bangles come from Rajasthan.",
            ],
        ),
    ] {
        says(&of_silk_from_rajasthan(object), Language::En, &expected);
    }
}

/// The sentence about one fact, in the first wording found.
fn told(facts: &Facts, language: Language, about: About) -> BTreeSet<String> {
    let seeds = (0..32).map(|seed| Facts {
        seed: seed.to_string(),
        ..facts.clone()
    });
    let all = seeds.flat_map(|facts| sentences(&Matter::of(&facts), language));
    all.filter(|sentence| sentence.about == about)
        .map(|sentence| sentence.text)
        .collect()
}

#[test]
fn times_agree_with_their_verbs() {
    for (time, language, expected) in [
        ("1 day", Language::En, "Making it takes 1 day."),
        ("about 5 days", Language::En, "Making it takes about 5 days."),
        ("1 day", Language::Hi, "इसे बनाने में 1 दिन लगता है।"),
        ("5 days", Language::Hi, "इसे बनाने में 5 दिन लगते हैं।"),
        ("2-3 weeks", Language::Hi, "इसे बनाने में 2–3 हफ़्ते लगते हैं।"),
        ("५ दिवस", Language::Bn, "এটি তৈরি করতে ৫ দিন লাগে।"),
        ("about 5 days", Language::Ta, "இதைச் செய்ய சுமார் 5 நாட்கள் ஆகும்."),
        ("1 day", Language::Te, "దీన్ని తయారు చేయడానికి 1 రోజు పడుతుంది."),
        ("5 days", Language::Te, "దీన్ని తయారు చేయడానికి 5 రోజులు పడతాయి."),
        ("1 week", Language::Mr, "हा बनवायला १ आठवडा लागतो."),
        ("3 weeks", Language::Mr, "हा बनवायला ३ आठवडे लागतात."),
    ] {
        let facts = piece(
            "Bowl",
            Facts {
                production_time: Some(time.into()),
                ..Facts::default()
            },
        );
        let told = told(&facts, language, About::Time);
        assert!(told.contains(expected), "{told:?}");
    }
}

#[test]
fn a_time_in_other_words_is_quoted_in_the_artisan_s_language_only() {
    let facts = Facts {
        language: Language::Hi,
        production_time: Some("मौसम पर निर्भर".into()),
        ..piece("Bowl", Facts::default())
    };
    assert_eq!(
        told(&facts, Language::Hi, About::Time),
        BTreeSet::from(["बनाने का समय: मौसम पर निर्भर।".to_owned()])
    );
    for language in [Language::En, Language::Mr, Language::Ta] {
        assert_eq!(told(&facts, language, About::Time), BTreeSet::new());
    }
}

#[test]
fn nothing_is_said_of_what_is_not_known() {
    let bare = Facts::default();
    for (language, expected) in [
        (Language::En, "This is a craft piece."),
        (Language::Hi, "यह एक शिल्पकृति है।"),
        (Language::Bn, "এটি একটি শিল্পকর্ম।"),
        (Language::Ta, "இது ஒரு கைவினைப் பொருள்."),
        (Language::Te, "ఇది ఒక హస్తకళా వస్తువు."),
        (Language::Mr, "ही एक हस्तकला वस्तू आहे."),
    ] {
        assert_eq!(describe(&bare).text(language), expected);
    }
}

#[test]
fn a_title_s_own_name_is_kept() {
    let facts = piece("Neelkamal bowl", Facts::default());
    let described = describe(&facts);
    assert_eq!(described.text(Language::En), "“Neelkamal bowl” is a bowl.");
    assert_eq!(described.text(Language::Mr), "“Neelkamal bowl” हा एक वाडगा आहे.");
    let facts = Facts {
        title: Localized::of(Language::Hi, "नीलकमल कटोरा"),
        ..Facts::default()
    };
    assert_eq!(describe(&facts).text(Language::Bn), "“নীলকমল কটোরা” একটি বাটি।");
}

#[test]
fn the_same_seed_says_the_same_and_seeds_differ() {
    let facts = rich();
    assert_eq!(describe(&facts), describe(&facts));
    for language in Language::ALL {
        let texts: BTreeSet<String> = (0..40)
            .map(|seed| {
                describe(&Facts {
                    seed: seed.to_string(),
                    ..facts.clone()
                })
                .text(language)
                .to_owned()
            })
            .collect();
        assert!(texts.len() >= 8, "{language:?}: {}", texts.len());
    }
}

#[test]
fn languages_do_not_mirror_each_other() {
    let matter_of = |seed: u32| Facts {
        seed: seed.to_string(),
        ..rich()
    };
    for language in Language::ALL.into_iter().skip(1) {
        let differing = (0..40).filter(|seed| {
            let facts = matter_of(*seed);
            let order = |language| {
                let said = sentences(&Matter::of(&facts), language);
                said.into_iter()
                    .map(|sentence| sentence.about)
                    .collect::<Vec<_>>()
            };
            order(language) != order(Language::En)
        });
        let differing = differing.count();
        assert!(
            differing >= 30,
            "{language:?} orders its sentences as English in all but {differing} of 40"
        );
    }
}

fn rich() -> Facts {
    Facts {
        seed: "rich".into(),
        title: Localized::of(Language::En, "Painting"),
        category: "painting".into(),
        craft: Some("madhubani".into()),
        materials: vec!["handmade paper".into(), "natural dyes".into()],
        colours: vec!["red".into(), "blue".into()],
        dimensions: Dimensions {
            length: Some(30.0),
            width: Some(42.5),
            height: None,
            unit: LengthUnit::Cm,
        },
        weight_grams: Some(1250),
        production_time: Some("5 days".into()),
        labor_hours: Some(14.0),
        region: Some("bihar".into()),
        cultural_origin: Some("Mithila".into()),
        care: vec![Care::KeepDry, Care::NoDirectSun],
        quantity: Some(3),
        ..Facts::default()
    }
}

#[test]
fn keywords_are_in_english_and_the_artisan_s_language() {
    let facts = Facts {
        language: Language::Hi,
        ..rich()
    };
    let words = keywords(&facts);
    for word in ["madhubani painting", "मधुबनी चित्र", "bihar", "handmade paper"] {
        assert!(words.iter().any(|known| known == word), "{word} of {words:?}");
    }
    assert!(keywords(&rich()).iter().all(|word| word.is_ascii()));
}

#[test]
fn captions_say_more_where_there_is_room() {
    let short = caption(&rich(), Language::Hi, Size::Short, 280).unwrap();
    let medium = caption(&rich(), Language::Hi, Size::Medium, 1000).unwrap();
    assert!(
        medium.starts_with(&short) && medium.len() > short.len(),
        "{short} / {medium}"
    );
    assert_eq!(caption(&rich(), Language::Hi, Size::Short, 5), None);
    assert_eq!(
        hashtags(&rich(), Language::En, 2),
        ["madhubanipainting", "madhubani"]
    );
}

/// Ninety names that the lexicon must tell from each other: a piece of one material is not taken for another's.
#[test]
fn every_material_is_told_from_every_other() {
    use super::lexicon::{Kind, by_slug};
    let facts = piece(
        "Bowl",
        Facts {
            materials: vec!["terracotta".into()],
            ..Facts::default()
        },
    );
    for slug in [
        "brass", "silk", "wood", "silver", "gold", "leather", "marble", "jute", "bamboo", "ivory", "glass",
    ] {
        let term = by_slug(Kind::Material, slug).unwrap();
        for language in Language::ALL {
            let grammar = super::grammar::of(language);
            let wording = super::grammar::Wording::of(&super::facts::Named::Known(term), language).unwrap();
            let text = grammar.materials(&[wording]);
            assert!(
                matches!(check(&facts, &text, language), Err(Invention::Material(_))),
                "{text}"
            );
        }
    }
}
