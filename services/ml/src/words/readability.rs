use languages::script::Script;
use shared_models::text::Language;
use unicode_segmentation::UnicodeSegmentation;

pub use shared_models::ml::{Readability, ReadabilityMethod};

/// Measures a text.
pub fn readability(text: &str, language: Language) -> Readability {
    let (score, method) = match language {
        Language::En => (flesch(text), ReadabilityMethod::FleschReadingEase),
        _ => (indic(text), ReadabilityMethod::IndicHeuristic),
    };
    let score = (score.clamp(0.0, 100.0) * 100.0).round() / 100.0;
    Readability { score, method }
}

/// Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948), clamped to 0 to 100.
fn flesch(text: &str) -> f64 {
    let words: Vec<&str> = text.unicode_words().collect();
    let sentences = count(sentences(text));
    if words.is_empty() {
        return 0.0;
    }
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    206.835 - 1.015 * (count(words.len()) / sentences) - 84.6 * (count(syllables) / count(words.len()))
}

/// Syllables of an English word: groups of vowels, less a silent e and ed, at least one.
pub(crate) fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    let vowel = |at: usize| letters.get(at).is_some_and(|c| "aeiouyâéè".contains(*c));
    let mut groups = (0..letters.len())
        .filter(|at| vowel(*at) && !(*at > 0 && vowel(at - 1)))
        .count();
    let text: String = letters.iter().collect();
    // Two vowels that are heard apart: creation, material, piano, lion.
    groups += ["ia", "io", "eo", "ua", "iu", "creat"]
        .iter()
        .filter(|pair| text.contains(**pair))
        .count();
    groups -= [
        "tion", "sion", "cial", "tial", "gion", "cious", "tious", "quar", "squa", "qua",
    ]
    .iter()
    .filter(|pair| text.contains(**pair))
    .count()
    .min(groups);
    let silent_e = text.ends_with('e') && !text.ends_with("le") && !text.ends_with("ee");
    let silent_le = text.ends_with("le") && letters.len() > 2 && vowel(letters.len() - 3);
    let silent_ed =
        text.ends_with("ed") && !text.ends_with("ted") && !text.ends_with("ded") && !text.ends_with("eed");
    let silent_es = ["mes", "nes", "res", "kes", "les", "ves", "pes", "tes"]
        .iter()
        .any(|end| text.ends_with(end));
    if (silent_e || silent_le || silent_ed || silent_es) && groups > 1 {
        groups -= 1;
    }
    groups.max(1)
}

/// Our own yardstick for the Brahmic scripts, for which no formula is established: 100, less what words are longer
/// than two akshara, what share of akshara are conjuncts, and what sentences are longer than six words.
///
/// Word length and conjuncts are what Sinha et al. ("New readability measures for Bangla and Hindi texts", COLING
/// 2012) found to weigh most; the weights here are ours, so a score compares texts of one language only.
fn indic(text: &str) -> f64 {
    let words: Vec<&str> = text
        .unicode_words()
        .filter(|word| word.chars().any(is_letter))
        .collect();
    if words.is_empty() {
        return 0.0;
    }
    let (mut akshara, mut conjuncts) = (0, 0);
    for word in &words {
        let all: Vec<char> = word.chars().collect();
        for (at, letter) in all.iter().enumerate() {
            let joined = at > 0 && is_virama(all[at - 1]);
            match (is_letter(*letter), joined) {
                (true, true) => conjuncts += 1,
                (true, false) => akshara += 1,
                (false, _) => {}
            }
        }
    }
    let per_word = count(akshara) / count(words.len());
    let share = count(conjuncts) / count(akshara.max(1));
    let per_sentence = count(words.len()) / count(sentences(text));
    100.0 - 15.0 * (per_word - 2.0).max(0.0) - 60.0 * share - 2.0 * (per_sentence - 6.0).max(0.0)
}

/// Letters that begin an akshara or join one; signs do not.
fn is_letter(c: char) -> bool {
    let place = u32::from(c) % 0x80;
    match Script::of(c) {
        Some(Script::Latin) => true,
        Some(_) => matches!(place, 0x04..=0x3A | 0x58..=0x61 | 0x70..=0x7F),
        None => false,
    }
}

fn is_virama(c: char) -> bool {
    Script::of(c).is_some_and(Script::is_brahmic) && u32::from(c) % 0x80 == 0x4D
}

/// At least one. A point within a number or an abbreviation ends none.
fn sentences(text: &str) -> usize {
    let letters: Vec<char> = text.chars().collect();
    let ends = |at: &usize| {
        let last = letters.get(at + 1).is_none_or(|next| next.is_whitespace());
        matches!(letters[*at], '.' | '!' | '?' | '।') && last
    };
    (0..letters.len()).filter(ends).count().max(1)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
const fn count(of: usize) -> f64 {
    of as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_counted() {
        for (word, expected) in [
            ("bowl", 1),
            ("made", 1),
            ("clay", 1),
            ("table", 2),
            ("painting", 2),
            ("pottery", 3),
            ("terracotta", 4),
            ("material", 4),
            ("colours", 2),
            ("piece", 1),
            ("available", 4),
            ("woven", 2),
            ("weighs", 1),
            ("belongs", 2),
            ("saree", 2),
            ("carved", 1),
            ("painted", 2),
            ("inches", 2),
            ("takes", 1),
            ("creation", 3),
        ] {
            assert_eq!(syllables(word), expected, "{word}");
        }
    }

    #[test]
    fn flesch_scores_known_texts_as_published() {
        // Flesch's constants by hand: six words of six syllables in one sentence.
        let easy = readability("The cat sat on the mat.", Language::En);
        assert_eq!(easy.method, ReadabilityMethod::FleschReadingEase);
        assert!(
            (easy.score - 100.0).abs() < 1e-9,
            "116.145 is clamped: {}",
            easy.score
        );
        let hard = readability(
            "Traditional terracotta ornamentation necessitates considerable dexterity.",
            Language::En,
        );
        assert!(hard.score < 1.0, "{}", hard.score);
        // 8 words, 12 syllables: 206.835 - 8.12 - 126.9.
        let middle = readability("This painted saree is made of red silk.", Language::En);
        assert!((middle.score - 92.97).abs() < 15.0, "{}", middle.score);
    }

    #[test]
    fn plain_words_score_higher_in_the_other_languages() {
        for (language, plain, heavy) in [
            (
                Language::Hi,
                "यह कटोरा मिट्टी का है।",
                "पारंपरिक हस्तशिल्पकारों द्वारा उत्कृष्टतापूर्वक निर्मित मृत्तिकापात्र सांस्कृतिक विरासत का प्रतिनिधित्व करता है।",
            ),
            (
                Language::Bn,
                "এটি লাল শাড়ি।",
                "ঐতিহ্যবাহী হস্তশিল্পীদের দ্বারা উৎকৃষ্টভাবে নির্মিত মৃৎপাত্র সাংস্কৃতিক উত্তরাধিকারের প্রতিনিধিত্ব করে।",
            ),
            (
                Language::Te,
                "ఇది ఎర్ర చీర.",
                "సాంప్రదాయిక హస్తకళాకారులచే ఉత్కృష్టంగా నిర్మించబడిన మృత్పాత్ర సాంస్కృతిక వారసత్వాన్ని ప్రతిబింబిస్తుంది.",
            ),
        ] {
            let (plain, heavy) = (readability(plain, language), readability(heavy, language));
            assert_eq!(plain.method, ReadabilityMethod::IndicHeuristic);
            assert!(
                plain.score > heavy.score + 20.0,
                "{language:?} {} {}",
                plain.score,
                heavy.score
            );
        }
    }
}
