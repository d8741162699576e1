use shared_models::{product::LengthUnit, text::Language};

use super::{Grammar, Side, Wording};
use crate::words::{facts::Unit, lexicon::Name};

pub(super) struct Tamil;

impl Grammar for Tamil {
    fn language(&self) -> Language {
        Language::Ta
    }

    fn this(&self, piece: &Name, colour: Option<&Wording>) -> String {
        match colour {
            Some(colour) => format!("இந்த {} {}", colour.text, before_hard("நிற", piece.text)),
            None => before_hard("இந்த", piece.text),
        }
    }

    /// ஓர் before a vowel.
    fn a(&self, piece: &Name) -> String {
        let vowel = piece.text.starts_with(|c| ('அ'..='ஔ').contains(&c));
        match (piece.agreement.is_plural(), vowel) {
            (true, _) => piece.text.to_owned(),
            (false, true) => format!("ஓர் {}", piece.text),
            (false, false) => format!("ஒரு {}", piece.text),
        }
    }

    fn and(&self) -> &'static str {
        " மற்றும் "
    }

    /// The instrumental -ஆல்; several, and names that are not inflected, by a postposition.
    fn materials(&self, materials: &[Wording]) -> String {
        match materials {
            [only] if only.known => with_case(&only.oblique, 'ா', "ல்"),
            [only] => format!("{} கொண்டு", only.text),
            several => {
                let texts: Vec<String> = several.iter().map(|material| material.text.clone()).collect();
                format!("{} ஆகியவற்றால்", self.list(&texts))
            }
        }
    }

    /// Before கைவினை: -am becomes -ak, and its k doubles after a final short u that follows a doubled hard consonant.
    fn craft(&self, craft: &Wording) -> String {
        let name = &craft.text;
        if let Some(stem) = name.strip_suffix("ம்").filter(|_| craft.known) {
            return format!("{stem}க்");
        }
        let doubled = ["க்கு", "ச்சு", "ட்டு", "த்து", "ப்பு"]
            .into_iter()
            .any(|end| name.ends_with(end));
        format!("{name}{}", if doubled { "க்" } else { "" })
    }

    /// In the accusative, which சேர்ந்த governs.
    fn place(&self, place: &Wording) -> String {
        if place.known {
            with_case(&place.oblique, 'ை', "")
        } else {
            format!("{} பகுதியை", place.text)
        }
    }

    fn side(&self, side: Side, measure: &str) -> String {
        let name = match side {
            Side::Length => "நீளம்",
            Side::Width => "அகலம்",
            Side::Height => "உயரம்",
        };
        format!("{name} {measure}")
    }

    fn length_unit(&self, unit: LengthUnit, _: f64) -> &'static str {
        match unit {
            LengthUnit::Mm => "மில்லிமீட்டர்",
            LengthUnit::Cm => "சென்டிமீட்டர்",
            LengthUnit::M => "மீட்டர்",
            LengthUnit::In => "அங்குலம்",
        }
    }

    fn weight_units(&self, _: f64) -> (&'static str, &'static str) {
        ("கிராம்", "கிலோகிராம்")
    }

    fn time_unit(&self, unit: Unit, value: f64) -> &'static str {
        match (unit, value > 1.0) {
            (Unit::Minute, true) => "நிமிடங்கள்",
            (Unit::Minute, false) => "நிமிடம்",
            (Unit::Hour, _) => "மணிநேரம்",
            (Unit::Day, true) => "நாட்கள்",
            (Unit::Day, false) => "நாள்",
            (Unit::Week, true) => "வாரங்கள்",
            (Unit::Week, false) => "வாரம்",
            (Unit::Month, true) => "மாதங்கள்",
            (Unit::Month, false) => "மாதம்",
            (Unit::Year, true) => "ஆண்டுகள்",
            (Unit::Year, false) => "ஆண்டு",
        }
    }

    fn about(&self) -> &'static str {
        "சுமார்"
    }

    fn hours(&self, _: f64, number: &str) -> String {
        format!("{number} மணிநேர")
    }
}

/// A word before another: க், ச், த் and ப் double at the seam.
pub(super) fn before_hard(first: &str, second: &str) -> String {
    match second.chars().next() {
        Some(hard @ ('க' | 'ச' | 'த' | 'ப')) => format!("{first}{hard}் {second}"),
        _ => format!("{first} {second}"),
    }
}

/// A noun with a case ending that begins with a vowel, given as its sign.
///
/// -am becomes -att-, a final short u goes, other vowels take a glide; a final k, t or ṭ of a borrowed word doubles.
/// What is irregular stands in the lexicon as the oblique.
pub(super) fn with_case(noun: &str, vowel: char, rest: &str) -> String {
    let stem = noun.strip_suffix("ம்").map(|stem| format!("{stem}த்த"));
    let stem = stem.or_else(|| noun.strip_suffix('ு').map(str::to_owned));
    let stem = stem.or_else(|| {
        let hard = ["க்", "ட்", "த்"].into_iter().find(|hard| noun.ends_with(hard))?;
        Some(format!("{noun}{}", hard.chars().next()?))
    });
    let stem = stem.or_else(|| noun.strip_suffix('்').map(str::to_owned));
    let stem = stem.unwrap_or_else(|| {
        let glide = if noun.ends_with(['ி', 'ீ', 'ை', 'ே', 'ெ']) {
            'ய'
        } else {
            'வ'
        };
        format!("{noun}{glide}")
    });
    format!("{stem}{vowel}{rest}")
}
