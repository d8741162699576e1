use shared_models::{product::LengthUnit, text::Language};

use super::{Grammar, Side, Wording, inflected};
use crate::words::{
    facts::Unit,
    lexicon::{Agreement, Name},
};

pub(super) struct Hindi;

impl Grammar for Hindi {
    fn language(&self) -> Language {
        Language::Hi
    }

    fn this(&self, piece: &Name, colour: Option<&Wording>) -> String {
        let this = if piece.agreement.is_plural() {
            "ये"
        } else {
            "यह"
        };
        let Some(colour) = colour else {
            return format!("{this} {}", piece.text);
        };
        let ending = match piece.agreement {
            Agreement::F | Agreement::Fp => "ी",
            Agreement::Mp => "े",
            _ => "ा",
        };
        format!("{this} {} {}", inflected(&colour.text, ending), piece.text)
    }

    fn and(&self) -> &'static str {
        " और "
    }

    /// Each in the oblique, which से governs.
    fn materials(&self, materials: &[Wording]) -> String {
        let texts: Vec<String> = materials
            .iter()
            .map(|material| material.oblique.clone())
            .collect();
        self.list(&texts)
    }

    fn place(&self, place: &Wording) -> String {
        place.oblique.clone()
    }

    /// In agreement with रंग: one in the singular, several in the plural.
    fn colours(&self, colours: &[Wording]) -> String {
        let ending = if colours.len() > 1 { "े" } else { "ा" };
        let texts: Vec<String> = colours
            .iter()
            .map(|colour| inflected(&colour.text, ending))
            .collect();
        self.list(&texts)
    }

    fn side(&self, side: Side, measure: &str) -> String {
        let name = match side {
            Side::Length => "लंबाई",
            Side::Width => "चौड़ाई",
            Side::Height => "ऊँचाई",
        };
        format!("{name} {measure}")
    }

    fn length_unit(&self, unit: LengthUnit, _: f64) -> &'static str {
        match unit {
            LengthUnit::Mm => "मिमी",
            LengthUnit::Cm => "सेमी",
            LengthUnit::M => "मीटर",
            LengthUnit::In => "इंच",
        }
    }

    fn weight_units(&self, _: f64) -> (&'static str, &'static str) {
        ("ग्राम", "किलोग्राम")
    }

    fn time_unit(&self, unit: Unit, value: f64) -> &'static str {
        match (unit, value > 1.0) {
            (Unit::Minute, _) => "मिनट",
            (Unit::Hour, true) => "घंटे",
            (Unit::Hour, false) => "घंटा",
            (Unit::Day, _) => "दिन",
            (Unit::Week, true) => "हफ़्ते",
            (Unit::Week, false) => "हफ़्ता",
            (Unit::Month, true) => "महीने",
            (Unit::Month, false) => "महीना",
            (Unit::Year, _) => "साल",
        }
    }

    fn about(&self) -> &'static str {
        "लगभग"
    }

    /// In the oblique, which का governs.
    fn hours(&self, _: f64, number: &str) -> String {
        format!("{number} घंटे")
    }
}
