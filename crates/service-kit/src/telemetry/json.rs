//! Google Cloud Logging's shape of a line
//! (<https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields>).

use std::fmt;

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
    access::{self, Quoted},
    values::{Said, Value},
};
use crate::chassis::RequestContext;

/// Fields of an event that would hide those of the line.
const OWN: [&str; 4] = ["severity", "time", "target", "message"];

/// One JSON object a line.
pub(super) struct Json {
    process: &'static str,
    /// `projects/ID/traces/`.
    traces: String,
}

impl Json {
    pub(super) fn of(process: &'static str, project: &str) -> Self {
        let traces = format!("projects/{project}/traces/");
        Self { process, traces }
    }

    fn origin(&self, out: &mut Writer<'_>, service: &str, context: Option<RequestContext>) -> fmt::Result {
        write!(
            out,
            ",\"logging.googleapis.com/labels\":{{\"service\":{}}}",
            Quoted(service)
        )?;
        let Some(context) = context else {
            return Ok(());
        };
        let ids = context.ids();
        write!(
            out,
            ",\"logging.googleapis.com/trace\":\"{}{}\",\"logging.googleapis.com/spanId\":\"{}\",\
             \"logging.googleapis.com/trace_sampled\":{}",
            self.traces,
            ids.trace(),
            ids.span(),
            context.sampled
        )
    }

    fn access(&self, out: &mut Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let context = RequestContext::current();
        let service = context.map_or(self.process, |context| context.service);
        self.origin(out, service, context)?;
        access::json(event, out)
    }

    fn any(&self, out: &mut Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let said = Said::by(event);
        let context = RequestContext::current();
        self.origin(out, said.service(context.as_ref(), self.process), context)?;
        write!(out, ",\"message\":{}", Quoted(&said.message))?;
        for (name, value) in said.fields.iter().filter(|(name, _)| !OWN.contains(name)) {
            match value {
                Value::Bare(bare) => write!(out, ",{}:{bare}", Quoted(name))?,
                Value::Text(text) => write!(out, ",{}:{}", Quoted(name), Quoted(text))?,
            }
        }
        Ok(())
    }
}

fn head(out: &mut Writer<'_>, event: &Event<'_>) -> fmt::Result {
    let metadata = event.metadata();
    write!(
        out,
        "{{\"severity\":\"{}\",\"time\":\"",
        severity(*metadata.level())
    )?;
    SystemTime.format_time(out)?;
    write!(out, "\",\"target\":{}", Quoted(metadata.target()))
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
        head(&mut writer, event)?;
        if event.metadata().target() == ACCESS {
            self.access(&mut writer, event)?;
        } else {
            self.any(&mut writer, event)?;
        }
        writer.write_str("}\n")
    }
}
