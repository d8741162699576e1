use std::collections::HashSet;

use languages::script::Script;

use super::*;

fn script(language: Language) -> Script {
    match language {
        Language::En => Script::Latin,
        Language::Hi | Language::Mr => Script::Devanagari,
        Language::Bn => Script::Bengali,
        Language::Ta => Script::Tamil,
        Language::Te => Script::Telugu,
    }
}

#[test]
fn every_name_is_in_the_script_of_its_language() {
    for term in TERMS.iter() {
        for language in Language::ALL {
            let name = term.name(language);
            for text in [name.text, name.oblique] {
                let foreign = text
                    .chars()
                    .find(|c| Script::of(*c).is_some_and(|found| found != script(language)));
                assert_eq!(foreign, None, "{} {text}", term.slug);
                assert!(!text.is_empty(), "{}", term.slug);
            }
        }
    }
}

#[test]
fn slugs_are_unique_in_a_kind_and_wholes_exist() {
    let slugs: HashSet<(Kind, &str)> = TERMS.iter().map(|term| (term.kind, term.slug)).collect();
    assert_eq!(slugs.len(), TERMS.len());
    assert!(TERMS.len() > 400, "{}", TERMS.len());
    for term in TERMS.iter() {
        let Some(whole) = term.part_of else { continue };
        let kind = if term.kind == Kind::Craft {
            Kind::Category
        } else {
            term.kind
        };
        assert!(slugs.contains(&(kind, whole)), "{} is part of {whole}", term.slug);
    }
}

#[test]
fn pieces_have_a_gender_where_the_language_has_one() {
    for term in TERMS
        .iter()
        .filter(|term| matches!(term.kind, Kind::Object | Kind::Category))
    {
        let hindi = term.name(Language::Hi).agreement;
        assert!(
            !matches!(hindi, Agreement::N | Agreement::Np),
            "{} has no Hindi gender",
            term.slug
        );
        let plural = term.name(Language::En).agreement.is_plural();
        for language in Language::ALL {
            let agreement = term.name(language).agreement;
            assert_eq!(agreement.is_plural(), plural, "{} in {language:?}", term.slug);
            if matches!(
                language,
                Language::En | Language::Bn | Language::Ta | Language::Te
            ) {
                assert!(matches!(agreement, Agreement::N | Agreement::Np), "{}", term.slug);
            }
        }
    }
}

#[test]
fn a_term_is_found_by_any_of_its_names_in_any_spelling() {
    for (kind, text, slug) in [
        (Kind::Material, "Terracotta", "terracotta"),
        (Kind::Material, "पीतल", "brass"),
        (Kind::Material, "तांबा", "copper"),
        (Kind::Material, "జరీ", "zari"),
        (Kind::Material, "pashmeena", "pashmina"),
        (Kind::Craft, "madhubanee", "madhubani"),
        (Kind::Craft, "மதுபனி", "madhubani"),
        (Kind::Craft, "blue-pottery", "blue-pottery"),
        (Kind::Object, "sarees", "saree"),
        (Kind::Place, "west_bengal", "west-bengal"),
        (Kind::Place, "Banaras", "varanasi"),
        (Kind::Place, "ராஜஸ்தான்", "rajasthan"),
        (Kind::Colour, "NEELA", ""),
    ] {
        assert_eq!(find(kind, text).map_or("", |term| term.slug), slug, "{text}");
    }
}

#[test]
fn running_text_is_scanned_for_names_longest_first() {
    let slugs = |text: &str| -> Vec<&str> {
        let found = scan(text);
        found.iter().map(|found| found.terms[0].slug).collect()
    };
    assert_eq!(
        slugs("a shawl of muga silk from Jaipur"),
        ["shawl", "muga-silk", "jaipur"]
    );
    assert_eq!(slugs("राजस्थानी कटोरा"), ["rajasthan", "bowl"]);
    assert_eq!(slugs("পিতলের"), ["brass"]);
}

#[test]
fn a_part_leads_to_its_wholes() {
    let jaipur = by_slug(Kind::Place, "jaipur").unwrap();
    let wholes: Vec<&str> = jaipur.with_wholes().map(|term| term.slug).collect();
    assert_eq!(wholes, ["jaipur", "rajasthan", "india"]);
}
