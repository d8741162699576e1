//! Pieces as rows of numbers: one column for each category, craft, region and material, and one for each measure.

use std::collections::BTreeMap;

use super::piece::{Piece, Priced};

/// What a column stands for. Terms of one kind are drawn from one distribution, whose width is learned: so a category of
/// two listings stays near the others, and one of two hundred goes its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Category,
    Craft,
    Region,
    Material,
    /// Per doubling of the size.
    Size,
    /// Per step of skill.
    Skill,
}

impl Kind {
    pub(super) const ALL: [Self; 6] = [
        Self::Category,
        Self::Craft,
        Self::Region,
        Self::Material,
        Self::Size,
        Self::Skill,
    ];

    /// As answers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Craft => "craft",
            Self::Region => "region",
            Self::Material => "material",
            Self::Size => "size",
            Self::Skill => "skill",
        }
    }
}

/// Most columns of one kind, the most frequent first: the work grows with the third power.
const MOST: usize = 32;
/// What stands for a size or a skill that is not known: a usual one, learned.
#[derive(Debug, Clone, Copy)]
struct Middle {
    size: f64,
    skill: f64,
}

/// Which column stands for what.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    names: Vec<(Kind, String)>,
    places: BTreeMap<(Kind, String), usize>,
    middle: Middle,
}

/// The columns of a row that are not zero.
pub(super) type Row = Vec<(usize, f64)>;

impl Columns {
    pub(super) fn of<Id>(listings: &[Priced<Id>]) -> Self {
        let mut counts: BTreeMap<(Kind, String), usize> = BTreeMap::new();
        for listing in listings {
            for key in named(&listing.piece) {
                *counts.entry(key).or_default() += 1;
            }
        }
        let mut names = Vec::new();
        for kind in [Kind::Category, Kind::Craft, Kind::Region, Kind::Material] {
            let mut of_kind: Vec<_> = counts.iter().filter(|((other, _), _)| *other == kind).collect();
            of_kind.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            names.extend(of_kind.into_iter().take(MOST).map(|(key, _)| key.clone()));
        }
        names.extend([(Kind::Size, String::new()), (Kind::Skill, String::new())]);
        let places = names
            .iter()
            .cloned()
            .enumerate()
            .map(|(at, key)| (key, at))
            .collect();
        let middle = Middle {
            size: mean(listings.iter().filter_map(|listing| doublings(&listing.piece))),
            skill: mean(listings.iter().filter_map(|listing| listing.piece.skill)),
        };
        Self {
            names,
            places,
            middle,
        }
    }

    pub(super) fn width(&self) -> usize {
        self.names.len()
    }

    pub(super) fn kind(&self, column: usize) -> Kind {
        self.names[column].0
    }

    pub(super) fn name(&self, column: usize) -> &str {
        &self.names[column].1
    }

    pub(super) fn row(&self, piece: &Piece) -> Row {
        let place = |key: &(Kind, String)| self.places.get(key).copied();
        let mut row: Row = named(piece)
            .into_iter()
            .filter_map(|key| place(&key))
            .map(|column| (column, 1.0))
            .collect();
        let measures = [
            (Kind::Size, doublings(piece).map(|size| size - self.middle.size)),
            (Kind::Skill, piece.skill.map(|skill| skill - self.middle.skill)),
        ];
        for (kind, measure) in measures {
            if let (Some(column), Some(value)) = (place(&(kind, String::new())), measure) {
                row.push((column, value));
            }
        }
        row
    }
}

fn named(piece: &Piece) -> Vec<(Kind, String)> {
    let craft = (Kind::Craft, format!("{} {}", piece.category, piece.craft));
    let mut keys = vec![(Kind::Category, piece.category.clone()), craft];
    keys.extend(piece.region.iter().map(|region| (Kind::Region, region.clone())));
    keys.extend(
        piece
            .materials
            .iter()
            .map(|material| (Kind::Material, material.clone())),
    );
    keys
}

fn doublings(piece: &Piece) -> Option<f64> {
    piece.size.map(f64::log2)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0_f64), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}
