//! Logs and traces of one process.

use config::{Common, Profile};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::StartError;

/// Flushes what is left when it is dropped.
pub struct Telemetry(());

/// Installs the process's one subscriber: JSON for Google Cloud Logging in production, text in a terminal.
pub fn init(common: &Common, _name: &str) -> Result<Telemetry, StartError> {
    let filter = EnvFilter::try_new(&common.log)
        .map_err(|error| StartError::Other(format!("RUST_LOG is {:?}: {error}", common.log)))?;
    let registry = tracing_subscriber::registry().with(filter);
    let outcome = match common.profile {
        Profile::Embedded => registry
            .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
            .try_init(),
        Profile::Google => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .json()
                    .with_writer(std::io::stderr),
            )
            .try_init(),
    };
    outcome.map_err(|error| StartError::Other(error.to_string()))?;
    Ok(Telemetry(()))
}
