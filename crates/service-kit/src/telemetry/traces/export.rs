use std::{collections::HashMap, time::Duration};

use opentelemetry::{KeyValue, Value, trace::Status};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter as Otlp, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};

use crate::telemetry::scrub::{is_secret, scrub};

/// How long one export may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sends each span with the exporter of its service, which is the span's scope.
#[derive(Debug)]
pub(super) struct PerService(HashMap<&'static str, Otlp>);

impl PerService {
    /// To a collector's gRPC endpoint.
    pub(super) fn to(
        endpoint: &str,
        names: impl Iterator<Item = &'static str>,
    ) -> Result<Self, ExporterBuildError> {
        let exporters = names.map(|name| Ok((name, exporter(endpoint, name)?)));
        exporters.collect::<Result<_, _>>().map(Self)
    }
}

fn exporter(endpoint: &str, name: &'static str) -> Result<Otlp, ExporterBuildError> {
    let mut exporter = Otlp::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(PATIENCE)
        .build()?;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let namespace = KeyValue::new("service.namespace", "craftchain");
    let resource = Resource::builder_empty()
        .with_service_name(name)
        .with_attributes([version, namespace])
        .build();
    exporter.set_resource(&resource);
    Ok(exporter)
}

impl SpanExporter for PerService {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let mut by_service: HashMap<&str, Vec<SpanData>> = HashMap::new();
        for mut span in batch {
            clean(&mut span);
            if let Some((name, _)) = self.0.get_key_value(span.instrumentation_scope.name()) {
                by_service.entry(name).or_default().push(span);
            }
        }
        let mut outcome = Ok(());
        for (name, spans) in by_service {
            let exported = self.0[name].export(spans).await;
            outcome = outcome.and(exported);
        }
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        let ended = self
            .0
            .values()
            .map(|exporter| exporter.shutdown_with_timeout(timeout));
        ended.fold(Ok(()), Result::and)
    }
}

/// What must not be logged must not be traced.
fn clean(span: &mut SpanData) {
    span.name = scrub(&span.name).into_owned().into();
    clean_all(&mut span.attributes);
    for event in &mut span.events.events {
        event.name = scrub(&event.name).into_owned().into();
        clean_all(&mut event.attributes);
    }
    if let Status::Error { description } = &mut span.status {
        *description = scrub(description).into_owned().into();
    }
}

fn clean_all(attributes: &mut [KeyValue]) {
    for attribute in attributes {
        if is_secret(attribute.key.as_str()) {
            attribute.value = Value::from("[redacted]");
        } else if let Value::String(text) = &attribute.value {
            attribute.value = Value::from(scrub(text.as_str()).into_owned());
        }
    }
}
