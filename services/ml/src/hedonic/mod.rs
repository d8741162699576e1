//! What a piece would cost, learned from what is asked for others.
//!
//! A hedonic model (Rosen 1974): the logarithm of the price is a sum of terms for category, craft, region, materials,
//! size and skill. Terms are pooled partially: how far those of one kind spread is learned, and each is shrunk as far as
//! its own listings are few. Pure and deterministic.

mod columns;
mod model;
mod piece;

pub use columns::Kind;
pub use model::{Estimate, Model, Term};
pub use piece::{Piece, Priced};

/// The listings most like a piece, nearest first.
pub fn nearest<'a, Id>(listings: &'a [Priced<Id>], piece: &Piece, most: usize) -> Vec<(&'a Priced<Id>, f64)> {
    let mut near: Vec<_> = listings
        .iter()
        .map(|listing| (listing, piece.distance(&listing.piece)))
        .filter(|(listing, _)| listing.piece.category == piece.category)
        .collect();
    near.sort_by(|a, b| a.1.total_cmp(&b.1));
    near.truncate(most);
    near
}

#[cfg(test)]
mod tests;
