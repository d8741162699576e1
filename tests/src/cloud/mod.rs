//! The google profile on what stands in for Google, for the feature `external`: two processes of every service.

mod cluster;
mod ground;
mod machine;
mod proxies;
mod round_robin;

pub use cluster::Cluster;
pub use ground::Ground;
pub use proxies::Proxies;
