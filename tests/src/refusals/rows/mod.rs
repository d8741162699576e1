//! How each operation is called by somebody who may.

mod auth;
mod gateway;
mod media;
mod product;

pub use auth::rows as auth;
pub use gateway::rows as gateway;
pub use media::rows as media;
pub use product::rows as product;
