//! A kiln to which events are pushed: Pub/Sub's implementation over the kiln's own documents.

use std::{net::Ipv4Addr, sync::Arc};

use axum::{Json, Router, http::Uri};
use backends::{
    Clock,
    documents::{Batch, Precondition},
    events::{
        Event, Push, PushDoor, Subscription, Topic,
        pubsub::{self, PubSubEvents},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use config::{Common, Environment, Source};
use serde_json::{Value, json};
use service_kit::{App, Background, Kit, Process, Service, harness::GoogleKeys, inbox::ConsumeError};
use shared_models::{
    events::{EventBody, UserDeleted},
    ids::UserId,
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    bowls::{self, DONE},
    reply::{Ask, Reply},
};

pub(super) const DELETIONS: Subscription = Subscription::to("product.user-deleted", &[Topic::UserDeleted]);
const PROJECT: &str = "kilns-of-khurja";
pub(super) const ENDPOINT: &str = "https://product.example/internal/events";
pub(super) const ACCOUNT: &str = "pusher@kilns-of-khurja.iam.gserviceaccount.com";
/// While this document is there, no event can be handled.
const COLD: &str = "cold";

/// The bowls with room for the ledger of deliveries.
const SERVICE: Service = Service {
    collections: &[
        bowls::SERVICE.collections[0],
        bowls::SERVICE.collections[1],
        pubsub::COLLECTIONS[0],
    ],
    ..bowls::SERVICE
};

pub(super) struct Kiln {
    pub(super) kit: Kit,
    pub(super) google: GoogleKeys,
    base: String,
    http: reqwest::Client,
    shutdown: CancellationToken,
    _serving: JoinSet<()>,
    _folder: TempDir,
}

impl Kiln {
    /// Counts deletions, as long as it is warm.
    pub(super) async fn start() -> Self {
        Self::doing(|kit| {
            let kit = kit.clone();
            Background::default().consume(DELETIONS, move |event| forget(kit.clone(), event))
        })
        .await
    }

    pub(super) async fn doing(duties: impl FnOnce(&Kit) -> Background) -> Self {
        let (google, folder) = (GoogleKeys::start().await, TempDir::new().unwrap());
        let source = Source::of([]).with("CRAFTCHAIN_DATA_DIR", folder.path().to_string_lossy());
        let (clock, shutdown) = (Clock::movable(), CancellationToken::new());
        let process = Process::new(source.clone(), clock.clone()).unwrap();
        let mut kit = process.kit(SERVICE, &shutdown).await.unwrap();
        let on_google = source
            .with("CRAFTCHAIN_PROFILE", "google")
            .with("GOOGLE_CLOUD_PROJECT", PROJECT)
            .with("REDIS_URL", "redis://127.0.0.1:1")
            .with("CRAFTCHAIN_GOOGLE_KEYS_URL", google.url())
            .with("CRAFTCHAIN_ADDRESS_RATE", "1") // limits are for others
            .with("CRAFTCHAIN_ADDRESS_BURST", "1");
        kit.common = Arc::new(Common::read(&mut Environment::new(on_google)).unwrap());
        let mut serving = JoinSet::new();
        let push = Push {
            endpoint: ENDPOINT.to_owned(),
            account: ACCOUNT.to_owned(),
        };
        let address = pubsub::Address {
            project: PROJECT.to_owned(),
            server: pubsub::Server::Anonymous(administration(&mut serving).await),
            push: Some(push.clone()),
        };
        let log = PubSubEvents::connect(address, kit.backends.documents.clone(), clock).await;
        let log = Arc::new(log.unwrap());
        kit.backends.events = log.clone();
        kit.backends.pushes = Some(PushDoor { push, log });
        let app = App::new(OpenApiRouter::new()).with(duties(&kit));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        serving.spawn(service_kit::serve(listener, kit.clone(), app, shutdown.clone()));
        Self {
            kit,
            google,
            base,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            shutdown,
            _serving: serving,
            _folder: folder,
        }
    }

    pub(super) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Asks it to end, as a signal would.
    pub(super) fn ends(&self) {
        self.shutdown.cancel();
    }

    /// A request as Pub/Sub makes it, without a token.
    pub(super) fn unsigned(
        &self,
        subscription: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::RequestBuilder {
        let path = format!("/internal/events/{subscription}");
        let request = self.request(reqwest::Method::POST, &path);
        request.header("content-type", "application/json").body(body)
    }

    pub(super) async fn pushes(&self, subscription: &str, body: impl Into<reqwest::Body>) -> Reply {
        let token = self.google.signs(&self.claims());
        self.unsigned(subscription, body).bearer_auth(token).ask().await
    }

    /// What Google says in the token of a push.
    pub(super) fn claims(&self) -> Value {
        let now = self.kit.clock.unix();
        json!({
            "iss": "https://accounts.google.com", "aud": ENDPOINT, "sub": "1137", "azp": "1137", "iat": now,
            "exp": now + 3600, "email": ACCOUNT, "email_verified": true,
        })
    }

    pub(super) fn deletion(&self) -> Event {
        let user_id: UserId = self.kit.ids.fresh();
        Event {
            id: self.kit.ids.fresh(),
            topic: UserDeleted::TOPIC,
            source: "auth".into(),
            subject: user_id.to_string(),
            revision: 1,
            time: self.kit.clock.now(),
            traceparent: None,
            data: serde_json::to_value(UserDeleted { user_id }).unwrap(),
        }
    }

    /// How often a deletion had its effect.
    pub(super) async fn effects(&self, deletion: &Event) -> u64 {
        let key = effect(&deletion.subject);
        let document = self.kit.backends.documents.get(DONE, &key).await.unwrap();
        document.map_or(0, |document| document.body["count"].as_u64().unwrap())
    }

    pub(super) async fn cools(&self) {
        let mut batch = Batch::new();
        batch.create(DONE, COLD, &json!({})).unwrap();
        self.kit.backends.documents.commit(batch).await.unwrap();
    }

    pub(super) async fn is_heated(&self) {
        self.forgets(DONE, COLD).await;
    }

    /// Removes a document that is there.
    pub(super) async fn forgets(&self, collection: &str, id: &str) {
        let mut batch = Batch::new();
        batch.delete(collection, id, Precondition::Present);
        self.kit.backends.documents.commit(batch).await.unwrap();
    }
}

impl Drop for Kiln {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// The push of an event, as Pub/Sub writes it.
pub(super) fn envelope(event: &Event) -> Value {
    json!({
        "message": {
            "data": STANDARD.encode(event.data.to_string()),
            "attributes": {
                "ce-id": event.id, "ce-type": event.topic, "ce-source": event.source, "ce-subject": event.subject,
                "ce-time": event.time, "ce-revision": event.revision.to_string(),
            },
            "messageId": "7", "message_id": "7", "publishTime": event.time, "orderingKey": event.subject,
        },
        "subscription": "projects/kilns-of-khurja/subscriptions/product.user-deleted.user-deleted",
    })
}

fn effect(user: &str) -> String {
    format!("deleted:{user}")
}

async fn forget(kit: Kit, event: Event) -> Result<Batch, ConsumeError> {
    let gone: UserDeleted = event.body()?;
    if kit.backends.documents.get(DONE, COLD).await?.is_some() {
        return Err(ConsumeError::Retry("the kiln is cold".into()));
    }
    let mut batch = Batch::new();
    bowls::count(&kit, &mut batch, &effect(&gone.user_id.to_string())).await?;
    Ok(batch)
}

/// Pub/Sub's administration, where every topic and pushed subscription is there already.
async fn administration(serving: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let settings = async |uri: Uri| {
        let name = uri.path().trim_start_matches("/v1/").to_owned();
        let push = json!({ "pushEndpoint": ENDPOINT });
        let settings = if name.contains("/subscriptions/") {
            json!({ "name": name, "pushConfig": push })
        } else {
            json!({ "name": name })
        };
        Json(settings)
    };
    let router = Router::new().fallback(settings);
    serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}
