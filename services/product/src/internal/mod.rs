//! What services ask of product.

pub(crate) mod facts;
pub(crate) mod images;
