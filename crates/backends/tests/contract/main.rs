//! What every implementation of a port must do: one suite a port, run against each implementation.
//!
//! A suite is a list of cases, async functions over a [`Fixture`]; `suite!` makes a test of each case for one
//! implementation. A case that is in no list is dead code, and clippy says so.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cloud;
mod documents;
mod embedded;
mod events;
mod fixture;
#[cfg(feature = "external")]
mod google;
mod keys;
mod limits;
mod objects;

use fixture::Fixture;

/// `suite!(opens_a_fixture, port::part: case, …)`: one test a case.
#[macro_export]
macro_rules! suite {
    ($open:path, $port:ident::$part:ident: $($case:ident),+ $(,)?) => {
        mod $part {
            use $crate::$port::$part as contract;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    contract::$case(&$open().await).await;
                }
            )+
        }
    };
}
