//! What other services have written, translated and compared.

pub(crate) mod embeddings;
mod faithful;
pub(crate) mod text;
pub(crate) mod translate;
mod vectors;
