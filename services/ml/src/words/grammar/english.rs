use shared_models::{product::LengthUnit, text::Language};

use super::{Grammar, Side, Wording};
use crate::words::{facts::Unit, lexicon::Name};

pub(super) struct English;

impl Grammar for English {
    fn language(&self) -> Language {
        Language::En
    }

    fn this(&self, piece: &Name, colour: Option<&Wording>) -> String {
        let this = if piece.agreement.is_plural() {
            "these"
        } else {
            "this"
        };
        match colour {
            Some(colour) => format!("{this} {} {}", colour.text, piece.text),
            None => format!("{this} {}", piece.text),
        }
    }

    fn a(&self, piece: &Name) -> String {
        match piece.text.chars().next() {
            _ if piece.agreement.is_plural() => piece.text.to_owned(),
            Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {}", piece.text),
            _ => format!("a {}", piece.text),
        }
    }

    fn and(&self) -> &'static str {
        " and "
    }

    fn materials(&self, materials: &[Wording]) -> String {
        let texts: Vec<String> = materials.iter().map(|material| material.text.clone()).collect();
        self.list(&texts)
    }

    fn place(&self, place: &Wording) -> String {
        place.text.clone()
    }

    fn side(&self, side: Side, measure: &str) -> String {
        let name = match side {
            Side::Length => "long",
            Side::Width => "wide",
            Side::Height => "high",
        };
        format!("{measure} {name}")
    }

    fn length_unit(&self, unit: LengthUnit, value: f64) -> &'static str {
        match unit {
            LengthUnit::Mm => "mm",
            LengthUnit::Cm => "cm",
            LengthUnit::M => "m",
            LengthUnit::In if value > 1.0 => "inches",
            LengthUnit::In => "inch",
        }
    }

    fn weight_units(&self, _: f64) -> (&'static str, &'static str) {
        ("g", "kg")
    }

    fn time_unit(&self, unit: Unit, value: f64) -> &'static str {
        match (unit, value > 1.0) {
            (Unit::Minute, true) => "minutes",
            (Unit::Minute, false) => "minute",
            (Unit::Hour, true) => "hours",
            (Unit::Hour, false) => "hour",
            (Unit::Day, true) => "days",
            (Unit::Day, false) => "day",
            (Unit::Week, true) => "weeks",
            (Unit::Week, false) => "week",
            (Unit::Month, true) => "months",
            (Unit::Month, false) => "month",
            (Unit::Year, true) => "years",
            (Unit::Year, false) => "year",
        }
    }

    fn about(&self) -> &'static str {
        "about"
    }

    fn hours(&self, value: f64, number: &str) -> String {
        format!("{number} {}", self.time_unit(Unit::Hour, value))
    }
}
