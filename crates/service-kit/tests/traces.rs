//! One trace shows a journey: over HTTP, events and jobs, each service a resource of its own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::State};
use backends::{
    documents::Batch,
    events::{Event, Subscription, Topic},
};
use config::{Common, Environment, Source};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span,
};
use service_kit::{App, Background, Kit, Problem, Service, harness::Harness, inbox::ConsumeError, telemetry};
use shared_models::events::UserDeleted;
use tokio::net::TcpListener;
use tonic::{Request, Response, Status};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Tells that a user was deleted, and leaves a job behind.
const PRODUCT: Service = Service {
    name: "product",
    about: "Where the journey begins",
    peer: service_client::Service::Product,
    collections: &[],
    settings: |_| Ok(()),
    build: |kit| {
        Box::pin(async move {
            let router = OpenApiRouter::new().routes(routes!(begin)).with_state(kit);
            let background = Background::default().run("tidy", |_| async { Ok(Batch::new()) });
            Ok(App::new(router).with(background))
        })
    },
};

/// Hears of it.
const MEDIA: Service = Service {
    name: "media",
    about: "Where it ends",
    peer: service_client::Service::Media,
    collections: &[],
    settings: |_| Ok(()),
    build: |_| {
        Box::pin(async move {
            let subscription = Subscription::to("media.user-deleted", &[Topic::UserDeleted]);
            Ok(App::new(OpenApiRouter::new()).with(Background::default().consume(subscription, hear)))
        })
    },
};

#[utoipa::path(post, path = "/begin/{id}", params(("id" = String, Path)), responses((status = 200)))]
async fn begin(State(kit): State<Kit>) -> Result<(), Problem> {
    let user_id = kit.ids.fresh();
    let mut batch = Batch::new();
    kit.outbox
        .emit(&mut batch, user_id, 1, &UserDeleted { user_id })?;
    kit.jobs.enqueue(&mut batch, "tidy", "a", &())?;
    inner(&kit, batch).await
}

#[tracing::instrument(name = "store", skip_all, fields(note = "to maya.canary@example.in"))]
async fn inner(kit: &Kit, batch: Batch) -> Result<(), Problem> {
    Ok(kit.backends.documents.commit(batch).await?)
}

async fn hear(_: Event) -> Result<Batch, ConsumeError> {
    tracing::warn!("heard of +919812345678");
    Ok(Batch::new())
}

/// A collector that keeps what it is sent: spans with the name of their service.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<(String, Span)>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut kept = self.0.lock().unwrap();
        for resource in request.into_inner().resource_spans {
            let service = text_of(&resource.resource.unwrap().attributes, "service.name");
            for spans in resource.scope_spans {
                kept.extend(spans.spans.into_iter().map(|span| (service.clone(), span)));
            }
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
        let router = Router::new().route_service(path, TraceServiceServer::new(self.clone()));
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    async fn span(&self, service: &str, name: &str) -> Span {
        let looking = async {
            loop {
                let found = |(of, span): &&(String, Span)| of == service && span.name == name;
                if let Some((_, span)) = self.0.lock().unwrap().iter().find(found) {
                    return span.clone();
                }
                tokio::time::sleep(Duration::from_millis(20)).await; // between two looks
            }
        };
        tokio::time::timeout(Duration::from_secs(30), looking)
            .await
            .unwrap_or_else(|_| {
                let spans = self.0.lock().unwrap();
                let known: Vec<_> = spans
                    .iter()
                    .map(|(service, span)| format!("{service}: {}", span.name))
                    .collect();
                panic!("no span {name} of {service} among {known:?}")
            })
    }
}

fn text_of(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.as_ref()?.value.clone()) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_shows_a_journey() {
    let collector = Collector::default();
    let settings = Source::of([]).with("OTEL_EXPORTER_OTLP_ENDPOINT", collector.start().await);
    let common = Common::read(&mut Environment::new(settings)).unwrap();
    let telemetry = telemetry::init_to(&common, "fleet", std::io::sink()).unwrap();
    let product = Harness::start(PRODUCT).await;
    let media = Harness::of(MEDIA).beside(&product).start().await;

    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let caller = "00f067aa0ba902b7";
    let send = |flag: &str| {
        let request = product
            .post("/begin/1")
            .header("traceparent", format!("00-{trace}-{caller}-{flag}"));
        async move { assert!(request.send().await.unwrap().status().is_success()) }
    };
    send("01").await;

    let server = collector.span("product", "POST /begin/{id}").await;
    assert_eq!(hex::encode(&server.trace_id), trace);
    assert_eq!(hex::encode(&server.parent_span_id), caller);
    assert_eq!(text_of(&server.attributes, "http.response.status_code"), "200");
    let store = collector.span("product", "store").await;
    assert_eq!(store.parent_span_id, server.span_id);
    assert_eq!(text_of(&store.attributes, "note"), "to [email]");
    let job = collector.span("product", "job tidy").await;
    let heard = collector.span("media", "consume user-deleted").await;
    for span in [&job, &heard] {
        assert_eq!(span.trace_id, server.trace_id);
        assert_eq!(span.parent_span_id, server.span_id);
    }
    assert!(format!("{:?}", heard.events).contains("heard of [phone]"));

    send("00").await; // somebody decided that this one is not sampled
    product.stop().await;
    media.stop().await;
    drop(telemetry); // exports what is left
    let spans = collector.0.lock().unwrap();
    let served = spans.iter().filter(|(_, span)| span.name.starts_with("POST"));
    assert_eq!(served.count(), 1);
}
