//! How each operation is called by somebody who may.

mod auth;
mod gateway;
mod media;
mod ml;
mod pricing;
mod product;

pub use auth::rows as auth;
pub use gateway::rows as gateway;
pub(super) use media::photo;
pub use media::rows as media;
pub use ml::rows as ml;
pub use pricing::rows as pricing;
pub use product::rows as product;
