//! What each language does to words before they stand in a sentence.
//!
//! The sentences themselves are messages (`messages/*.ftl`); here their variables get articles, cases, agreement,
//! units and lists.

mod bengali;
mod english;
mod hindi;
mod marathi;
mod tamil;
mod telugu;
mod wording;

use shared_models::{product::LengthUnit, text::Language};

pub(crate) use wording::{Spoken, Wording, language_of, script, written};

use super::{facts::Unit, lexicon::Name, numbers};

/// A side of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Length,
    Width,
    Height,
}

/// The rules of a language.
pub(crate) trait Grammar: Sync {
    fn language(&self) -> Language;

    /// The piece pointed at: this bowl. A colour stands before it.
    fn this(&self, piece: &Name, colour: Option<&Wording>) -> String;

    /// The piece as a predicate: a bowl.
    fn a(&self, piece: &Name) -> String {
        piece.text.to_owned()
    }

    /// Between the last two of a list, with its spaces.
    fn and(&self) -> &'static str;

    /// Materials, up to the word for made.
    fn materials(&self, materials: &[Wording]) -> String;

    /// A craft's name, up to the word for craft.
    fn craft(&self, craft: &Wording) -> String {
        craft.text.clone()
    }

    /// Where a piece is from, as an attribute of it.
    fn place(&self, place: &Wording) -> String;

    /// Colours as nouns or predicates.
    fn colours(&self, colours: &[Wording]) -> String {
        let texts: Vec<String> = colours.iter().map(|colour| colour.text.clone()).collect();
        self.list(&texts)
    }

    /// One side with its measure.
    fn side(&self, side: Side, measure: &str) -> String;

    /// The name of a unit of length after a number.
    fn length_unit(&self, unit: LengthUnit, value: f64) -> &'static str;

    /// Grams and kilograms after a number.
    fn weight_units(&self, value: f64) -> (&'static str, &'static str);

    /// The name of a unit of time after a number.
    fn time_unit(&self, unit: Unit, value: f64) -> &'static str;

    /// What the verb of taking time agrees with.
    fn time_class(&self, _unit: Unit, value: f64) -> &'static str {
        if value > 1.0 { "other" } else { "one" }
    }

    /// A word for nearly, before a number.
    fn about(&self) -> &'static str;

    /// So many hours, as an attribute of work.
    fn hours(&self, value: f64, number: &str) -> String;

    /// `a, b and c`.
    fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [before @ .., last] => format!("{}{}{last}", before.join(", "), self.and()),
        }
    }

    fn number(&self, value: f64) -> String {
        numbers::written(value, self.language())
    }

    fn weight(&self, grams: u32) -> String {
        let grams = f64::from(grams);
        let kilograms = grams / 1000.0;
        let value = if grams < 1000.0 { grams } else { kilograms };
        let (gram, kilogram) = self.weight_units(value);
        let unit = if grams < 1000.0 { gram } else { kilogram };
        format!("{} {unit}", self.number(value))
    }
}

/// The rules of a language.
pub(crate) fn of(language: Language) -> &'static dyn Grammar {
    match language {
        Language::En => &english::English,
        Language::Hi => &hindi::Hindi,
        Language::Bn => &bengali::Bengali,
        Language::Ta => &tamil::Tamil,
        Language::Te => &telugu::Telugu,
        Language::Mr => &marathi::Marathi,
    }
}

/// An adjective in -ā of Hindi or Marathi with another ending; others do not change.
fn inflected(adjective: &str, ending: &str) -> String {
    match adjective.strip_suffix('ा') {
        Some(stem) => format!("{stem}{ending}"),
        None => adjective.to_owned(),
    }
}

#[cfg(test)]
mod tests;
