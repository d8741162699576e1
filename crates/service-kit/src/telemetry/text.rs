//! Lines for people: `2026-11-20T11:02:03.123456Z  INFO product GET /products 200 micros=812 trace=4bf9…`.

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

use super::{ACCESS, values::Said};
use crate::chassis::RequestContext;

/// One line an event.
pub(super) struct Text {
    process: &'static str,
}

impl Text {
    pub(super) fn of(process: &'static str) -> Self {
        Self { process }
    }

    fn write(&self, writer: &mut Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let said = Said::by(event);
        let context = RequestContext::current();
        let (dim, plain) = if writer.has_ansi_escapes() {
            ("\x1b[2m", "\x1b[0m")
        } else {
            ("", "")
        };
        write!(writer, " {} ", said.service(context.as_ref(), self.process))?;
        let access = event.metadata().target() == ACCESS;
        if access {
            write!(
                writer,
                "{} {} {}",
                said.field("method"),
                said.field("route"),
                said.field("status")
            )?;
        }
        writer.write_str(&said.message)?;
        for (name, value) in &said.fields {
            if !access || *name == "micros" {
                write!(writer, " {dim}{name}={plain}{}", one_line(value.text()))?;
            }
        }
        if let Some(context) = context {
            write!(writer, " {dim}trace={}{plain}", context.trace_id())?;
        }
        writeln!(writer)
    }
}

/// A line stays one line, whatever was sent.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\x1b'], " ")
}

fn coloured(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31mERROR\x1b[0m",
        Level::WARN => "\x1b[33m WARN\x1b[0m",
        Level::INFO => "\x1b[32m INFO\x1b[0m",
        Level::DEBUG => "\x1b[34mDEBUG\x1b[0m",
        Level::TRACE => "\x1b[35mTRACE\x1b[0m",
    }
}

impl<S, N> FormatEvent<S, N> for Text
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
        let level = *event.metadata().level();
        SystemTime.format_time(&mut writer)?;
        if writer.has_ansi_escapes() {
            write!(writer, " {}", coloured(level))?;
        } else {
            write!(writer, " {level:>5}")?;
        }
        self.write(&mut writer, event)
    }
}
