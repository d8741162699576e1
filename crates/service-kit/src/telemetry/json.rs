//! Google Cloud Logging's shape of a line
//! (<https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields>).

use std::fmt;

use serde_json::{Map, Value as Json_, json};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

use super::{
    ACCESS,
    values::{Said, Value},
};
use crate::chassis::RequestContext;

/// One JSON object a line.
pub(super) struct Json {
    process: &'static str,
    /// `projects/ID/traces/`, or nothing outside Google Cloud.
    traces: String,
}

impl Json {
    pub(super) fn of(process: &'static str, project: Option<&str>) -> Self {
        let traces = project.map_or_else(String::new, |project| format!("projects/{project}/traces/"));
        Self { process, traces }
    }

    fn line(&self, event: &Event<'_>, time: String) -> Json_ {
        let mut said = Said::by(event);
        let context = RequestContext::current();
        let service = said.service(context.as_ref(), self.process).to_owned();
        let metadata = event.metadata();
        let mut line = Map::new();
        let mut put = |name: &str, value: Json_| drop(line.insert(name.to_owned(), value));
        if metadata.target() == ACCESS {
            put("httpRequest", http_request(&said));
            said.message = format!(
                "{} {} {}",
                said.field("method"),
                said.field("route"),
                said.field("status")
            );
        }
        put("severity", severity(*metadata.level()).into());
        put("time", time.into());
        put("target", metadata.target().into());
        put("logging.googleapis.com/labels", json!({ "service": service }));
        if let Some(context) = context {
            put(
                "logging.googleapis.com/trace",
                (self.traces.clone() + &context.trace_id()).into(),
            );
            put(
                "logging.googleapis.com/spanId",
                format!("{:016x}", context.span_id).into(),
            );
            put("logging.googleapis.com/trace_sampled", context.sampled.into());
        }
        put("message", said.message.into());
        for (name, value) in said.fields {
            if !line.contains_key(name) {
                line.insert(name.to_owned(), json_of(value));
            }
        }
        Json_::Object(line)
    }
}

fn http_request(said: &Said) -> Json_ {
    let micros: u64 = said.field("micros").parse().unwrap_or(0);
    json!({
        "requestMethod": said.field("method"),
        "status": said.field("status").parse::<u16>().unwrap_or(0),
        "latency": format!("{}.{:06}s", micros / 1_000_000, micros % 1_000_000),
    })
}

fn json_of(value: Value) -> Json_ {
    match value {
        Value::Bare(bare) => serde_json::from_str(&bare).unwrap_or(Json_::String(bare)),
        Value::Text(text) => Json_::String(text),
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARNING",
        Level::INFO => "INFO",
        _ => "DEBUG",
    }
}

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        writeln!(writer, "{}", self.line(event, time))
    }
}
