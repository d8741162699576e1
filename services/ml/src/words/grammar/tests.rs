use super::*;
use crate::words::lexicon::{self, Kind};

fn object(slug: &str, language: Language) -> &'static Name {
    lexicon::by_slug(Kind::Object, slug).unwrap().name(language)
}

fn wording(kind: Kind, slug: &str, language: Language) -> Wording {
    let term = lexicon::by_slug(kind, slug).unwrap();
    Wording::of(&crate::words::facts::Named::Known(term), language).unwrap()
}

fn kept(name: &str) -> Wording {
    Wording {
        text: name.into(),
        oblique: name.into(),
        known: false,
    }
}

#[test]
fn demonstratives_and_colours_agree_with_the_piece() {
    for (language, slug, colour, expected) in [
        (Language::En, "bowl", None, "this bowl"),
        (Language::En, "bangles", Some("blue"), "these blue bangles"),
        (Language::Hi, "bowl", Some("blue"), "यह नीला कटोरा"),
        (Language::Hi, "saree", Some("blue"), "यह नीली साड़ी"),
        (Language::Hi, "shoes", Some("black"), "ये काले जूते"),
        (Language::Hi, "bangles", Some("green"), "ये हरी चूड़ियाँ"),
        (Language::Hi, "saree", Some("red"), "यह लाल साड़ी"),
        (Language::Bn, "saree", Some("blue"), "এই নীল শাড়িটি"),
        (Language::Bn, "bangles", None, "এই চুড়িগুলি"),
        (Language::Ta, "bowl", None, "இந்தக் கிண்ணம்"),
        (Language::Ta, "saree", None, "இந்தப் புடவை"),
        (Language::Ta, "painting", None, "இந்த ஓவியம்"),
        (Language::Ta, "saree", Some("blue"), "இந்த நீல நிறப் புடவை"),
        (Language::Te, "saree", Some("blue"), "ఈ నీలం రంగు చీర"),
        (Language::Mr, "bowl", Some("blue"), "हा निळा वाडगा"),
        (Language::Mr, "saree", Some("blue"), "ही निळी साडी"),
        (Language::Mr, "painting", Some("blue"), "हे निळे चित्र"),
        (Language::Mr, "shoes", Some("black"), "हे काळे बूट"),
        (Language::Mr, "bangles", Some("green"), "या हिरव्या बांगड्या"),
        (Language::Mr, "bangles", Some("white"), "या पांढऱ्या बांगड्या"),
        (Language::Mr, "earrings", Some("blue"), "ही निळी कर्णफुले"),
    ] {
        let colour = colour.map(|slug| wording(Kind::Colour, slug, language));
        assert_eq!(
            of(language).this(object(slug, language), colour.as_ref()),
            expected
        );
    }
}

#[test]
fn articles_agree_with_the_sound_that_follows() {
    for (language, slug, expected) in [
        (Language::En, "elephant", "an elephant"),
        (Language::En, "vase", "a vase"),
        (Language::En, "earrings", "earrings"),
        (Language::Ta, "painting", "ஓர் ஓவியம்"),
        (Language::Ta, "bowl", "ஒரு கிண்ணம்"),
    ] {
        assert_eq!(of(language).a(object(slug, language)), expected);
    }
}

#[test]
fn materials_take_the_case_that_making_governs() {
    for (language, slugs, expected) in [
        (Language::En, &["silk", "zari"][..], "silk and zari"),
        (Language::Hi, &["copper", "brass"], "ताँबे और पीतल"),
        (Language::Hi, &["leather"], "चमड़े"),
        (Language::Hi, &["clay"], "मिट्टी"),
        (Language::Bn, &["silk", "zari"], "রেশম ও জরি"),
        (Language::Ta, &["silk"], "பட்டால்"),
        (Language::Ta, &["wood"], "மரத்தால்"),
        (Language::Ta, &["clay"], "களிமண்ணால்"),
        (Language::Ta, &["stone"], "கல்லால்"),
        (Language::Ta, &["brass"], "பித்தளையால்"),
        (Language::Ta, &["cotton"], "பருத்தியால்"),
        (Language::Ta, &["coconut-shell"], "தேங்காய் ஓட்டால்"),
        (Language::Ta, &["plastic"], "பிளாஸ்டிக்கால்"),
        (Language::Ta, &["pashmina"], "பஷ்மினாவால்"),
        (Language::Ta, &["silk", "zari"], "பட்டு மற்றும் ஜரிகை ஆகியவற்றால்"),
        (Language::Te, &["silk"], "పట్టుతో"),
        (Language::Te, &["stone"], "రాతితో"),
        (Language::Te, &["silk", "zari"], "పట్టు మరియు జరీతో"),
        (Language::Te, &["ceramic"], "సిరామిక్\u{200c}తో"),
        (Language::Mr, &["wood"], "लाकडापासून"),
        (Language::Mr, &["copper"], "तांब्यापासून"),
        (Language::Mr, &["clay"], "मातीपासून"),
        (Language::Mr, &["silk", "zari"], "रेशीम आणि जर यांपासून"),
    ] {
        let materials: Vec<Wording> = slugs
            .iter()
            .map(|slug| wording(Kind::Material, slug, language))
            .collect();
        assert_eq!(of(language).materials(&materials), expected);
    }
}

#[test]
fn places_take_the_case_of_an_attribute() {
    for (language, slug, expected) in [
        (Language::Bn, "rajasthan", "রাজস্থানের"),
        (Language::Bn, "odisha", "ওড়িশার"),
        (Language::Bn, "mumbai", "মুম্বাইয়ের"),
        (Language::Bn, "west-bengal", "পশ্চিমবঙ্গের"),
        (Language::Ta, "bihar", "பீகாரை"),
        (Language::Ta, "kerala", "கேரளத்தை"),
        (Language::Ta, "tamil-nadu", "தமிழ்நாட்டை"),
        (Language::Ta, "odisha", "ஒடிசாவை"),
        (Language::Ta, "delhi", "தில்லியை"),
        (Language::Ta, "gujarat", "குஜராத்தை"),
        (Language::Ta, "bhuj", "புஜ் பகுதியை"),
        (Language::Te, "rajasthan", "రాజస్థాన్\u{200c}కు"),
        (Language::Te, "delhi", "ఢిల్లీకి"),
        (Language::Te, "kerala", "కేరళకు"),
        (Language::Te, "kanchipuram", "కాంచీపురానికి"),
        (Language::Te, "andaman-and-nicobar-islands", "అండమాన్ నికోబార్ దీవులకు"),
        (Language::Mr, "rajasthan", "राजस्थानमधील"),
        (Language::Mr, "goa", "गोव्यामधील"),
        (Language::Mr, "maharashtra", "महाराष्ट्रामधील"),
    ] {
        assert_eq!(
            of(language).place(&wording(Kind::Place, slug, language)),
            expected
        );
    }
}

#[test]
fn names_outside_the_lexicon_are_not_inflected() {
    for (language, material, place) in [
        (Language::Bn, "lantana", "Hodka অঞ্চলের"),
        (Language::Ta, "lantana கொண்டு", "Hodka பகுதியை"),
        (Language::Te, "lantana ఉపయోగించి", "Hodka ప్రాంతానికి"),
        (Language::Mr, "lantana वापरून", "Hodka येथील"),
    ] {
        assert_eq!(of(language).materials(&[kept("lantana")]), material);
        assert_eq!(of(language).place(&kept("Hodka")), place);
    }
}

#[test]
fn several_colours_stand_in_the_plural() {
    for (language, slugs, expected) in [
        (Language::Hi, &["blue"][..], "नीला"),
        (Language::Hi, &["red", "blue"], "लाल और नीले"),
        (Language::Mr, &["white", "blue"], "पांढरे आणि निळे"),
        (Language::Bn, &["red", "blue"], "লাল ও নীল"),
        (Language::Te, &["red", "blue"], "ఎరుపు మరియు నీలం"),
    ] {
        let colours: Vec<Wording> = slugs
            .iter()
            .map(|slug| wording(Kind::Colour, slug, language))
            .collect();
        assert_eq!(of(language).colours(&colours), expected);
    }
}

#[test]
fn weights_of_a_kilogram_and_more_are_in_kilograms() {
    for (language, grams, expected) in [
        (Language::En, 850, "850 g"),
        (Language::Hi, 1250, "1.25 किलोग्राम"),
        (Language::Bn, 1250, "১.২৫ কিলোগ্রাম"),
        (Language::Te, 1000, "1 కిలోగ్రాము"),
        (Language::Mr, 850, "८५० ग्रॅम"),
    ] {
        assert_eq!(of(language).weight(grams), expected);
    }
}

#[test]
fn names_are_written_in_the_language_s_script_without_signs() {
    assert_eq!(
        written("{$this} ✨ Sunrise", Language::Hi).as_deref(),
        Some("this Sunrise")
    );
    assert_eq!(written("सूर्योदय", Language::Te).as_deref(), Some("సూర్యోదయ"));
    assert_eq!(written("!!!", Language::En), None);
}

#[test]
fn crafts_join_the_word_for_craft() {
    for (language, slug, expected) in [
        (Language::Ta, "madhubani", "மதுபனி"),
        (Language::Ta, "gond", "கோண்டு ஓவியக்"),
        (Language::Ta, "kanjeevaram", "காஞ்சிபுரம் பட்டுக்"),
        (Language::Te, "blue-pottery", "జైపూర్ నీలి కుండల"),
        (Language::Hi, "warli", "वारली"),
    ] {
        assert_eq!(
            of(language).craft(&wording(Kind::Craft, slug, language)),
            expected
        );
    }
}
