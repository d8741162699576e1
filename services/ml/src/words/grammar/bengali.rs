use shared_models::{product::LengthUnit, text::Language};

use super::{Grammar, Side, Wording};
use crate::words::{facts::Unit, lexicon::Name};

pub(super) struct Bengali;

impl Grammar for Bengali {
    fn language(&self) -> Language {
        Language::Bn
    }

    /// Definite by its classifier: -টি for one, -গুলি for several.
    fn this(&self, piece: &Name, colour: Option<&Wording>) -> String {
        let classifier = if piece.agreement.is_plural() {
            "গুলি"
        } else {
            "টি"
        };
        match colour {
            Some(colour) => format!("এই {} {}{classifier}", colour.text, piece.text),
            None => format!("এই {}{classifier}", piece.text),
        }
    }

    fn and(&self) -> &'static str {
        " ও "
    }

    /// দিয়ে takes things in the nominative.
    fn materials(&self, materials: &[Wording]) -> String {
        let texts: Vec<String> = materials.iter().map(|material| material.text.clone()).collect();
        self.list(&texts)
    }

    fn place(&self, place: &Wording) -> String {
        if place.known {
            genitive(&place.text)
        } else {
            format!("{} অঞ্চলের", place.text)
        }
    }

    fn side(&self, side: Side, measure: &str) -> String {
        let name = match side {
            Side::Length => "দৈর্ঘ্য",
            Side::Width => "প্রস্থ",
            Side::Height => "উচ্চতা",
        };
        format!("{name} {measure}")
    }

    fn length_unit(&self, unit: LengthUnit, _: f64) -> &'static str {
        match unit {
            LengthUnit::Mm => "মিমি",
            LengthUnit::Cm => "সেমি",
            LengthUnit::M => "মিটার",
            LengthUnit::In => "ইঞ্চি",
        }
    }

    fn weight_units(&self, _: f64) -> (&'static str, &'static str) {
        ("গ্রাম", "কিলোগ্রাম")
    }

    fn time_unit(&self, unit: Unit, _: f64) -> &'static str {
        match unit {
            Unit::Minute => "মিনিট",
            Unit::Hour => "ঘণ্টা",
            Unit::Day => "দিন",
            Unit::Week => "সপ্তাহ",
            Unit::Month => "মাস",
            Unit::Year => "বছর",
        }
    }

    fn about(&self) -> &'static str {
        "প্রায়"
    }

    fn hours(&self, _: f64, number: &str) -> String {
        format!("{number} ঘণ্টার")
    }
}

/// -র after a vowel, -য়ের after a diphthong's second part, else -এর.
pub(super) fn genitive(name: &str) -> String {
    let ending = match name.chars().last() {
        Some('া' | 'ি' | 'ী' | 'ু' | 'ূ' | 'ে' | 'ো') => "র",
        Some('ই' | 'উ' | 'ও' | 'ৈ' | 'ৌ') => "য়ের",
        _ => "ের",
    };
    format!("{name}{ending}")
}
