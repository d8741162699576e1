//! Lines for people: `2026-11-20T11:02:03.123456Z  INFO product GET /products 200 812us trace=4bf9…`.

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

use super::{ACCESS, access, values::Said};
use crate::chassis::RequestContext;

/// One line an event.
pub(super) struct Text {
    process: &'static str,
}

impl Text {
    pub(super) fn of(process: &'static str) -> Self {
        Self { process }
    }

    fn access(
        &self,
        out: &mut Writer<'_>,
        event: &Event<'_>,
        context: Option<RequestContext>,
    ) -> fmt::Result {
        let service = context.map_or(self.process, |context| context.service);
        write!(out, " {service}")?;
        access::text(event, out)
    }

    fn any(&self, out: &mut Writer<'_>, event: &Event<'_>, context: Option<RequestContext>) -> fmt::Result {
        let said = Said::by(event);
        let (dim, plain) = ansi(out);
        let service = said.service(context.as_ref(), self.process);
        write!(out, " {service} {}", one_line(&said.message))?;
        for (name, value) in &said.fields {
            write!(out, " {dim}{name}={plain}{}", one_line(value.text()))?;
        }
        Ok(())
    }
}

fn ansi(out: &Writer<'_>) -> (&'static str, &'static str) {
    if out.has_ansi_escapes() {
        ("\x1b[2m", "\x1b[0m")
    } else {
        ("", "")
    }
}

/// A line stays one line, whatever was sent.
fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
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
        let metadata = event.metadata();
        let context = RequestContext::current();
        SystemTime.format_time(&mut writer)?;
        if writer.has_ansi_escapes() {
            write!(writer, " {}", coloured(*metadata.level()))?;
        } else {
            write!(writer, " {:>5}", metadata.level().as_str())?;
        }
        if metadata.target() == ACCESS {
            self.access(&mut writer, event, context)?;
        } else {
            self.any(&mut writer, event, context)?;
        }
        if let Some(context) = context {
            let (dim, plain) = ansi(&writer);
            write!(writer, " {dim}trace={}{plain}", context.ids().trace())?;
        }
        writeln!(writer)
    }
}
