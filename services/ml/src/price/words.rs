//! An estimate in sentences.

use shared_models::ml::PriceTerm;

use crate::hedonic::{Kind, Term};

/// With fewer listings of a category an estimate is thin.
const THIN: usize = 10;

pub(super) fn summary(learned: usize, of_category: usize, category: &str) -> String {
    match (learned, of_category) {
        (0, _) => "No listing with a price is known in this currency yet, so there is nothing to learn a price from.".to_owned(),
        (learned, 0) => format!(
            "No listing of the category {category} is known; the estimate rests on {learned} of other categories and is hardly more than a guess."
        ),
        (learned, few) if few < THIN => format!(
            "Only {few} of {learned} known listings are of the category {category}: take the estimate for a hint, and look at the interval."
        ),
        (learned, many) => format!("Learned from {learned} listings, {many} of them of the category {category}."),
    }
}

pub(super) fn told(term: &Term) -> PriceTerm {
    let effect = (term.multiple - 1.0) * 100.0;
    let direction = if effect < 0.0 { "lowers" } else { "raises" };
    let what = match term.kind {
        Kind::Category | Kind::Region | Kind::Material => format!("the {} {}", term.kind.name(), term.name),
        Kind::Craft => format!("the craft {}", craft(&term.name)),
        Kind::Size => "its size, against the usual one,".to_owned(),
        Kind::Skill => "the artisan's skill, against the usual one,".to_owned(),
    };
    PriceTerm {
        name: term.kind.name().to_owned(),
        value: match term.kind {
            Kind::Size | Kind::Skill => None,
            Kind::Craft => Some(craft(&term.name).to_owned()),
            Kind::Category | Kind::Region | Kind::Material => Some(term.name.clone()),
        },
        effect_percent: (effect * 10.0).round() / 10.0,
        explanation: format!("{what} {direction} the price by {:.1}%", effect.abs()),
    }
}

/// Without its category, by which crafts of one name are told apart.
fn craft(name: &str) -> &str {
    name.split_once(' ').map_or(name, |(_, craft)| craft)
}
