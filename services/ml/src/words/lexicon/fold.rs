use languages::words::words;
use unicode_normalization::UnicodeNormalization;

/// The form in which phrases are compared: folded words with single spaces between them.
pub(crate) fn fold(text: &str) -> String {
    folded_words(text).join(" ")
}

/// The words of a text without what spellings differ in: case, accents, nukta, candrabindu for anusvara, and
/// anusvara for the nasal of what follows (हिन्दी, हिंदी).
pub(crate) fn folded_words(text: &str) -> Vec<String> {
    let spaced = text.replace('_', " ");
    words(&spaced).map(|(_, word)| folded(&word)).collect()
}

fn folded(word: &str) -> String {
    let plain: Vec<char> = word
        .nfd()
        .filter(|c| !is_dropped(*c))
        .map(one_sign)
        .nfc()
        .collect();
    let mut text = String::with_capacity(word.len());
    let mut at = 0;
    while let Some(letter) = plain.get(at) {
        match (plain.get(at + 1), plain.get(at + 2)) {
            (Some('\u{094d}'), Some(next)) if is_nasal_of(*letter, *next) => {
                text.push('\u{0902}');
                at += 2;
            }
            _ => {
                text.push(*letter);
                at += 1;
            }
        }
    }
    text
}

/// Latin accents, and the nukta of Devanagari and Bengali.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{093c}' | '\u{09bc}')
}

fn one_sign(c: char) -> char {
    if c == '\u{0901}' { '\u{0902}' } else { c }
}

fn is_nasal_of(letter: char, next: char) -> bool {
    let row = match letter {
        'ङ' => 'क'..='घ',
        'ञ' => 'च'..='झ',
        'ण' => 'ट'..='ढ',
        'न' => 'त'..='ध',
        'म' => 'प'..='भ',
        _ => return false,
    };
    row.contains(&next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_fold_together() {
        for (one, other) in [
            ("ताँबा", "तांबा"),
            ("ज़री", "जरी"),
            ("कुन्दन", "कुंदन"),
            ("Papier-Mâché", "papier mache"),
            ("west_bengal", "West  Bengal"),
            ("రోజ్\u{200c}వుడ్", "రోజ్వుడ్"),
        ] {
            assert_eq!(fold(one), fold(other));
        }
        assert_ne!(fold("काला"), fold("कला"));
    }
}
