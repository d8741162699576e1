//! The logarithm of a price as a sum of terms, each shrunk towards nothing as far as its kind usually matters little.

use super::{
    columns::{Columns, Kind, Row},
    piece::{Piece, Priced},
};
use crate::forecast::linear::{cholesky, substitute};

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Model {
    columns: Columns,
    /// The mean logarithm; then one term a column.
    terms: Vec<f64>,
    /// The Cholesky factor of the precision of the terms, in units of the noise.
    factor: Vec<f64>,
    /// The variance of what the terms do not explain.
    noise: f64,
    /// How far terms of each kind spread.
    spreads: Spreads,
    /// How many listings it learned from.
    pub sample_size: usize,
}

/// One part of a price.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    pub kind: Kind,
    /// Empty for size and skill.
    pub name: String,
    /// What it multiplies the price with.
    pub multiple: f64,
}

/// A price, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    pub price: f64,
    /// Eight of ten prices of such pieces lie in it.
    pub interval: (f64, f64),
    /// The price of a piece of which nothing is known.
    pub base: f64,
    /// What multiplies the base, the strongest first.
    pub terms: Vec<Term>,
}

type Spreads = [f64; Kind::ALL.len()];

/// How often the spreads are learned anew from the terms; they hardly change after that.
const ROUNDS: usize = 12;
/// What is believed before anything was seen: that a kind's terms spread by a third, that prices scatter by a half about
/// what the terms say; worth as much as so many terms and listings.
const USUAL_SPREAD: f64 = 0.1;
const USUAL_NOISE: f64 = 0.25;
const BELIEF: f64 = 2.0;
/// Nobody knows what the first listings cost: two thirds of all pieces cost less than e times the usual.
const MIDDLE: f64 = 1.0;
/// Of the normal distribution, for eight of ten.
const EIGHTY: f64 = 1.2816;

impl Model {
    /// Learns from listings; `None` when there are none.
    #[expect(clippy::cast_precision_loss, reason = "a number of listings")]
    pub fn learn<Id>(listings: &[Priced<Id>]) -> Option<Self> {
        if listings.is_empty() {
            return None;
        }
        let columns = Columns::of(listings);
        let width = columns.width() + 1;
        let rows: Vec<(Row, f64)> = listings
            .iter()
            .map(|listing| (with_mean(columns.row(&listing.piece)), listing.price.ln()))
            .collect();
        let (gram, moment) = normal(&rows, width);
        let mut model = Self {
            terms: vec![0.0; width],
            factor: Vec::new(),
            noise: USUAL_NOISE,
            spreads: [USUAL_SPREAD; Kind::ALL.len()],
            sample_size: listings.len(),
            columns,
        };
        for _ in 0..ROUNDS {
            model.solve(&gram, &moment)?;
            let doubts = model.doubts();
            model.spread(&doubts);
            let left: f64 = rows
                .iter()
                .map(|(row, price)| (price - dot(row, &model.terms)).powi(2))
                .sum();
            let used: f64 = doubts
                .iter()
                .enumerate()
                .map(|(at, doubt)| 1.0 - doubt * model.penalty(at))
                .sum();
            let free = listings.len() as f64 - used.max(0.0);
            model.noise = (left + BELIEF * USUAL_NOISE) / (free.max(0.0) + BELIEF);
        }
        model.solve(&gram, &moment)?;
        Some(model)
    }

    /// What a piece would cost.
    pub fn estimate(&self, piece: &Piece) -> Estimate {
        let row = with_mean(self.columns.row(piece));
        let middle = dot(&row, &self.terms);
        let spread = EIGHTY * self.scatter(&row, piece).sqrt();
        let mut terms: Vec<Term> = row[1..]
            .iter()
            .map(|&(at, value)| Term {
                kind: self.columns.kind(at - 1),
                name: self.columns.name(at - 1).to_owned(),
                multiple: (self.terms[at] * value).exp(),
            })
            .collect();
        terms.sort_by(|a, b| b.multiple.ln().abs().total_cmp(&a.multiple.ln().abs()));
        Estimate {
            price: middle.exp(),
            interval: ((middle - spread).exp(), (middle + spread).exp()),
            base: self.terms[0].exp(),
            terms,
        }
    }

    /// The variance of such a piece's logarithm: of the noise, of the terms, and of what no listing told anything about.
    fn scatter(&self, row: &Row, piece: &Piece) -> f64 {
        let mut vector = vec![0.0; self.terms.len()];
        for &(at, value) in row {
            vector[at] = value;
        }
        let mut solved = vector.clone();
        substitute(&self.factor, self.terms.len(), &mut solved);
        let known: f64 = vector.iter().zip(&solved).map(|(a, b)| a * b).sum();
        let has = |kind| {
            row.iter()
                .any(|&(at, _)| at > 0 && self.columns.kind(at - 1) == kind)
        };
        let asked = [
            (Kind::Category, true),
            (Kind::Craft, true),
            (Kind::Region, piece.region.is_some()),
        ];
        let unknown: f64 = asked
            .into_iter()
            .filter(|&(kind, asked)| asked && !has(kind))
            .map(|(kind, _)| self.spreads[kind as usize])
            .sum();
        self.noise * (1.0 + known) + unknown
    }

    /// The noise in units of what the terms of a column's kind spread: what its square is penalised with.
    fn penalty(&self, at: usize) -> f64 {
        match at.checked_sub(1) {
            None => self.noise / (MIDDLE * 100.0),
            Some(column) => self.noise / self.spreads[self.columns.kind(column) as usize],
        }
    }

    fn solve(&mut self, gram: &[f64], moment: &[f64]) -> Option<()> {
        let width = self.terms.len();
        let mut factor = gram.to_vec();
        for at in 0..width {
            factor[at * width + at] += self.penalty(at);
        }
        cholesky(&mut factor, width)?;
        self.terms.copy_from_slice(moment);
        substitute(&factor, width, &mut self.terms);
        self.factor = factor;
        Some(())
    }

    /// The diagonal of the inverse: each term's variance in units of the noise.
    fn doubts(&self) -> Vec<f64> {
        let width = self.terms.len();
        (0..width)
            .map(|at| {
                let mut unit = vec![0.0; width];
                unit[at] = 1.0;
                substitute(&self.factor, width, &mut unit);
                unit[at]
            })
            .collect()
    }

    /// Learns the spreads from the terms and their doubts (a step of expectation and maximisation).
    fn spread(&mut self, doubts: &[f64]) {
        for kind in Kind::ALL {
            let (mut sum, mut count) = (BELIEF * USUAL_SPREAD, BELIEF);
            for (column, (term, doubt)) in self.terms.iter().zip(doubts).skip(1).enumerate() {
                if self.columns.kind(column) == kind {
                    sum += term.powi(2) + self.noise * doubt;
                    count += 1.0;
                }
            }
            self.spreads[kind as usize] = sum / count;
        }
    }
}

fn with_mean(row: Row) -> Row {
    std::iter::once((0, 1.0))
        .chain(row.into_iter().map(|(column, value)| (column + 1, value)))
        .collect()
}

fn dot(row: &Row, terms: &[f64]) -> f64 {
    row.iter().map(|&(at, value)| value * terms[at]).sum()
}

fn normal(rows: &[(Row, f64)], width: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut gram, mut moment) = (vec![0.0; width * width], vec![0.0; width]);
    for (row, price) in rows {
        for &(i, left) in row {
            for &(j, right) in row {
                gram[i * width + j] += left * right;
            }
            moment[i] += left * price;
        }
    }
    (gram, moment)
}
