//! Whether a text says only what the facts say.
//!
//! A model's text is taken only when every material, place, craft and colour that the lexicon can recognise in it,
//! in any script or inflection, and every number in digits or words, comes from the facts. In English a
//! capitalised word within a sentence must be known, too; in the other languages a word in Latin letters. What the
//! lexicon does not have and no capital betrays, such as a village's name in Devanagari, passes unseen.

use std::collections::HashSet;

use languages::{script::Script, words::words};
use shared_models::{
    product::{Dimensions, LengthUnit},
    text::Language,
};

use super::{
    facts::{Facts, Matter, Named, Unit},
    grammar::{Spoken, script},
    lexicon::{self, Found, Kind, Term, fold, folded_words},
    numbers,
    sentences::{About, sentences},
    title,
};

/// What a text says that the facts do not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invention {
    /// A material, with the words that name it.
    #[error("the material `{0}` is not in the facts")]
    Material(String),
    /// A place.
    #[error("the place `{0}` is not in the facts")]
    Place(String),
    /// A craft.
    #[error("the craft `{0}` is not in the facts")]
    Craft(String),
    /// A colour.
    #[error("the colour `{0}` is not in the facts")]
    Colour(String),
    /// A number, in digits or words.
    #[error("the number {0} is not in the facts")]
    Number(String),
    /// A word that looks like a name.
    #[error("the name `{0}` is not in the facts")]
    Name(String),
    /// Another language than was asked for.
    #[error("the text is not in the script of its language")]
    Script,
}

/// Refuses a text that says more than the facts.
pub fn check(facts: &Facts, text: &str, language: Language) -> Result<(), Invention> {
    Grounds::of(facts).check(text, language)
}

/// Everything that the facts allow to be said.
pub(super) struct Grounds {
    terms: HashSet<(Kind, &'static str)>,
    words: HashSet<String>,
    numbers: Vec<f64>,
}

impl Grounds {
    pub(super) fn of(facts: &Facts) -> Self {
        let matter = Matter::of(facts);
        let mut grounds = Self {
            terms: HashSet::new(),
            words: HashSet::new(),
            numbers: numbers_of(facts, &matter),
        };
        for text in said(facts) {
            grounds.take(text);
        }
        for language in Language::ALL {
            grounds.take_names(facts, &matter, language);
            // Iron at low heat.
            let care = sentences(&matter, language)
                .into_iter()
                .filter(|sentence| sentence.about == About::Care);
            care.for_each(|sentence| grounds.take(&sentence.text));
        }
        for term in known(&matter) {
            grounds.take_term(term);
        }
        grounds
    }

    pub(super) fn check(&self, text: &str, language: Language) -> Result<(), Invention> {
        if Script::dominant(text) != Some(script(language)) {
            return Err(Invention::Script);
        }
        self.check_numbers(text, language)?;
        lexicon::scan(text)
            .into_iter()
            .try_for_each(|found| self.check_term(found))?;
        match language {
            Language::En => self.check_capitals(text),
            _ => self.check_latin(text),
        }
    }

    fn take(&mut self, text: &str) {
        self.words.extend(folded_words(text));
        for found in lexicon::scan(text) {
            for term in found.terms {
                self.take_term(term);
            }
        }
    }

    /// Names outside the lexicon, as they are written in a language.
    fn take_names(&mut self, facts: &Facts, matter: &Matter, language: Language) {
        let spoken = Spoken::of(matter, language);
        let one = [spoken.craft, spoken.place, spoken.origin].into_iter().flatten();
        let names = one.chain(spoken.materials).chain(spoken.colours);
        let names = names
            .map(|name| name.text)
            .chain(title::name(&facts.title, language));
        for name in names {
            self.take(&name);
            self.numbers.extend(numbers::numbers_in(&name, language));
        }
    }

    /// The term, what contains it, and what its own names name: Kanchipuram silk is silk.
    fn take_term(&mut self, term: &'static Term) {
        if !self.terms.insert((term.kind, term.slug)) {
            return;
        }
        for whole in term.with_wholes() {
            self.take_term(whole);
        }
        for language in Language::ALL {
            let name = term.name(language).text;
            self.take(name);
            name.split(' ').for_each(|word| self.take(word));
        }
    }

    fn check_numbers(&self, text: &str, language: Language) -> Result<(), Invention> {
        let invented = numbers::numbers_in(text, language)
            .into_iter()
            .find(|number| !self.numbers.iter().any(|known| numbers::same(*known, *number)));
        invented.map_or(Ok(()), |number| Err(Invention::Number(number.to_string())))
    }

    fn check_term(&self, found: Found) -> Result<(), Invention> {
        let mut checked = found.terms.iter().filter(|term| is_checked(term.kind)).peekable();
        let Some(first) = checked.peek().copied() else {
            return Ok(());
        };
        let grounded = checked.any(|term| self.terms.contains(&(term.kind, term.slug)));
        let common_noun = found.terms.iter().any(|term| term.kind == Kind::Object);
        if grounded || common_noun {
            return Ok(());
        }
        Err(match first.kind {
            Kind::Place => Invention::Place(found.words),
            Kind::Craft => Invention::Craft(found.words),
            Kind::Colour => Invention::Colour(found.words),
            Kind::Material | Kind::Object | Kind::Category => Invention::Material(found.words),
        })
    }

    /// In English a capital within a sentence begins a name.
    fn check_capitals(&self, text: &str) -> Result<(), Invention> {
        let found = words(text).find(|(at, word)| {
            let capital = text[*at..].starts_with(char::is_uppercase);
            capital && word != "i" && !begins_sentence(text, *at) && !self.knows(word)
        });
        found.map_or(Ok(()), |(_, word)| Err(Invention::Name(word)))
    }

    fn check_latin(&self, text: &str) -> Result<(), Invention> {
        let latin = |word: &String| Script::dominant(word) == Some(Script::Latin);
        let found = words(text)
            .map(|(_, word)| word)
            .find(|word| latin(word) && !self.knows(word));
        found.map_or(Ok(()), |word| Err(Invention::Name(word)))
    }

    fn knows(&self, word: &str) -> bool {
        let grounded = |found: Found| self.check_term(found).is_ok();
        self.words.contains(&fold(word)) || lexicon::scan(word).into_iter().any(grounded)
    }
}

const fn is_checked(kind: Kind) -> bool {
    matches!(kind, Kind::Material | Kind::Place | Kind::Craft | Kind::Colour)
}

/// Whether a word is the first of the text or comes after the end of a sentence.
fn begins_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '“' | '‘' | '\'' | '(' | '-' | '*' | '•')
    });
    before.is_empty() || before.ends_with(['.', '!', '?', ':', '।']) || text[before.len()..at].contains('\n')
}

/// Every text among the facts.
fn said(facts: &Facts) -> impl Iterator<Item = &str> {
    let titles = facts.title.0.values().map(String::as_str);
    let maybe = [
        &facts.subcategory,
        &facts.craft,
        &facts.production_time,
        &facts.region,
        &facts.cultural_origin,
    ];
    let maybe = maybe.into_iter().flatten().map(String::as_str);
    let lists = facts.materials.iter().chain(&facts.colours).map(String::as_str);
    titles.chain(maybe).chain(lists).chain([facts.category.as_str()])
}

fn known(matter: &Matter) -> Vec<&'static Term> {
    let one = [&matter.craft, &matter.region, &matter.origin];
    let named = one
        .into_iter()
        .flatten()
        .chain(&matter.materials)
        .chain(&matter.colours);
    let known = named.filter_map(|named| match named {
        Named::Known(term) => Some(*term),
        Named::Kept(_) => None,
    });
    known.chain(matter.object).chain(matter.category).collect()
}

/// The numbers of the facts, with exact conversions within the metric system, and weeks as days.
fn numbers_of(facts: &Facts, matter: &Matter) -> Vec<f64> {
    let mut numbers = Vec::new();
    for text in said(facts) {
        for language in Language::ALL {
            numbers.extend(numbers::numbers_in(text, language));
        }
    }
    numbers.extend(lengths(&facts.dimensions));
    if let Some(grams) = facts.weight_grams {
        numbers.extend([f64::from(grams), f64::from(grams) / 1000.0]);
    }
    if let Some(span) = matter.time {
        for value in [Some(span.from), span.to].into_iter().flatten() {
            numbers.push(value);
            if span.unit == Unit::Week {
                numbers.push(value * 7.0);
            }
        }
    }
    numbers.extend(facts.labor_hours);
    numbers.extend(facts.quantity.map(f64::from));
    numbers.retain(|number| number.is_finite());
    numbers
}

fn lengths(dimensions: &Dimensions) -> Vec<f64> {
    let sides = [dimensions.length, dimensions.width, dimensions.height];
    let factors: &[f64] = match dimensions.unit {
        LengthUnit::Mm => &[1.0, 0.1, 0.001],
        LengthUnit::Cm => &[1.0, 10.0, 0.01],
        LengthUnit::M => &[1.0, 100.0, 1000.0],
        LengthUnit::In => &[1.0],
    };
    let sides = sides.into_iter().flatten();
    sides
        .flat_map(|side| factors.iter().map(move |factor| side * factor))
        .collect()
}

#[cfg(test)]
mod tests;
