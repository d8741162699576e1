use shared_models::{product::LengthUnit, text::Language};

use super::{Grammar, Side, Wording, inflected};
use crate::words::{
    facts::Unit,
    lexicon::{Agreement, Name},
};

pub(super) struct Marathi;

impl Grammar for Marathi {
    fn language(&self) -> Language {
        Language::Mr
    }

    fn this(&self, piece: &Name, colour: Option<&Wording>) -> String {
        let this = match piece.agreement {
            Agreement::M => "हा",
            Agreement::F | Agreement::Np => "ही",
            Agreement::N | Agreement::Mp => "हे",
            Agreement::Fp => "या",
        };
        match colour {
            Some(colour) => format!(
                "{this} {} {}",
                adjective(&colour.text, piece.agreement),
                piece.text
            ),
            None => format!("{this} {}", piece.text),
        }
    }

    fn and(&self) -> &'static str {
        " आणि "
    }

    /// -पासून on the oblique stem; several are taken up by यांपासून, and names that are not inflected by a verb.
    fn materials(&self, materials: &[Wording]) -> String {
        match materials {
            [only] if only.known => format!("{}पासून", only.oblique),
            [only] => format!("{} वापरून", only.text),
            several => {
                let texts: Vec<String> = several.iter().map(|material| material.text.clone()).collect();
                format!("{} यांपासून", self.list(&texts))
            }
        }
    }

    fn place(&self, place: &Wording) -> String {
        if place.known {
            format!("{}मधील", place.oblique)
        } else {
            format!("{} येथील", place.text)
        }
    }

    /// In agreement with रंग: one in the singular, several in the plural.
    fn colours(&self, colours: &[Wording]) -> String {
        let agreement = if colours.len() > 1 {
            Agreement::Mp
        } else {
            Agreement::M
        };
        let texts: Vec<String> = colours
            .iter()
            .map(|colour| adjective(&colour.text, agreement))
            .collect();
        self.list(&texts)
    }

    fn side(&self, side: Side, measure: &str) -> String {
        let name = match side {
            Side::Length => "लांबी",
            Side::Width => "रुंदी",
            Side::Height => "उंची",
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
        ("ग्रॅम", "किलोग्रॅम")
    }

    fn time_unit(&self, unit: Unit, value: f64) -> &'static str {
        match (unit, value > 1.0) {
            (Unit::Minute, true) => "मिनिटे",
            (Unit::Minute, false) => "मिनिट",
            (Unit::Hour, _) => "तास",
            (Unit::Day, _) => "दिवस",
            (Unit::Week, true) => "आठवडे",
            (Unit::Week, false) => "आठवडा",
            (Unit::Month, true) => "महिने",
            (Unit::Month, false) => "महिना",
            (Unit::Year, true) => "वर्षे",
            (Unit::Year, false) => "वर्ष",
        }
    }

    fn time_class(&self, unit: Unit, value: f64) -> &'static str {
        match unit {
            _ if value > 1.0 => "other",
            Unit::Minute | Unit::Year => "n",
            _ => "m",
        }
    }

    fn about(&self) -> &'static str {
        "सुमारे"
    }

    fn hours(&self, value: f64, number: &str) -> String {
        let hours = if value > 1.0 {
            "तासांचे"
        } else {
            "तासाचे"
        };
        format!("{number} {hours}")
    }
}

/// -ा, -ी, -े in the singular, -े, -्या, -ी in the plural.
fn adjective(colour: &str, agreement: Agreement) -> String {
    let ending = match agreement {
        Agreement::M => "ा",
        Agreement::F | Agreement::Np => "ी",
        Agreement::N | Agreement::Mp => "े",
        Agreement::Fp => "्या",
    };
    // र joins य by its eyelash form.
    inflected(colour, ending).replace("र्या", "ऱ्या")
}
