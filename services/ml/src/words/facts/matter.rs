//! Facts, with what the lexicon knows of them.

use shared_models::text::Language;

use super::{Facts, Span};
use crate::words::{
    lexicon::{self, Kind, Term},
    title,
};

/// A thing with a name: one that the lexicon has in six languages, or as the artisan wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Known(&'static Term),
    Kept(String),
}

impl Named {
    fn read(kinds: &[Kind], text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let known = kinds.iter().find_map(|kind| lexicon::find(*kind, text));
        Some(known.map_or_else(|| Self::Kept(text.to_owned()), Self::Known))
    }
}

/// Facts as sentences need them.
#[derive(Debug, Clone)]
pub(crate) struct Matter<'f> {
    pub(crate) facts: &'f Facts,
    /// What the piece is; none only if the tables are broken.
    pub(crate) object: Option<&'static Term>,
    pub(crate) category: Option<&'static Term>,
    pub(crate) craft: Option<Named>,
    pub(crate) materials: Vec<Named>,
    pub(crate) colours: Vec<Named>,
    pub(crate) region: Option<Named>,
    /// Only where it says more than region and craft.
    pub(crate) origin: Option<Named>,
    pub(crate) time: Option<Span>,
}

impl<'f> Matter<'f> {
    pub(crate) fn of(facts: &'f Facts) -> Self {
        let category = lexicon::find(Kind::Category, &facts.category);
        let craft = craft(facts);
        let region = facts
            .region
            .as_deref()
            .and_then(|text| Named::read(&[Kind::Place], text));
        let origin = facts
            .cultural_origin
            .as_deref()
            .and_then(|text| Named::read(&[Kind::Place, Kind::Craft], text));
        let told = [craft.as_ref(), region.as_ref()];
        Self {
            facts,
            object: object(facts, category, craft.as_ref()),
            category,
            materials: distinct(&facts.materials, Kind::Material),
            colours: distinct(&facts.colours, Kind::Colour),
            origin: origin.filter(|origin| !told.contains(&Some(origin))),
            craft,
            region,
            time: facts.production_time.as_deref().and_then(Span::read),
        }
    }

    /// The artisan's own words on time, where they are more than a time and in this language.
    pub(crate) fn time_as_said(&self, language: Language) -> Option<&'f str> {
        let said = self.facts.production_time.as_deref()?.trim();
        (self.time.is_none() && language == self.facts.language && !said.is_empty()).then_some(said)
    }
}

fn craft(facts: &Facts) -> Option<Named> {
    let said = facts
        .craft
        .as_deref()
        .and_then(|text| Named::read(&[Kind::Craft], text));
    said.or_else(|| {
        let subcategory = facts.subcategory.as_deref()?;
        lexicon::find(Kind::Craft, subcategory).map(Named::Known)
    })
}

/// What the title says the piece is, else its subcategory, its category or its craft's category.
fn object(facts: &Facts, category: Option<&'static Term>, craft: Option<&Named>) -> Option<&'static Term> {
    let subcategory = facts.subcategory.as_deref();
    title::head(&facts.title)
        .or_else(|| subcategory.and_then(|text| lexicon::find(Kind::Object, text)))
        .or(category)
        .or_else(|| match craft {
            Some(Named::Known(craft)) => craft
                .part_of
                .and_then(|slug| lexicon::by_slug(Kind::Category, slug)),
            _ => None,
        })
        .or_else(lexicon::any_piece)
}

fn distinct(texts: &[String], kind: Kind) -> Vec<Named> {
    let mut all = Vec::new();
    for named in texts.iter().filter_map(|text| Named::read(&[kind], text)) {
        if !all.contains(&named) {
            all.push(named);
        }
    }
    all
}
