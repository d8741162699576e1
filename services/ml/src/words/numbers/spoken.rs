//! Number words.

use std::{collections::HashMap, sync::LazyLock};

use shared_models::text::Language;

use crate::words::lexicon::folded_words;

/// What a number word does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// Stands for itself: five, fifty, dozen.
    Value(f64),
    /// Multiplies what stands before it: hundred, lakh.
    Scale(f64),
    /// A scale whose word means something else when no number stands before it (लाख is lac, too).
    BoundScale(f64),
}

/// One to a hundred, in order; spellings of one number are joined by a slash.
const HINDI: &str = "एक दो तीन चार पाँच छह/छः/छे सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस बीस \
    इक्कीस बाईस/बाइस तेईस/तेइस चौबीस पच्चीस छब्बीस सत्ताईस/सत्ताइस अट्ठाईस/अठाईस/अट्ठाइस उनतीस/उन्तीस तीस इकतीस/इकत्तीस बत्तीस तैंतीस चौंतीस \
    पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस/उन्तालीस चालीस इकतालीस बयालीस/बयालिस तैंतालीस चौवालीस/चवालीस पैंतालीस छियालीस सैंतालीस \
    अड़तालीस उनचास पचास इक्यावन बावन तिरपन/तिरेपन चौवन पचपन छप्पन सत्तावन अट्ठावन/अठावन उनसठ साठ इकसठ बासठ तिरसठ चौंसठ \
    पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी/उन्यासी अस्सी इक्यासी \
    बयासी तिरासी चौरासी पचासी छियासी सत्तासी/सतासी अट्ठासी/अठासी नवासी नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे/पंचानवे छियानवे सत्तानवे \
    अट्ठानवे/अठानवे निन्यानवे";

const MARATHI: &str = "एक दोन तीन चार पाच सहा सात आठ नऊ दहा अकरा बारा तेरा चौदा पंधरा सोळा सतरा अठरा एकोणीस वीस \
    एकवीस बावीस तेवीस चोवीस पंचवीस सव्वीस सत्तावीस अठ्ठावीस/अठावीस एकोणतीस तीस एकतीस बत्तीस तेहतीस/तेत्तीस चौतीस/चौतिस पस्तीस छत्तीस \
    सदतीस/सदोतीस अडतीस एकोणचाळीस चाळीस एक्केचाळीस बेचाळीस त्रेचाळीस चव्वेचाळीस पंचेचाळीस सेहेचाळीस/शेहेचाळीस सत्तेचाळीस अठ्ठेचाळीस \
    एकोणपन्नास पन्नास एक्कावन बावन त्रेपन चोपन पंचावन छप्पन सत्तावन अठ्ठावन एकोणसाठ साठ एकसष्ट बासष्ट त्रेसष्ट चौसष्ट पासष्ट \
    सहासष्ट सदुसष्ट अडुसष्ट एकोणसत्तर सत्तर एक्काहत्तर बाहत्तर त्र्याहत्तर चौऱ्याहत्तर पंच्याहत्तर शहात्तर सत्त्याहत्तर अठ्ठ्याहत्तर एकोणऐंशी ऐंशी \
    एक्क्याऐंशी ब्याऐंशी त्र्याऐंशी चौऱ्याऐंशी पंच्याऐंशी शहाऐंशी सत्त्याऐंशी अठ्ठ्याऐंशी एकोणनव्वद नव्वद एक्क्याण्णव ब्याण्णव त्र्याण्णव \
    चौऱ्याण्णव पंच्याण्णव शहाण्णव सत्त्याण्णव अठ्ठ्याण्णव नव्व्याण्णव";

/// Nine (নয়) is left out: the word also means is not.
const BENGALI: &str = "এক দুই/দু তিন চার পাঁচ ছয় সাত আট - দশ এগারো/এগার বারো/বার তেরো চৌদ্দ/চোদ্দ পনেরো ষোলো/ষোল সতেরো আঠারো \
    উনিশ বিশ/কুড়ি একুশ বাইশ তেইশ চব্বিশ পঁচিশ ছাব্বিশ সাতাশ আটাশ/আঠাশ ঊনত্রিশ/উনত্রিশ ত্রিশ/তিরিশ একত্রিশ বত্রিশ তেত্রিশ চৌত্রিশ \
    পঁয়ত্রিশ ছত্রিশ সাঁইত্রিশ আটত্রিশ ঊনচল্লিশ/উনচল্লিশ চল্লিশ একচল্লিশ বিয়াল্লিশ তেতাল্লিশ চুয়াল্লিশ পঁয়তাল্লিশ ছেচল্লিশ সাতচল্লিশ আটচল্লিশ \
    ঊনপঞ্চাশ/উনপঞ্চাশ পঞ্চাশ একান্ন বাহান্ন তিপ্পান্ন চুয়ান্ন পঞ্চান্ন ছাপ্পান্ন সাতান্ন আটান্ন ঊনষাট/উনষাট ষাট একষট্টি বাষট্টি তেষট্টি চৌষট্টি \
    পঁয়ষট্টি ছেষট্টি সাতষট্টি আটষট্টি ঊনসত্তর/উনসত্তর সত্তর একাত্তর বাহাত্তর তিয়াত্তর চুয়াত্তর পঁচাত্তর ছিয়াত্তর সাতাত্তর আটাত্তর ঊনআশি/উনআশি আশি \
    একাশি বিরাশি তিরাশি চুরাশি পঁচাশি ছিয়াশি সাতাশি অষ্টাশি/আটাশি ঊননব্বই/উননব্বই নব্বই একানব্বই বিরানব্বই তিরানব্বই চুরানব্বই \
    পঁচানব্বই ছিয়ানব্বই সাতানব্বই আটানব্বই নিরানব্বই";

/// One to twenty; the tens and what they join to follow in `OTHERS`.
const ENGLISH: &str = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
    seventeen eighteen nineteen twenty";
const TAMIL: &str = "ஒன்று/ஒரு இரண்டு/ரெண்டு/இரு மூன்று நான்கு/நாலு ஐந்து/அஞ்சு ஆறு ஏழு எட்டு ஒன்பது பத்து பதினொன்று பன்னிரண்டு \
    பதின்மூன்று/பதிமூன்று பதினான்கு பதினைந்து பதினாறு பதினேழு பதினெட்டு பத்தொன்பது இருபது/இருபத்தி/இருபத்து";
const TELUGU: &str = "ఒకటి/ఒక రెండు మూడు నాలుగు ఐదు/అయిదు ఆరు ఏడు ఎనిమిది తొమ్మిది పది పదకొండు పన్నెండు పదమూడు పద్నాలుగు/పధ్నాలుగు \
    పదిహేను పదహారు పదిహేడు పద్దెనిమిది పంతొమ్మిది/పందొమ్మిది ఇరవై";

const OTHERS: &[(Language, f64, &str)] = &[
    (Language::En, 30.0, "thirty"),
    (Language::En, 40.0, "forty fourty"),
    (Language::En, 50.0, "fifty"),
    (Language::En, 60.0, "sixty"),
    (Language::En, 70.0, "seventy"),
    (Language::En, 80.0, "eighty"),
    (Language::En, 90.0, "ninety"),
    (Language::En, 0.5, "half"),
    (Language::En, 12.0, "dozen dozens"),
    (Language::En, 10.0, "decade decades"),
    (Language::En, 100.0, "century centuries hundreds"),
    (Language::En, 1000.0, "thousands millennium millennia"),
    (Language::Hi, 0.5, "आधा आधी आधे"),
    (Language::Hi, 1.5, "डेढ़"),
    (Language::Hi, 2.5, "ढाई अढ़ाई"),
    (Language::Hi, 12.0, "दर्जन दर्जनों"),
    (Language::Hi, 10.0, "दशक दशकों"),
    (Language::Hi, 100.0, "सदी सदियों शताब्दी शताब्दियों सैकड़ों सैंकड़ों"),
    (Language::Hi, 1000.0, "हज़ारों"),
    (Language::Hi, 100_000.0, "लाखों"),
    (Language::Mr, 0.5, "अर्धा अर्धी अर्धे"),
    (Language::Mr, 1.5, "दीड"),
    (Language::Mr, 2.5, "अडीच"),
    (Language::Mr, 12.0, "डझन"),
    (Language::Mr, 10.0, "दशक दशके"),
    (Language::Mr, 100.0, "शंभर शतक शतके शतकांची शेकडो"),
    (Language::Mr, 200.0, "दोनशे"),
    (Language::Mr, 300.0, "तीनशे"),
    (Language::Mr, 400.0, "चारशे"),
    (Language::Mr, 500.0, "पाचशे"),
    (Language::Mr, 600.0, "सहाशे"),
    (Language::Mr, 700.0, "सातशे"),
    (Language::Mr, 800.0, "आठशे"),
    (Language::Mr, 900.0, "नऊशे"),
    (Language::Mr, 1000.0, "हजारो"),
    (Language::Bn, 0.5, "আধ আধা অর্ধেক"),
    (Language::Bn, 1.5, "দেড়"),
    (Language::Bn, 2.5, "আড়াই"),
    (Language::Bn, 12.0, "ডজন"),
    (Language::Bn, 10.0, "দশক"),
    (Language::Bn, 100.0, "একশো একশ শতাব্দী শতাব্দীর শত"),
    (Language::Bn, 200.0, "দুশো দুইশো"),
    (Language::Bn, 300.0, "তিনশো"),
    (Language::Bn, 500.0, "পাঁচশো"),
    (Language::Ta, 30.0, "முப்பது முப்பத்தி முப்பத்து"),
    (Language::Ta, 40.0, "நாற்பது நாற்பத்தி நாற்பத்து"),
    (Language::Ta, 50.0, "ஐம்பது ஐம்பத்தி ஐம்பத்து"),
    (Language::Ta, 60.0, "அறுபது அறுபத்தி அறுபத்து"),
    (Language::Ta, 70.0, "எழுபது எழுபத்தி எழுபத்து"),
    (Language::Ta, 80.0, "எண்பது எண்பத்தி எண்பத்து"),
    (Language::Ta, 90.0, "தொண்ணூறு தொண்ணூற்றி தொண்ணூற்று"),
    (Language::Ta, 0.5, "அரை"),
    (Language::Ta, 1.5, "ஒன்றரை"),
    (Language::Ta, 2.5, "இரண்டரை"),
    (Language::Ta, 12.0, "டஜன்"),
    (
        Language::Ta,
        100.0,
        "நூற்றி நூற்று நூற்றாண்டு நூற்றாண்டுகள் நூற்றாண்டுகளாக நூற்றுக்கணக்கான",
    ),
    (Language::Ta, 200.0, "இருநூறு இருநூற்றி"),
    (Language::Ta, 300.0, "முந்நூறு முன்னூறு"),
    (Language::Ta, 400.0, "நானூறு"),
    (Language::Ta, 500.0, "ஐநூறு ஐந்நூறு"),
    (Language::Ta, 600.0, "அறுநூறு"),
    (Language::Ta, 700.0, "எழுநூறு"),
    (Language::Ta, 800.0, "எண்ணூறு"),
    (Language::Ta, 900.0, "தொள்ளாயிரம்"),
    (Language::Te, 30.0, "ముప్పై ముప్ఫై"),
    (Language::Te, 40.0, "నలభై నలబై"),
    (Language::Te, 50.0, "యాభై యాబై"),
    (Language::Te, 60.0, "అరవై"),
    (Language::Te, 70.0, "డెబ్బై"),
    (Language::Te, 80.0, "ఎనభై"),
    (Language::Te, 90.0, "తొంభై"),
    (Language::Te, 0.5, "అర సగం"),
    (Language::Te, 12.0, "డజను"),
    (Language::Te, 100.0, "నూరు శతాబ్దం శతాబ్దాల వందలాది"),
    (Language::Te, 1000.0, "వేలాది"),
];

const SCALES: &[(Language, Part, &str)] = &[
    (Language::En, Part::Scale(100.0), "hundred"),
    (Language::En, Part::Scale(1000.0), "thousand"),
    (Language::En, Part::Scale(100_000.0), "lakh lakhs"),
    (Language::En, Part::Scale(10_000_000.0), "crore crores"),
    (Language::En, Part::Scale(1_000_000.0), "million millions"),
    (Language::Hi, Part::Scale(100.0), "सौ"),
    (Language::Hi, Part::Scale(1000.0), "हज़ार"),
    (Language::Hi, Part::BoundScale(100_000.0), "लाख"),
    (Language::Hi, Part::Scale(10_000_000.0), "करोड़"),
    (Language::Mr, Part::Scale(100.0), "शे"),
    (Language::Mr, Part::Scale(1000.0), "हजार"),
    (Language::Mr, Part::BoundScale(100_000.0), "लाख"),
    (Language::Mr, Part::Scale(10_000_000.0), "कोटी"),
    (Language::Bn, Part::BoundScale(100.0), "শো শ"),
    (Language::Bn, Part::Scale(1000.0), "হাজার"),
    (Language::Bn, Part::Scale(100_000.0), "লাখ লক্ষ"),
    (Language::Bn, Part::Scale(10_000_000.0), "কোটি"),
    (Language::Ta, Part::Scale(100.0), "நூறு"),
    (Language::Ta, Part::Scale(1000.0), "ஆயிரம் ஆயிரத்து"),
    (Language::Ta, Part::Scale(100_000.0), "லட்சம் இலட்சம்"),
    (Language::Ta, Part::Scale(10_000_000.0), "கோடி"),
    (Language::Te, Part::Scale(100.0), "వంద వందల వందలు"),
    (Language::Te, Part::Scale(1000.0), "వెయ్యి వేయి వేల వేలు"),
    (Language::Te, Part::Scale(100_000.0), "లక్ష లక్షల లక్షలు"),
    (Language::Te, Part::Scale(10_000_000.0), "కోటి కోట్ల"),
];

static WORDS: LazyLock<HashMap<(Language, String), Part>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    let counts = [
        (Language::En, ENGLISH),
        (Language::Hi, HINDI),
        (Language::Bn, BENGALI),
        (Language::Ta, TAMIL),
        (Language::Te, TELUGU),
        (Language::Mr, MARATHI),
    ];
    for (language, counted) in counts {
        for (at, spellings) in (1u8..).zip(counted.split_whitespace()) {
            insert(
                &mut words,
                language,
                spellings.split('/'),
                Part::Value(f64::from(at)),
            );
        }
    }
    for (language, value, spellings) in OTHERS {
        insert(&mut words, *language, spellings.split(' '), Part::Value(*value));
    }
    for (language, part, spellings) in SCALES {
        insert(&mut words, *language, spellings.split(' '), *part);
    }
    words
});

fn insert<'s>(
    words: &mut HashMap<(Language, String), Part>,
    language: Language,
    spellings: impl Iterator<Item = &'s str>,
    part: Part,
) {
    for spelling in spellings {
        for word in folded_words(spelling) {
            words.insert((language, word), part);
        }
    }
}

/// Bengali classifiers and the emphatic endings of the languages, which follow a number word directly.
const ENDINGS: &[(Language, &[&str])] = &[
    (
        Language::Bn,
        &["টি", "টা", "টো", "খানা", "খানি", "জন", "টির", "টিও", "ই"],
    ),
    (Language::Ta, &["ும்"]),
    (Language::Te, &["ు"]),
];

/// What a folded word says as a number in a language.
pub(super) fn part(word: &str, language: Language) -> Option<Part> {
    let known = |word: &str| WORDS.get(&(language, word.to_owned())).copied();
    if let Some(part) = known(word) {
        return Some(part);
    }
    // Nine of something is no negation any more.
    if language == Language::Bn && ["নযটি", "নযটা"].contains(&word) {
        return Some(Part::Value(9.0));
    }
    let endings = ENDINGS
        .iter()
        .filter(|(of, _)| *of == language)
        .flat_map(|(_, endings)| *endings);
    let mut bare = endings.filter_map(|ending| word.strip_suffix(ending));
    bare.find_map(|bare| known(bare).or_else(|| known(&format!("{bare}ு"))))
        .or_else(|| tamil(word, language))
}

/// Tamil tens as they stand before units.
const TENS: [(&str, f64); 8] = [
    ("இருபத்த", 20.0),
    ("முப்பத்த", 30.0),
    ("நாற்பத்த", 40.0),
    ("ஐம்பத்த", 50.0),
    ("அறுபத்த", 60.0),
    ("எழுபத்த", 70.0),
    ("எண்பத்த", 80.0),
    ("தொண்ணூற்ற", 90.0),
];

/// Tamil units as they follow tens in one word.
const UNITS: [(&str, f64); 9] = [
    ("ொன்று", 1.0),
    ("ிரண்டு", 2.0),
    ("ிமூன்று", 3.0),
    ("ிநான்கு", 4.0),
    ("ைந்து", 5.0),
    ("ாறு", 6.0),
    ("ேழு", 7.0),
    ("ெட்டு", 8.0),
    ("ொன்பது", 9.0),
];

/// Tens and units in one word: இருபத்தைந்து.
fn tamil(word: &str, language: Language) -> Option<Part> {
    if language != Language::Ta {
        return None;
    }
    let (rest, tens) = TENS
        .iter()
        .find_map(|(prefix, tens)| Some((word.strip_prefix(prefix)?, *tens)))?;
    let units = UNITS.iter().find(|(unit, _)| *unit == rest)?.1;
    Some(Part::Value(tens + units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_reaches_ninety_nine() {
        for (language, counted) in [
            (Language::Hi, HINDI),
            (Language::Mr, MARATHI),
            (Language::Bn, BENGALI),
        ] {
            assert_eq!(counted.split_whitespace().count(), 99, "{language:?}");
        }
        for counted in [ENGLISH, TAMIL, TELUGU] {
            assert_eq!(counted.split_whitespace().count(), 20);
        }
    }

    #[test]
    fn words_of_a_language_are_numbers_there_only() {
        let folded = |word: &str| folded_words(word).remove(0);
        assert_eq!(part(&folded("पाँच"), Language::Hi), Some(Part::Value(5.0)));
        assert_eq!(part(&folded("पांच"), Language::Hi), Some(Part::Value(5.0)));
        assert_eq!(part(&folded("तेरा"), Language::Hi), None);
        assert_eq!(part(&folded("तेरा"), Language::Mr), Some(Part::Value(13.0)));
        assert_eq!(part(&folded("তিনটি"), Language::Bn), Some(Part::Value(3.0)));
        assert_eq!(part(&folded("নয়"), Language::Bn), None);
        assert_eq!(part(&folded("নয়টি"), Language::Bn), Some(Part::Value(9.0)));
        assert_eq!(part(&folded("இருபத்தைந்து"), Language::Ta), Some(Part::Value(25.0)));
    }
}
