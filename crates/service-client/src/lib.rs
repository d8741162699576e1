#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod answer;
mod auth;
mod call;
mod context;
mod error;
mod media;
mod ml;
mod outbound;
mod peers;
mod policy;
mod product;
mod service;
mod tokens;

pub use answer::Answer;
pub use auth::AuthClient;
pub use call::Call;
pub use context::{CallContext, header};
pub use error::{BuildError, Cause, ClientError};
pub use media::MediaClient;
pub use ml::MlClient;
pub use outbound::{Outbound, OutboundAnswer, OutboundError, OutboundRequest, OutboundRules, is_public};
pub use peers::{Breaker, Budget, Leave, Peers};
pub use policy::{Jitter, Policy};
pub use product::ProductClient;
pub use service::{PeerUrls, Service};
pub use tokens::{ServiceToken, ServiceTokens, TokenError};
