//! The fleet with services that do next to nothing.

use std::net::Ipv4Addr;

use axum::http::StatusCode;
use config::{Environment, SettingError};
use service_kit::App;
use tokio::net::TcpListener;
use utoipa_axum::router::OpenApiRouter;

use super::*;

const GATEWAY: Service = quiet("gateway", Peer::Gateway);
const PRODUCT: Service = quiet("product", Peer::Product);

const fn quiet(name: &'static str, peer: Peer) -> Service {
    Service {
        name,
        about: "Does nothing.",
        peer,
        collections: &[],
        settings: |_| Ok(()),
        build: |_| Box::pin(async { Ok(App::new(OpenApiRouter::new())) }),
    }
}

/// Cannot be built.
const BROKEN: Service = Service {
    build: |_| Box::pin(async { Err(StartError::Other("the index is missing".into())) }),
    ..quiet("auth", Peer::Auth)
};

/// Never ready.
const BUSY: Service = Service {
    build: |_| {
        let down = || Box::pin(async { Err(backends::Error::Unavailable("catching up".into())) }) as _;
        let app = App::new(OpenApiRouter::new()).ready_when("index", std::sync::Arc::new(down));
        Box::pin(async { Ok(app) })
    },
    ..quiet("product", Peer::Product)
};

fn in_a_folder() -> (TempDir, Source) {
    let folder = TempDir::new().unwrap();
    let source = Source::of([("CRAFTCHAIN_DATA_DIR", folder.path().to_str().unwrap())]);
    (folder, source)
}

async fn launch(services: &[Service], source: Source, ports: Ports) -> Result<Fleet, StartError> {
    Fleet::launch(services, source, Clock::system(), ports).await
}

async fn status(fleet: &Fleet, service: Peer, path: &str) -> Option<StatusCode> {
    let url = fleet.url(service).unwrap().join(path).unwrap();
    let http = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
    http.get(url).send().await.ok().map(|answer| answer.status())
}

#[tokio::test]
async fn every_service_answers_on_its_own_port() {
    let (_folder, source) = in_a_folder();
    let fleet = launch(&[GATEWAY, PRODUCT], source, Ports::Free).await.unwrap();
    for service in [Peer::Gateway, Peer::Product] {
        assert_eq!(status(&fleet, service, "health").await, Some(StatusCode::OK));
        assert_eq!(status(&fleet, service, "ready").await, Some(StatusCode::OK));
    }
    assert_eq!(fleet.url(Peer::Ml), None);
    fleet.stop().await.unwrap();
}

#[tokio::test]
async fn the_gateway_is_ready_only_when_all_services_are() {
    let (_folder, source) = in_a_folder();
    let fleet = launch(&[GATEWAY, BUSY], source, Ports::Free).await.unwrap();
    let unready = Some(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status(&fleet, Peer::Product, "ready").await, unready);
    assert_eq!(status(&fleet, Peer::Gateway, "ready").await, unready);
    assert_eq!(
        status(&fleet, Peer::Gateway, "health").await,
        Some(StatusCode::OK)
    );
}

#[tokio::test]
async fn one_service_can_be_stopped_alone() {
    let (_folder, source) = in_a_folder();
    let fleet = launch(&[GATEWAY, PRODUCT], source, Ports::Free).await.unwrap();
    fleet.stop_one(Peer::Product).await;
    assert_eq!(status(&fleet, Peer::Product, "health").await, None);
    assert_eq!(
        status(&fleet, Peer::Gateway, "health").await,
        Some(StatusCode::OK)
    );
}

#[tokio::test]
async fn a_service_that_cannot_be_built_stops_the_start_and_is_named() {
    let (_folder, source) = in_a_folder();
    let error = launch(&[GATEWAY, BROKEN], source, Ports::Free)
        .await
        .err()
        .unwrap();
    assert_eq!(error.to_string(), "auth does not start: the index is missing");
}

#[tokio::test]
async fn a_taken_port_is_named_with_the_setting_that_moves_it() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let (_folder, source) = in_a_folder();
    let source = source.with("CRAFTCHAIN_BASE_PORT", port.to_string());
    let error = launch(&[GATEWAY], source, Ports::Counted)
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")),
        "{error}"
    );
    assert!(error.contains("CRAFTCHAIN_BASE_PORT"), "{error}");
    assert!(!error.contains('\n'));
}

#[tokio::test]
async fn a_wrong_setting_of_one_service_stops_the_start() {
    const PARTICULAR: Service = Service {
        settings: read_patience,
        build: |mut kit| {
            Box::pin(async move {
                read_patience(&mut kit.environment)?;
                Ok(App::new(OpenApiRouter::new()))
            })
        },
        ..PRODUCT
    };
    fn read_patience(env: &mut Environment) -> Result<(), SettingError> {
        env.read::<u16>("CRAFTCHAIN_PATIENCE", "3", "how long to wait")
            .map(drop)
    }
    let (_folder, source) = in_a_folder();
    let source = source.with("CRAFTCHAIN_PATIENCE", "long");
    let error = launch(&[GATEWAY, PARTICULAR], source, Ports::Free)
        .await
        .err()
        .unwrap();
    let expected = "CRAFTCHAIN_PATIENCE is \"long\", but must be a whole number from 0 to 65535";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_stops_the_start() {
    let source = Source::of([("CRAFTCHAIN_DATA_DIR", "/dev/null/data")]);
    let error = launch(&[GATEWAY], source, Ports::Free)
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("/dev/null/data") && !error.contains('\n'),
        "{error}"
    );
}
