use shared_models::text::Localized;

use super::*;

/// A blue pottery bowl of quartz and glass from Jaipur, 20 cm wide, 850 g, made in two weeks.
fn bowl() -> Facts {
    Facts {
        seed: "bowl".into(),
        title: Localized::of(Language::En, "Neelkamal serving bowl"),
        category: "pottery".into(),
        craft: Some("blue-pottery".into()),
        materials: vec!["quartz".into(), "glass".into()],
        colours: vec!["blue".into(), "white".into()],
        dimensions: Dimensions {
            width: Some(20.0),
            height: Some(9.5),
            ..Dimensions::default()
        },
        weight_grams: Some(850),
        production_time: Some("2 weeks".into()),
        region: Some("Rajasthan".into()),
        cultural_origin: Some("Jaipur".into()),
        quantity: Some(4),
        ..Facts::default()
    }
}

fn saree() -> Facts {
    Facts {
        category: "textiles".into(),
        craft: Some("kanjeevaram".into()),
        materials: vec!["रेशम".into(), "zari".into()],
        production_time: Some("12 days".into()),
        ..Facts::default()
    }
}

#[track_caller]
fn passes(facts: &Facts, language: Language, text: &str) {
    assert_eq!(check(facts, text, language), Ok(()), "{text}");
}

#[test]
fn a_text_that_says_what_the_facts_say_passes() {
    for (language, text) in [
        (
            Language::En,
            "This serving bowl carries the calm of Jaipur blue pottery. Made of quartz and glass, it is 20 cm wide and weighs 0.85 kg.",
        ),
        (
            Language::En,
            "Fourteen days of patient work go into one bowl. Four pieces are available.",
        ),
        (
            Language::En,
            "Shaped in Rajasthan, India, the Neelkamal bowl is blue and white.",
        ),
        (
            Language::Hi,
            "राजस्थान का यह नीला और सफ़ेद कटोरा काँच से बना है। इसकी चौड़ाई २० सेमी है।",
        ),
        (Language::Hi, "जयपुरी ब्लू पॉटरी का एक सुंदर कटोरा, वज़न 850 ग्राम।"),
        (Language::Bn, "জয়পুরের এই বাটিটি কাচের তৈরি, চওড়ায় ২০ সেমি।"),
        (Language::Ta, "இராசத்தானில் செய்யப்பட்ட இந்தக் கிண்ணம் கண்ணாடியால் ஆனது."),
        (Language::Te, "రాజస్థాన్‌లో తయారైన ఈ గిన్నె గాజుతో చేసినది."),
        (
            Language::Mr,
            "राजस्थानातील हा वाडगा काचेपासून बनवला आहे. वजन ८५० ग्रॅम.",
        ),
    ] {
        passes(&bowl(), language, text);
    }
}

#[test]
fn what_a_craft_s_name_says_is_said() {
    passes(
        &saree(),
        Language::En,
        "Kanchipuram silk with zari, woven in 12 days.",
    );
    passes(
        &saree(),
        Language::En,
        "A saree as they weave them in Kanchipuram.",
    );
    passes(&saree(), Language::Ta, "காஞ்சிபுரம் பட்டுப் புடவை.");
    passes(&saree(), Language::Hi, "कांजीवरम की रेशमी साड़ी, ज़री के साथ।");
}

#[test]
fn a_material_that_is_not_in_the_facts_is_refused() {
    for (language, text, words) in [
        (Language::En, "Made of fine porcelain.", "porcelain"),
        (Language::En, "A bowl of pure silver.", "silver"),
        (Language::En, "With wooden handles.", "wooden"),
        (Language::En, "Beaded with pearls.", "beaded"),
        (Language::En, "of terra-cotta", "terra cotta"),
        (Language::Hi, "यह चाँदी का कटोरा है।", "चांदी"),
        (Language::Hi, "यह लकड़ी से बना है।", "लकडी"),
        (Language::Hi, "ताँबे का कटोरा", "तांबे"),
        (Language::Hi, "रेशमी कटोरा", "रेशमी"),
        (Language::Bn, "পিতলের বাটি।", "পিতলের"),
        (Language::Bn, "কাঠের বাটি।", "কাঠের"),
        (Language::Ta, "மரத்தால் ஆனது.", "மரத்தால்"),
        (Language::Ta, "பட்டுத் துணி", "பட்டுத்"),
        (Language::Ta, "வெள்ளியால் செய்யப்பட்டது.", "வெள்ளியால்"),
        (Language::Te, "ఇది ఇత్తడితో చేసినది.", "ఇత్తడితో"),
        (Language::Te, "బంగారంతో", "బంగారంతో"),
        (Language::Mr, "हा लाकडाचा वाडगा आहे.", "लाकडाचा"),
        (Language::Mr, "पितळेपासून बनवलेला", "पितळेपासून"),
        (Language::Mr, "चांदीचा वाडगा", "चांदीचा"),
    ] {
        let refused = check(&bowl(), text, language);
        assert_eq!(refused, Err(Invention::Material(words.into())), "{text}");
    }
}

#[test]
fn a_place_that_is_not_in_the_facts_is_refused() {
    for (language, text) in [
        (Language::En, "It comes from Gujarat."),
        (Language::En, "made by gujarati potters"),
        (Language::En, "From the lanes of Benares."),
        (Language::En, "From banaras."),
        (Language::En, "In old calcutta"),
        (Language::En, "a persian bowl"),
        (Language::En, "from orissa"),
        (Language::Hi, "यह गुजरात से है।"),
        (Language::Hi, "बंगाली कटोरा"),
        (Language::Hi, "काशी का कटोरा"),
        (Language::Bn, "এটি গুজরাটের।"),
        (Language::Ta, "இது குஜராத்தில் செய்யப்பட்டது."),
        (Language::Ta, "கேரளத்தைச் சேர்ந்தது"),
        (Language::Te, "ఇది గుజరాత్‌లో చేసినది."),
        (Language::Te, "ఢిల్లీకి చెందినది"),
        (Language::Mr, "हा गुजरातमधील वाडगा आहे."),
        (Language::Mr, "गोव्यातील वाडगा"),
    ] {
        let refused = check(&bowl(), text, language);
        assert!(matches!(refused, Err(Invention::Place(_))), "{text}: {refused:?}");
    }
}

#[test]
fn a_craft_or_colour_that_is_not_in_the_facts_is_refused() {
    let refused = |language, text| check(&bowl(), text, language).unwrap_err();
    assert!(matches!(
        refused(Language::En, "in the warli manner"),
        Invention::Craft(_)
    ));
    assert!(matches!(
        refused(Language::Hi, "वारली शैली में"),
        Invention::Craft(_)
    ));
    assert!(matches!(
        refused(Language::Ta, "வார்லி பாணியில்"),
        Invention::Craft(_)
    ));
    assert!(matches!(
        refused(Language::En, "with a red rim"),
        Invention::Colour(_)
    ));
    assert!(matches!(refused(Language::Hi, "हरी बेल"), Invention::Colour(_)));
}

#[test]
fn a_number_that_is_not_in_the_facts_is_refused() {
    for (language, text) in [
        (Language::En, "It is 25 cm wide."),
        (Language::En, "Twenty-five hours of work."),
        (Language::En, "A craft of five hundred years."),
        (Language::En, "A centuries-old craft."),
        (Language::En, "dozens of steps"),
        (Language::En, "½ the weight"),
        (Language::En, "Ⅻ steps 12"),
        (Language::Hi, "इसे बनाने में २५ दिन लगते हैं।"),
        (Language::Hi, "पच्चीस दिन की मेहनत।"),
        (Language::Hi, "सदियों पुरानी कला।"),
        (Language::Hi, "पाँच सौ साल पुरानी"),
        (Language::Bn, "২৫ দিন লাগে।"),
        (Language::Bn, "তিনটি রং।"),
        (Language::Ta, "௨௫ நாட்கள்"),
        (Language::Ta, "இருபத்தைந்து நாட்கள்"),
        (Language::Ta, "நூற்றாண்டுகளாக"),
        (Language::Te, "౨౫ రోజులు"),
        (Language::Te, "మూడు రంగులు"),
        (Language::Mr, "२५ दिवस लागतात."),
        (Language::Mr, "पंचवीस दिवस"),
    ] {
        let refused = check(&bowl(), text, language);
        assert!(
            matches!(refused, Err(Invention::Number(_))),
            "{text}: {refused:?}"
        );
    }
}

#[test]
fn numbers_convert_within_the_metric_system_only() {
    passes(&bowl(), Language::En, "200 mm wide, 95 mm high, 0.85 kg.");
    assert!(check(&bowl(), "7.9 inches wide", Language::En).is_err());
    assert!(check(&bowl(), "1.9 pounds", Language::En).is_err());
}

#[test]
fn a_name_that_nobody_gave_is_refused() {
    for (language, text) in [
        (Language::En, "This bowl was loved at the Mughal court."),
        (Language::En, "A design by Arjun."),
        (Language::Hi, "यह Bauhaus शैली का कटोरा है।"),
        (Language::Ta, "இது Bauhaus பாணி."),
    ] {
        assert!(
            matches!(check(&bowl(), text, language), Err(Invention::Name(_))),
            "{text}"
        );
    }
    passes(&bowl(), Language::En, "A bowl. Loved by all! I love it.");
    passes(&bowl(), Language::Hi, "Neelkamal एक कटोरा है, यह सबको पसंद आता है।");
}

#[test]
fn another_script_is_refused() {
    assert_eq!(
        check(&bowl(), "A blue bowl.", Language::Hi),
        Err(Invention::Script)
    );
    assert_eq!(check(&bowl(), "", Language::En), Err(Invention::Script));
}

#[test]
fn a_spelling_of_an_invented_place_is_heard_in_every_script() {
    for (language, text) in [
        (Language::En, "from madhubanee"),
        (Language::En, "made in Kolkatta"),
        (Language::Hi, "कांचिपुरम से"),
        (Language::Bn, "বিষ্ণুপুরে"),
    ] {
        assert!(check(&bowl(), text, language).is_err(), "{text}");
    }
}

/// What sellers write all the time, and what names none of the things that are checked.
#[test]
fn ordinary_words_are_no_inventions() {
    for (language, text) in [
        (
            Language::En,
            "A timeless piece for your home, shaped by hand with patience, care and skill. It brings warmth and quiet beauty to any room, and makes a thoughtful gift for family and friends. Every detail shows the maker's steady hand. Perfect for serving, display or daily use. The pattern is gentle and the finish smooth, so it feels good to hold. Handle with care and enjoy it for many years. A celebration of heritage, tradition and sustainable living.",
        ),
        (
            Language::Hi,
            "आपके घर के लिए एक अनोखी कृति, जिसे धैर्य और लगन से हाथों से गढ़ा गया है। यह हर कमरे में गर्माहट और सादगी लाती है और अपनों के लिए सुंदर उपहार है। हर बारीकी कारीगर के हुनर की गवाही देती है। रोज़ के उपयोग और सजावट दोनों के लिए उपयुक्त। परंपरा और विरासत का उत्सव।",
        ),
        (
            Language::Bn,
            "আপনার বাড়ির জন্য একটি অনন্য সৃষ্টি, ধৈর্য আর যত্নে হাতে গড়া। প্রতিটি খুঁটিনাটিতে কারিগরের দক্ষতার ছাপ। উপহার হিসেবে চমৎকার, রোজকার ব্যবহারেও সুন্দর। ঐতিহ্যের উদ্‌যাপন।",
        ),
        (
            Language::Ta,
            "உங்கள் இல்லத்திற்கு ஏற்ற அழகான படைப்பு. பொறுமையுடனும் அக்கறையுடனும் கைகளால் உருவாக்கப்பட்டது. அன்பளிப்பாக வழங்கச் சிறந்தது. பாரம்பரியத்தின் கொண்டாட்டம்.",
        ),
        (
            Language::Te,
            "మీ ఇంటికి సరిపోయే అందమైన కళాఖండం. ఓర్పుతో, శ్రద్ధతో చేతులతో రూపొందించబడింది. బహుమతిగా ఇవ్వడానికి చాలా బాగుంటుంది. సంప్రదాయానికి ప్రతీక.",
        ),
        (
            Language::Mr,
            "तुमच्या घरासाठी सुंदर कलाकृती, संयमाने आणि प्रेमाने हातांनी घडवलेली. भेट म्हणून उत्तम. प्रत्येक तपशिलात कारागिराचे कौशल्य दिसते. परंपरेचा उत्सव.",
        ),
    ] {
        passes(&bowl(), language, text);
    }
}
