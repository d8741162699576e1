use shared_models::text::Language;
use unicode_normalization::UnicodeNormalization;

use super::{
    Quantity, same,
    spoken::{Part, part},
};
use crate::words::lexicon::folded_words;

/// The value of a decimal digit of any script of India, of Arabic, or European; after NFKC also full width.
pub(crate) fn digit(c: char) -> Option<u32> {
    let code = u32::from(c);
    match code {
        0x30..=0x39 => Some(code - 0x30),
        // The Brahmic blocks keep their digits in the same places.
        0x0900..=0x0D7F => (code % 0x80).checked_sub(0x66).filter(|digit| *digit < 10),
        0x0660..=0x0669 => Some(code - 0x0660),
        0x06F0..=0x06F9 => Some(code - 0x06F0),
        _ => None,
    }
}

/// A text that is a number in digits and nothing else.
pub(crate) fn plain_number(text: &str) -> Option<Quantity> {
    let plain: Option<String> = text
        .chars()
        .filter(|c| *c != ',')
        .map(|c| {
            digit(c)
                .and_then(|digit| char::from_digit(digit, 10))
                .or((c == '.').then_some('.'))
        })
        .collect();
    let value: f64 = plain
        .filter(|plain| plain.chars().any(|c| c != '.'))?
        .parse()
        .ok()?;
    Some(Quantity(value))
}

/// A number word of any language that stands for itself.
pub(crate) fn small_number(word: &str) -> Option<Quantity> {
    let folded = folded_words(word);
    let [word] = folded.as_slice() else { return None };
    Language::ALL
        .into_iter()
        .find_map(|language| match part(word, language)? {
            Part::Value(value) => Some(Quantity(value)),
            Part::Scale(_) | Part::BoundScale(_) => None,
        })
}

/// Every number that a text of a language says, in digits of any script or in words of that language or English.
///
/// One as a word is left out: it is an article in most of the languages. What counts but cannot be read is NaN,
/// which equals nothing.
pub(crate) fn numbers_in(text: &str, language: Language) -> Vec<f64> {
    let mut sum = Sum::default();
    for token in tokens(text) {
        match token {
            Token::Digits(value) => sum.digits(value),
            Token::Break => sum.close(),
            Token::Word(word) => match part(&word, language).or_else(|| part(&word, Language::En)) {
                Some(part) => sum.word(part),
                None if JOINS.contains(&word.as_str()) && sum.is_open() => {}
                None => sum.close(),
            },
        }
    }
    sum.close();
    sum.found
}

/// Two hundred and fifty.
const JOINS: &[&str] = &["and"];

#[derive(Debug, PartialEq)]
enum Token {
    Digits(f64),
    Word(String),
    /// A comma or full stop: what stands around it makes no number together.
    Break,
}

fn tokens(text: &str) -> Vec<Token> {
    let letters: Vec<char> = text.nfkc().collect();
    let mut tokens = Vec::new();
    let mut words = String::new();
    let mut at = 0;
    while at < letters.len() {
        let run = literal_length(&letters[at..]);
        if run > 0 {
            tokens.extend(words_of(&words));
            words.clear();
            let literal: String = letters[at..at + run].iter().collect();
            tokens.extend(values(&literal).into_iter().map(Token::Digits));
            at += run;
        } else if letters[at].is_numeric() {
            tokens.push(Token::Digits(f64::NAN));
            at += 1;
        } else {
            words.push(letters[at]);
            at += 1;
        }
    }
    tokens.extend(words_of(&words));
    tokens
}

fn words_of(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (at, part) in text.split([',', ';', ':', '.', '।', '(', ')', '\n']).enumerate() {
        tokens.extend((at > 0).then_some(Token::Break));
        tokens.extend(folded_words(part).into_iter().map(Token::Word));
    }
    tokens
}

/// Digits, and the points and commas between two of them.
fn literal_length(letters: &[char]) -> usize {
    let is_digit = |at: usize| letters.get(at).is_some_and(|c| digit(*c).is_some());
    let mut length = 0;
    while is_digit(length)
        || (length > 0 && matches!(letters.get(length), Some(',' | '.')) && is_digit(length + 1))
    {
        length += 1;
    }
    length
}

/// `1,25,000` is one number, `5,6` are two.
fn values(literal: &str) -> Vec<f64> {
    let whole = literal.split('.').next().unwrap_or(literal);
    let groups: Vec<usize> = whole
        .split(',')
        .skip(1)
        .map(|group| group.chars().count())
        .collect();
    let grouped =
        groups.last().is_none_or(|last| *last == 3) && groups.iter().all(|size| matches!(size, 2 | 3));
    let one = grouped && literal.matches('.').count() <= 1;
    let parts: Vec<&str> = if one {
        vec![literal]
    } else {
        literal.split([',', '.']).collect()
    };
    parts
        .into_iter()
        .map(|part| plain_number(part).map_or(f64::NAN, Quantity::value))
        .collect()
}

/// Words that follow each other and make one number.
#[derive(Default)]
struct Sum {
    found: Vec<f64>,
    /// What scales of a thousand and more have multiplied already.
    high: f64,
    /// The rest.
    low: f64,
    open: bool,
    /// Only the word one so far.
    article: bool,
}

impl Sum {
    fn is_open(&self) -> bool {
        self.open
    }

    fn digits(&mut self, value: f64) {
        self.close();
        self.low = value;
        self.open = true;
    }

    fn word(&mut self, part: Part) {
        match part {
            Part::Value(value) => {
                // Twenty and five make one number, five and twenty are two.
                let fits = self.open && self.low >= 20.0 && self.low % 10.0 == 0.0 && value < 10.0
                    || self.open && self.low >= 100.0 && self.low % 100.0 == 0.0 && value < 100.0
                    || self.open && self.low == 0.0;
                if self.open && !fits {
                    self.close();
                }
                self.article = !self.open && same(value, 1.0);
                self.low += value;
                self.open = true;
            }
            Part::BoundScale(_) if !self.open => {}
            Part::Scale(scale) | Part::BoundScale(scale) => {
                self.article = false;
                let times = if self.open && self.low != 0.0 {
                    self.low
                } else {
                    1.0
                };
                if scale < 1000.0 {
                    self.low = times * scale;
                } else {
                    self.high += times * scale;
                    self.low = 0.0;
                }
                self.open = true;
            }
        }
    }

    fn close(&mut self) {
        if self.open && !self.article {
            self.found.push(self.high + self.low);
        }
        (self.high, self.low, self.open, self.article) = (0.0, 0.0, false, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_digits_of_every_script() {
        for (text, language, expected) in [
            ("30 × 20.5 cm", Language::En, vec![30.0, 20.5]),
            ("१,२५,००० रुपये", Language::Hi, vec![125_000.0]),
            ("৩০ সেমি", Language::Bn, vec![30.0]),
            ("௩௦ செ.மீ.", Language::Ta, vec![30.0]),
            ("౧౨ గంటలు", Language::Te, vec![12.0]),
            ("３０cm, 5,6", Language::En, vec![30.0, 5.0, 6.0]),
            ("19th-century", Language::En, vec![19.0, 100.0]),
            ("5 हज़ार", Language::Hi, vec![5000.0]),
            ("2 lakh", Language::En, vec![200_000.0]),
        ] {
            assert_eq!(numbers_in(text, language), expected, "{text}");
        }
        assert!(numbers_in("௰", Language::Ta)[0].is_nan());
    }

    #[test]
    fn numbers_are_read_in_words() {
        for (text, language, expected) in [
            ("two hundred and fifty hours", Language::En, vec![250.0]),
            (
                "twenty-five threads, three colours",
                Language::En,
                vec![25.0, 3.0],
            ),
            ("one of a kind", Language::En, vec![]),
            ("one hundred", Language::En, vec![100.0]),
            ("centuries old", Language::En, vec![100.0]),
            ("एक सुंदर कटोरा", Language::Hi, vec![]),
            ("पैंतालीस घंटे", Language::Hi, vec![45.0]),
            ("ढाई सौ साल", Language::Hi, vec![250.0]),
            ("तीन लाख और पाँच", Language::Hi, vec![300_000.0, 5.0]),
            ("लाख की चूड़ियाँ", Language::Hi, vec![]),
            ("দুটি রং", Language::Bn, vec![2.0]),
            ("এটি সহজ নয়", Language::Bn, vec![]),
            ("மூன்று வண்ணங்கள்", Language::Ta, vec![3.0]),
            ("இருபத்தி ஐந்து நாட்கள்", Language::Ta, vec![25.0]),
            ("ఇరవై అయిదు రోజులు", Language::Te, vec![25.0]),
            ("पंचेचाळीस तास", Language::Mr, vec![45.0]),
            ("दोनशे वर्षे", Language::Mr, vec![200.0]),
            ("two, three", Language::En, vec![2.0, 3.0]),
            ("5, लाख", Language::Hi, vec![5.0]),
            ("five hundred. Fifty", Language::En, vec![500.0, 50.0]),
            ("dozens", Language::Hi, vec![12.0]),
        ] {
            assert_eq!(numbers_in(text, language), expected, "{text}");
        }
    }
}
