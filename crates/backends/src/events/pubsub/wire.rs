//! The clients of Pub/Sub, and what is called how there.
//!
//! A connection on which a call was not answered in time is left for a new one: it may be dead without anybody
//! having closed it, and these have no pings that would find out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use futures::future::join_all;
use gcloud_sdk::google_cloud_auth::credentials::{self, Credentials, anonymous};
use google_cloud_gax::{client_builder, retry_policy::RetryPolicyExt};
use google_cloud_pubsub::{
    client::{BasePublisher, Publisher, Subscriber, SubscriptionAdmin, TopicAdmin},
    error::PublishError,
    model::Message,
    retry_policy::RetryableErrors,
    subscriber::{MessageStream, ShutdownBehavior},
};
use tokio::time::timeout;

use crate::{
    Error, Result,
    events::{Push, Subscription, Topic},
};

/// How long one call may take, its attempts together: less than whoever asks waits, so that a connection is left first.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long a message waits for others to be sent with.
const GATHER: Duration = Duration::from_millis(5);
/// What a process that dies holds comes back after this; a living one renews it.
const LEASE: Duration = Duration::from_secs(10);
/// How long a message may be held in all: longer than the longest backoff.
const LONGEST_HOLD: Duration = Duration::from_hours(1);
/// Messages that one publisher takes: Google's client keeps a task for each ordering key as long as its publisher lives.
const MESSAGES: usize = 10_000;
/// Messages of one topic that a process holds at most.
const HELD: i64 = 200;

/// Where Pub/Sub is, and how events come from there.
#[derive(Debug, Clone)]
pub struct Address {
    /// The project's id.
    pub project: String,
    /// Which Pub/Sub.
    pub server: Server,
    /// Events are pushed to this service, which then pulls none.
    pub push: Option<Push>,
}

/// Which Pub/Sub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Server {
    /// Google's own, with the machine's credentials.
    Google,
    /// Google's emulator at `http://host:port`.
    Emulator(String),
    /// One that answers as Google's own does and wants no credentials.
    Anonymous(String),
}

/// The way to Pub/Sub.
pub(super) struct Wire {
    pub(super) address: Address,
    credentials: Credentials,
    line: RwLock<Arc<Line>>,
    connecting: tokio::sync::Mutex<()>,
}

/// Connections; every one is made when it is first used.
pub(super) struct Line {
    pub(super) topics: TopicAdmin,
    pub(super) subscriptions: SubscriptionAdmin,
    subscriber: Subscriber,
    base: BasePublisher,
    /// By topic, with how many messages each has taken.
    publishers: Mutex<HashMap<String, (Publisher, usize)>>,
}

/// The four clients have builders of four types, which take the same.
macro_rules! client {
    ($client:ty, $server:expr, $credentials:expr) => {{
        let builder = <$client>::builder().with_credentials($credentials.clone());
        match $server {
            Server::Google => builder,
            Server::Emulator(url) | Server::Anonymous(url) => builder.with_endpoint(url),
        }
    }};
}

impl Line {
    /// In place of `silent` connections, if there were any.
    async fn to(
        server: &Server,
        credentials: &Credentials,
        silent: Option<&Self>,
    ) -> client_builder::Result<Self> {
        let (topics, subscriptions) = match silent {
            // A call that is given up takes its connection with it, unless many share one, as Google's own.
            Some(silent) if *server != Server::Google => {
                (silent.topics.clone(), silent.subscriptions.clone())
            }
            _ => (
                client!(TopicAdmin, server, credentials).build().await?,
                client!(SubscriptionAdmin, server, credentials).build().await?,
            ),
        };
        // Who is no longer waited for must not publish for minutes still.
        let tries = RetryableErrors.with_time_limit(PATIENCE);
        let publisher = client!(BasePublisher, server, credentials).with_retry_policy(tries);
        Ok(Self {
            topics,
            subscriptions,
            subscriber: client!(Subscriber, server, credentials).build().await?,
            base: publisher.build().await?,
            publishers: Mutex::default(),
        })
    }

    /// Of a topic's full name.
    fn publisher(&self, topic: &str) -> Publisher {
        let mut publishers = self.publishers.lock().unwrap_or_else(PoisonError::into_inner);
        let (publisher, taken) = publishers.entry(topic.to_owned()).or_insert_with(|| {
            let publisher = self.base.publisher(topic).set_delay_threshold(GATHER);
            (publisher.build(), 0)
        });
        *taken += 1;
        publisher.clone()
    }

    /// Lets go of those that have lived long enough: between two batches, so that no key's order suffers.
    fn retires_publishers(&self) {
        let mut publishers = self.publishers.lock().unwrap_or_else(PoisonError::into_inner);
        publishers.retain(|_, (_, taken)| *taken < MESSAGES);
    }
}

impl Wire {
    pub(super) async fn connect(address: Address) -> Result<Self> {
        let credentials = match &address.server {
            Server::Google => credentials::Builder::default().build().map_err(not_there)?,
            Server::Emulator(_) | Server::Anonymous(_) => anonymous::Builder::new().build(),
        };
        let line = Line::to(&address.server, &credentials, None)
            .await
            .map_err(not_there)?;
        Ok(Self {
            address,
            credentials,
            line: RwLock::new(Arc::new(line)),
            connecting: tokio::sync::Mutex::default(),
        })
    }

    /// The newest connections.
    pub(super) fn line(&self) -> Arc<Line> {
        self.line.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Connects anew in place of connections that are silent, unless somebody has.
    pub(super) async fn leave(&self, silent: &Arc<Line>) {
        let _connecting = self.connecting.lock().await;
        if !Arc::ptr_eq(&self.line(), silent) {
            return;
        }
        match Line::to(&self.address.server, &self.credentials, Some(silent)).await {
            Ok(line) => *self.line.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(line),
            Err(error) => tracing::warn!(%error, "there are no other connections to Pub/Sub"),
        }
    }

    /// What a call on the newest connections is answered; `Unavailable` when nothing is.
    pub(super) async fn call<T, F>(
        &self,
        call: impl FnOnce(Arc<Line>) -> F,
    ) -> Result<google_cloud_pubsub::Result<T>>
    where
        F: Future<Output = google_cloud_pubsub::Result<T>>,
    {
        let line = self.line();
        self.in_time(&line, call(line.clone())).await
    }

    /// The same, with every other answer as an error, too.
    pub(super) async fn ask<T, F>(&self, call: impl FnOnce(Arc<Line>) -> F) -> Result<T>
    where
        F: Future<Output = google_cloud_pubsub::Result<T>>,
    {
        self.call(call).await?.map_err(|failed| error(&failed))
    }

    async fn in_time<T>(&self, line: &Arc<Line>, call: impl Future<Output = T>) -> Result<T> {
        if let Ok(answer) = timeout(PATIENCE, call).await {
            return Ok(answer);
        }
        self.leave(line).await;
        Err(Error::Unavailable("Pub/Sub does not answer in time".to_owned()))
    }

    pub(super) fn is_emulator(&self) -> bool {
        matches!(self.address.server, Server::Emulator(_))
    }

    /// The full name of a topic.
    pub(super) fn topic(&self, name: &str) -> String {
        format!("projects/{}/topics/{name}", self.address.project)
    }

    /// The full name of what a subscription is there: one of each topic.
    pub(super) fn subscription(&self, subscription: &str, topic: Topic) -> String {
        let project = &self.address.project;
        format!("projects/{project}/subscriptions/{subscription}.{}", topic.name())
    }

    /// Publishes messages, and answers when all are kept; those of one ordering key stay in order.
    pub(super) async fn publish(&self, messages: Vec<(String, Message)>) -> Result<()> {
        let line = self.line();
        line.retires_publishers();
        let sent: Vec<_> = messages
            .into_iter()
            .map(|(topic, message)| {
                let key = message.ordering_key.clone();
                let publisher = line.publisher(&self.topic(&topic));
                let kept = publisher.publish(message);
                async move {
                    let kept = kept.await;
                    if kept.is_err() {
                        // Whoever publishes tries again from the first that failed.
                        publisher.resume_publish(key);
                    }
                    kept.map(drop).map_err(|failed| not_published(&topic, &failed))
                }
            })
            .collect();
        let kept = self.in_time(&line, join_all(sent)).await?;
        kept.into_iter().collect()
    }

    /// The messages of one topic, each leased for as long as its handler lives.
    pub(super) fn stream(&self, subscription: Subscription, topic: Topic) -> MessageStream {
        self.line()
            .subscriber
            .subscribe(self.subscription(subscription.name, topic))
            .set_max_lease_extension(LEASE)
            .set_max_lease(LONGEST_HOLD)
            .set_max_outstanding_messages(HELD)
            .set_shutdown_behavior(ShutdownBehavior::WaitForProcessing)
            .build()
    }
}

fn not_there(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("Pub/Sub: {error}"))
}

/// The topic of what is dead for a subscription.
pub(super) fn dead_topic(subscription: &str) -> String {
    format!("{subscription}.dead")
}

fn not_published(topic: &str, failed: &PublishError) -> Error {
    match failed {
        PublishError::Rpc(failed) => match code(failed) {
            // It is for those who run the fleet to make topics; the event is not to blame.
            Some("NOT_FOUND") => Error::Other(format!("Pub/Sub has no topic {topic}")),
            _ => error(failed),
        },
        failed => Error::Unavailable(format!("Pub/Sub: {failed}")),
    }
}

/// The code of an answer that is none of success; `None` when there was no answer.
///
/// Calls over REST that no proxy of Google's answers have a status of HTTP only.
pub(super) fn code(failed: &google_cloud_pubsub::Error) -> Option<&'static str> {
    match (failed.status(), failed.http_status_code()) {
        (Some(status), _) => Some(status.code.name()),
        (None, Some(404)) => Some("NOT_FOUND"),
        (None, _) => None,
    }
}

/// Why a call failed.
pub(super) fn error(failed: &google_cloud_pubsub::Error) -> Error {
    let text = format!("Pub/Sub: {failed}");
    match code(failed) {
        Some("INVALID_ARGUMENT") => Error::Invalid(text),
        Some("NOT_FOUND") => Error::NotFound,
        Some("PERMISSION_DENIED" | "UNAUTHENTICATED" | "FAILED_PRECONDITION" | "UNIMPLEMENTED") => {
            Error::Other(text)
        }
        _ => Error::Unavailable(text),
    }
}
