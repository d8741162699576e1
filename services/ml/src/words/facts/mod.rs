//! What is known of a piece, as its artisan said it.

mod listing;
mod matter;
mod span;

use shared_models::{
    product::Dimensions,
    text::{Language, Localized},
};

pub(crate) use matter::{Matter, Named};
pub(crate) use span::{Span, Unit};

/// What is known of a piece. Whatever is left out is not spoken of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Chooses among wordings, so that listings do not read alike: the product's id, or any other text.
    pub seed: String,
    /// In the languages in which the artisan gave it.
    pub title: Localized,
    /// In which `production_time` and other free texts are written.
    pub language: Language,
    /// A slug or a name in any of the languages; so are the following.
    pub category: String,
    pub subcategory: Option<String>,
    /// When left out, the subcategory if that is a craft.
    pub craft: Option<String>,
    pub materials: Vec<String>,
    pub colours: Vec<String>,
    pub dimensions: Dimensions,
    pub weight_grams: Option<u32>,
    /// As free text: `5 days`.
    pub production_time: Option<String>,
    /// Hours of work. A listing's own `costs.labor_hours` are private: leave them out of public words.
    pub labor_hours: Option<f64>,
    pub region: Option<String>,
    pub cultural_origin: Option<String>,
    pub care: Vec<Care>,
    /// Pieces on offer; none are not spoken of.
    pub quantity: Option<u32>,
}

pub use shared_models::ml::Care;
