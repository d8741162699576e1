//! The fields of one event on their way into a line.

use std::fmt::{self, Debug, Write};

use tracing::{
    Event,
    field::{Field, Visit},
};

use super::scrub;
use crate::chassis::RequestContext;

/// What an event says, without secrets.
#[derive(Default)]
pub(super) struct Said {
    pub(super) message: String,
    pub(super) service: Option<String>,
    pub(super) fields: Vec<(&'static str, Value)>,
}

/// A field's value.
pub(super) enum Value {
    /// A number or a truth, as it is written in JSON.
    Bare(String),
    Text(String),
}

impl Said {
    /// What `event` says; the request under way knows its service.
    pub(super) fn by(event: &Event<'_>) -> Self {
        let mut said = Self::default();
        event.record(&mut said);
        said
    }

    /// The service that this line is about.
    pub(super) fn service<'a>(&'a self, context: Option<&RequestContext>, process: &'a str) -> &'a str {
        let own = self.service.as_deref();
        own.or_else(|| context.map(|context| context.service))
            .unwrap_or(process)
    }

    fn text(&mut self, field: &Field, text: &str) {
        let clean = scrub::scrub(text);
        match field.name() {
            "message" => self.message.push_str(&clean),
            "service" => self.service = Some(clean.into_owned()),
            name if scrub::is_secret(name) => self.fields.push((name, Value::Text("[redacted]".to_owned()))),
            name => self.fields.push((name, Value::Text(clean.into_owned()))),
        }
    }

    fn bare(&mut self, field: &Field, value: impl fmt::Display) {
        self.fields.push((field.name(), Value::Bare(value.to_string())));
    }
}

impl Value {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Bare(text) | Self::Text(text) => text,
        }
    }
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.bare(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.bare(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.bare(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.bare(field, value);
        } else {
            self.text(field, &value.to_string());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        let _ = write!(text, "{value:?}"); // a String takes everything
        self.text(field, &text);
    }
}
