use shared_models::product::Dimensions;

use crate::words::{
    facts::Span,
    grammar::{Grammar, Side},
};

/// Each known side with its measure.
pub(super) fn sides(dimensions: &Dimensions, grammar: &dyn Grammar) -> Vec<String> {
    let sides = [
        (Side::Length, dimensions.length),
        (Side::Width, dimensions.width),
        (Side::Height, dimensions.height),
    ];
    let known = sides
        .into_iter()
        .filter_map(|(side, value)| Some((side, value.filter(|value| *value > 0.0)?)));
    known
        .map(|(side, value)| {
            let measure = format!(
                "{} {}",
                grammar.number(value),
                grammar.length_unit(dimensions.unit, value)
            );
            grammar.side(side, &measure)
        })
        .collect()
}

/// A time in words.
pub(super) fn spelt(span: &Span, grammar: &dyn Grammar) -> String {
    let from = grammar.number(span.from);
    let numbers = match span.to {
        Some(to) => format!("{from}–{}", grammar.number(to)),
        None => from,
    };
    let time = format!("{numbers} {}", grammar.time_unit(span.unit, span.last()));
    if span.about {
        format!("{} {time}", grammar.about())
    } else {
        time
    }
}
