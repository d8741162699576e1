//! The words of the trade in six languages: kinds of pieces, materials, crafts, colours and places.
//!
//! The tables beside this file are data: one line a term, one column a language, and other spellings by which a
//! term is found. Terms of the catalogue keep its slugs.

mod fold;
mod index;
mod inflection;
mod table;

use std::sync::LazyLock;

use shared_models::text::Language;

pub(crate) use fold::{fold, folded_words};
pub(crate) use index::Found;
use index::Index;

/// What a term names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// What a piece is: a bowl.
    Object,
    /// What a piece of a category is called when its title does not say.
    Category,
    Material,
    Craft,
    Colour,
    Place,
}

/// The gender and number that a noun asks of the words around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Agreement {
    M,
    F,
    /// Neuter, and every singular of the languages without gender.
    N,
    Mp,
    Fp,
    Np,
}

impl Agreement {
    /// The name in messages.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::M => "m",
            Self::F => "f",
            Self::N => "n",
            Self::Mp => "mp",
            Self::Fp => "fp",
            Self::Np => "np",
        }
    }

    pub(crate) const fn is_plural(self) -> bool {
        matches!(self, Self::Mp | Self::Fp | Self::Np)
    }
}

/// A term in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: &'static str,
    /// Before a postposition or case ending; as `text` where the table says nothing.
    pub(crate) oblique: &'static str,
    pub(crate) agreement: Agreement,
}

/// One thing with its names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) kind: Kind,
    pub(crate) slug: &'static str,
    /// The term of the same kind that contains it (teak is wood, Jaipur is in Rajasthan); of a craft, its category.
    pub(crate) part_of: Option<&'static str>,
    names: [Name; 6],
    also: Vec<&'static str>,
}

impl Term {
    pub(crate) fn name(&self, language: Language) -> &Name {
        let [en, hi, bn, ta, te, mr] = &self.names;
        match language {
            Language::En => en,
            Language::Hi => hi,
            Language::Bn => bn,
            Language::Ta => ta,
            Language::Te => te,
            Language::Mr => mr,
        }
    }

    /// Every spelling that stands for it.
    fn forms(&self) -> impl Iterator<Item = &'static str> {
        let names = self.names.iter().flat_map(|name| [name.text, name.oblique]);
        names.chain(self.also.iter().copied()).chain([self.slug])
    }

    /// The term and all that contain it.
    pub(crate) fn with_wholes(&'static self) -> impl Iterator<Item = &'static Term> {
        let whole = |term: &&'static Term| match term.kind {
            Kind::Craft => None,
            kind => term.part_of.and_then(|slug| by_slug(kind, slug)),
        };
        std::iter::successors(Some(self), whole)
    }
}

static TERMS: LazyLock<Vec<Term>> = LazyLock::new(table::terms);
static INDEX: LazyLock<Index> = LazyLock::new(|| Index::of(&TERMS));

/// The term of a kind with a slug.
pub(crate) fn by_slug(kind: Kind, slug: &str) -> Option<&'static Term> {
    TERMS.iter().find(|term| term.kind == kind && term.slug == slug)
}

/// The term of a kind that a text names as a whole, in any language or spelling.
pub(crate) fn find(kind: Kind, text: &str) -> Option<&'static Term> {
    INDEX.find(&TERMS, kind, text)
}

/// The term of a kind with exactly this name, whatever its letters' case.
pub(crate) fn named(kind: Kind, text: &str) -> Option<&'static Term> {
    INDEX.exact(&TERMS, kind, &fold(text))
}

/// All terms that a text names, longest names first where they overlap.
pub(crate) fn scan(text: &str) -> Vec<Found> {
    INDEX.scan(&TERMS, text)
}

/// A term for pieces of which nothing else is known; none only if the tables are broken.
pub(crate) fn any_piece() -> Option<&'static Term> {
    by_slug(Kind::Category, "craft")
}

#[cfg(test)]
mod tests;
