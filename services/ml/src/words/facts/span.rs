//! How long a piece takes: `5 days`, `2-3 सप्ताह`, `about 10 hours`.

use languages::words::folded;

use crate::words::numbers::{Quantity, plain_number, small_number};

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A number of units, or from one number to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    /// The artisan said about.
    pub(crate) about: bool,
    pub(crate) from: f64,
    pub(crate) to: Option<f64>,
    pub(crate) unit: Unit,
}

const ABOUT: &[&str] = &[
    "about",
    "around",
    "approx",
    "approximately",
    "nearly",
    "लगभग",
    "करीब",
    "क़रीब",
    "तकरीबन",
    "साधारण",
    "सुमारे",
    "अंदाजे",
    "প্রায়",
    "আনুমানিক",
    "சுமார்",
    "ஏறத்தாழ",
    "సుమారు",
    "దాదాపు",
];

const TO: &[&str] = &["to", "से", "ते", "থেকে", "முதல்", "నుండి", "or", "या"];

const UNITS: &[(Unit, &[&str])] = &[
    (
        Unit::Minute,
        &[
            "minute",
            "minutes",
            "min",
            "mins",
            "मिनट",
            "मिनिट",
            "मिनिटे",
            "মিনিট",
            "நிமிடம்",
            "நிமிடங்கள்",
            "నిమిషం",
            "నిమిషాలు",
        ],
    ),
    (
        Unit::Hour,
        &[
            "hour",
            "hours",
            "hr",
            "hrs",
            "घंटा",
            "घंटे",
            "घण्टे",
            "तास",
            "ঘণ্টা",
            "ঘন্টা",
            "மணிநேரம்",
            "மணி நேரம்",
            "గంట",
            "గంటలు",
        ],
    ),
    (
        Unit::Day,
        &["day", "days", "दिन", "दिवस", "দিন", "நாள்", "நாட்கள்", "రోజు", "రోజులు"],
    ),
    (
        Unit::Week,
        &[
            "week",
            "weeks",
            "हफ़्ता",
            "हफ़्ते",
            "हफ्ता",
            "हफ्ते",
            "सप्ताह",
            "आठवडा",
            "आठवडे",
            "সপ্তাহ",
            "வாரம்",
            "வாரங்கள்",
            "వారం",
            "వారాలు",
        ],
    ),
    (
        Unit::Month,
        &[
            "month",
            "months",
            "महीना",
            "महीने",
            "महिना",
            "महिने",
            "মাস",
            "மாதம்",
            "மாதங்கள்",
            "నెల",
            "నెలలు",
        ],
    ),
    (
        Unit::Year,
        &[
            "year",
            "years",
            "साल",
            "वर्ष",
            "वर्षे",
            "বছর",
            "ஆண்டு",
            "ஆண்டுகள்",
            "வருடம்",
            "సంవత్సరం",
            "సంవత్సరాలు",
        ],
    ),
];

impl Span {
    /// Reads a text that says a time and nothing else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let spaced = spaced(text);
        let mut words: Vec<String> = spaced.split_whitespace().map(folded).collect();
        let about = words
            .first()
            .is_some_and(|word| ABOUT.contains(&word.trim_end_matches('.')));
        if about {
            words.remove(0);
        }
        let (unit, numbers) = unit_of(&words)?;
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let (from, to) = match numbers.as_slice() {
            [one] => (number(one)?, None),
            [from, "-", to] => (number(from)?, Some(number(to)?)),
            [from, to_word, to] if TO.contains(to_word) => (number(from)?, Some(number(to)?)),
            _ => return None,
        };
        let rises = to.is_none_or(|to| to > from);
        (from > 0.0 && rises).then_some(Self {
            about,
            from,
            to,
            unit,
        })
    }

    /// What the unit agrees with.
    pub(crate) fn last(&self) -> f64 {
        self.to.unwrap_or(self.from)
    }
}

/// Numbers, dashes and words apart: `2–3weeks`.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 8);
    let mut before: Option<bool> = None;
    for letter in text.trim().trim_end_matches(['.', '।']).chars() {
        let digit = crate::words::numbers::digit(letter).is_some() || letter == '.' || letter == ',';
        if matches!(letter, '-' | '–' | '—' | '~') {
            spaced.push_str(" - ");
            before = None;
            continue;
        }
        if before.is_some_and(|before| before != digit) {
            spaced.push(' ');
        }
        before = (!letter.is_whitespace()).then_some(digit);
        spaced.push(letter);
    }
    spaced
}

fn unit_of(words: &[String]) -> Option<(Unit, &[String])> {
    (1..=2).rev().find_map(|length| {
        let split = words.len().checked_sub(length).filter(|split| *split > 0)?;
        let name = words[split..].join(" ");
        let unit = UNITS
            .iter()
            .find(|(_, names)| names.iter().any(|known| folded(known) == name))?;
        Some((unit.0, &words[..split]))
    })
}

fn number(word: &str) -> Option<f64> {
    plain_number(word)
        .or_else(|| small_number(word))
        .map(Quantity::value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: f64, to: Option<f64>, unit: Unit, about: bool) -> Span {
        Span {
            about,
            from,
            to,
            unit,
        }
    }

    #[test]
    fn times_are_read_in_six_languages() {
        for (text, expected) in [
            ("5 days", span(5.0, None, Unit::Day, false)),
            ("2-3 weeks", span(2.0, Some(3.0), Unit::Week, false)),
            ("2–3weeks", span(2.0, Some(3.0), Unit::Week, false)),
            ("about 10 hours.", span(10.0, None, Unit::Hour, true)),
            ("two weeks", span(2.0, None, Unit::Week, false)),
            ("5 to 7 days", span(5.0, Some(7.0), Unit::Day, false)),
            ("५ दिन", span(5.0, None, Unit::Day, false)),
            ("लगभग 3 हफ़्ते", span(3.0, None, Unit::Week, true)),
            ("५ दिवस", span(5.0, None, Unit::Day, false)),
            ("৫ দিন", span(5.0, None, Unit::Day, false)),
            ("5 நாட்கள்", span(5.0, None, Unit::Day, false)),
            ("10 மணி நேரம்", span(10.0, None, Unit::Hour, false)),
            ("5 రోజులు", span(5.0, None, Unit::Day, false)),
            ("1.5 months", span(1.5, None, Unit::Month, false)),
        ] {
            assert_eq!(Span::read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_says_more_than_a_time_is_no_time() {
        for text in [
            "5 days, drying included",
            "days",
            "0 days",
            "a while",
            "7-5 days",
            "",
            "5",
            "5 moons",
        ] {
            assert_eq!(Span::read(text), None, "{text}");
        }
    }
}
