//! Logs and traces of one process: its one subscriber, set in `main`.
//!
//! Ten services may share the process, so lines and spans carry the service's name, which they take from the
//! request, event or job that is worked on.

mod access;
mod json;
mod lines;
mod scrub;
mod text;
mod traces;
mod values;

use std::io::{IsTerminal, Write};

use config::{Common, Profile};
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::StartError;
pub(crate) use traces::{share_of_new_traces, span};

/// The target of the access log.
pub(crate) const ACCESS: &str = "access";

/// Writes out and exports what is left when it is dropped.
pub struct Telemetry {
    _traces: Option<traces::Traces>,
    _lines: lines::Writing,
}

/// Installs the process's one subscriber: JSON for Google Cloud Logging in production, text in a terminal.
/// `name` is the process's, for what belongs to no service.
pub fn init(common: &Common, name: &'static str) -> Result<Telemetry, StartError> {
    let colours = std::io::stderr().is_terminal();
    install(common, name, std::io::stderr(), colours)
}

/// The same, with the lines going elsewhere.
pub fn init_to(
    common: &Common,
    name: &'static str,
    out: impl Write + Send + 'static,
) -> Result<Telemetry, StartError> {
    install(common, name, out, false)
}

/// Firestore sends a listener everything anew whenever its newest entry changes, and its client warns of each.
const QUIET: &str = "firestore::db::listen_changes=error";

fn install(
    common: &Common,
    name: &'static str,
    out: impl Write + Send + 'static,
    colours: bool,
) -> Result<Telemetry, StartError> {
    let other = |error: &dyn std::fmt::Display| StartError::Other(error.to_string());
    let filter = EnvFilter::try_new(format!("{QUIET},{}", common.log))
        .map_err(|error| StartError::Other(format!("RUST_LOG is {:?}: {error}", common.log)))?;
    let (lines, writing) = lines::to(out).map_err(|error| other(&error))?;
    let traces = traces::Traces::to_endpoint(common, name)?;
    let layer = fmt::layer().with_ansi(colours).with_writer(lines);
    let layer = match &common.profile {
        Profile::Embedded => layer.event_format(text::Text::of(name)).boxed(),
        Profile::Google(google) => layer.event_format(json::Json::of(name, &google.project)).boxed(),
    };
    tracing_subscriber::registry()
        .with(traces.as_ref().map(traces::Traces::layer))
        .with(layer.with_filter(filter))
        .try_init()
        .map_err(|error| other(&error))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(Telemetry {
        _traces: traces,
        _lines: writing,
    })
}

/// A panic's message may quote what a caller sent, so it goes the way of every line, where that is scrubbed.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let said = panic.payload_as_str().unwrap_or("something that is no text");
    let at = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(at, "panicked: {said}");
}
