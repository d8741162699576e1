//! What a listing can be made known with: posts, hashtags, posters, a plan.

pub(crate) mod content;
mod networks;
mod phrases;
mod plan;
mod posts;
