//! The clients of Pub/Sub, and what is called how there.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use gcloud_sdk::google_cloud_auth::credentials::anonymous;
use google_cloud_pubsub::{
    client::{BasePublisher, Publisher, Subscriber, SubscriptionAdmin, TopicAdmin},
    error::PublishError,
    model::Message,
    subscriber::{MessageStream, ShutdownBehavior},
};
use tokio::time::timeout;

use crate::{
    Error, Result,
    events::{Push, Subscription, Topic},
};

/// How long one call may take, its attempts together.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);
/// How long a message waits for others to be sent with.
const GATHER: Duration = Duration::from_millis(5);
/// What a process that dies holds comes back after this; a living one renews it.
const LEASE: Duration = Duration::from_secs(10);
/// How long a message may be held in all: longer than the longest backoff.
const LONGEST_HOLD: Duration = Duration::from_hours(1);
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

/// Connections; every one is made when it is first used.
pub(super) struct Wire {
    pub(super) address: Address,
    pub(super) topics: TopicAdmin,
    pub(super) subscriptions: SubscriptionAdmin,
    subscriber: Subscriber,
    base: BasePublisher,
    publishers: Mutex<HashMap<String, Publisher>>,
}

/// The four clients have builders of four types, which take the same.
macro_rules! client {
    ($client:ty, $server:expr) => {{
        let builder = <$client>::builder();
        let builder = match $server {
            Server::Google => builder,
            Server::Emulator(url) | Server::Anonymous(url) => builder
                .with_endpoint(url)
                .with_credentials(anonymous::Builder::new().build()),
        };
        builder
            .build()
            .await
            .map_err(|error| Error::Unavailable(format!("Pub/Sub: {error}")))
    }};
}

impl Wire {
    pub(super) async fn connect(address: Address) -> Result<Self> {
        let server = &address.server;
        Ok(Self {
            topics: client!(TopicAdmin, server)?,
            subscriptions: client!(SubscriptionAdmin, server)?,
            subscriber: client!(Subscriber, server)?,
            base: client!(BasePublisher, server)?,
            publishers: Mutex::default(),
            address,
        })
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
        let sent: Vec<_> = messages
            .into_iter()
            .map(|(topic, message)| {
                let key = message.ordering_key.clone();
                let publisher = self.publisher(&topic);
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
        let Ok(kept) = timeout(DEADLINE, join_all(sent)).await else {
            return Err(Error::Unavailable("Pub/Sub does not answer in time".to_owned()));
        };
        kept.into_iter().collect()
    }

    fn publisher(&self, topic: &str) -> Publisher {
        let mut publishers = self.publishers.lock().unwrap_or_else(PoisonError::into_inner);
        let publisher = publishers.entry(topic.to_owned()).or_insert_with(|| {
            self.base
                .publisher(self.topic(topic))
                .set_delay_threshold(GATHER)
                .build()
        });
        publisher.clone()
    }

    /// The messages of one topic, each leased for as long as its handler lives.
    pub(super) fn stream(&self, subscription: Subscription, topic: Topic) -> MessageStream {
        self.subscriber
            .subscribe(self.subscription(subscription.name, topic))
            .set_max_lease_extension(LEASE)
            .set_max_lease(LONGEST_HOLD)
            .set_max_outstanding_messages(HELD)
            .set_shutdown_behavior(ShutdownBehavior::WaitForProcessing)
            .build()
    }
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
