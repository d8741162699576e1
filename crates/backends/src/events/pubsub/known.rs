//! Subscriptions that are there. Terraform makes them, and their topics; where it did not, the service does, if it may.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use google_cloud_pubsub::model::{
    ExpirationPolicy, PushConfig, Subscription as Settings, Topic as Kept, push_config::OidcToken,
};
use google_cloud_wkt::{Duration, FieldMask, Timestamp};

use super::wire::{Line, Wire, code, dead_topic, error};
use crate::{
    Error, Result,
    events::{Subscription, Topic},
};

/// How long topics and subscriptions keep messages, in seconds: seven days.
const RETENTION: i64 = 7 * 24 * 60 * 60;
/// The longest that a topic keeps messages: 31 days. Dead letters stay in the ledger as well.
const DEAD_RETENTION: i64 = 31 * 24 * 60 * 60;
/// Until a message comes again when nobody says anything, in seconds: streams renew it, pushes may take so long.
const PULLED_FOR: i32 = 10;
const PUSHED_FOR: i32 = 60;
/// A subscription with this label has yet to be set back to the oldest message that its topic keeps.
const SEEK: &str = "begins";
const OLDEST: &str = "oldest";

/// Subscriptions that were seen.
#[derive(Default)]
pub(super) struct Known(Mutex<HashSet<String>>);

impl Known {
    fn holds(&self, name: &str) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(name)
    }

    fn add(&self, name: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(name);
    }

    /// Somebody removed subscriptions: all are looked for again.
    pub(super) fn forget(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.clear();
    }

    /// `NotFound` unless the subscription is there, for each of its topics.
    pub(super) async fn check(&self, wire: &Wire, subscription: &Subscription) -> Result<()> {
        for topic in subscription.topics {
            let name = wire.subscription(subscription.name, *topic);
            if !self.holds(&name) {
                wire.settings(&name).await?.ok_or(Error::NotFound)?;
                self.add(name);
            }
        }
        Ok(())
    }
}

impl Wire {
    /// Makes what is missing of a subscription.
    pub(super) async fn subscribe(&self, subscription: &Subscription) -> Result<()> {
        self.have_topic(&dead_topic(subscription.name), DEAD_RETENTION)
            .await?;
        for topic in subscription.topics {
            let name = self.subscription(subscription.name, *topic);
            let settings = match self.settings(&name).await? {
                Some(settings) => settings,
                None => self.make(self.wanted(subscription.name, *topic)).await?,
            };
            Box::pin(self.begin(settings)).await?;
        }
        Ok(())
    }

    /// Makes a topic that is missing.
    pub(super) async fn have_topic(&self, topic: &str, retention: i64) -> Result<()> {
        let name = self.topic(topic);
        let wanted = Kept::new()
            .set_name(&name)
            .set_message_retention_duration(Duration::clamp(retention, 0));
        match self.topic_is_there(&name).await {
            Err(Error::NotFound) => {}
            found => return found,
        }
        let make = self.call(|line| line.topics.create_topic().with_request(wanted).send());
        match make.await? {
            Ok(_) => Ok(()),
            Err(failed) if code(&failed) == Some("ALREADY_EXISTS") => Ok(()),
            Err(failed) => Err(not_made("topic", topic, &failed)),
        }
    }

    /// `NotFound` unless the topic of this full name is there.
    pub(super) async fn topic_is_there(&self, name: &str) -> Result<()> {
        let found = self.ask(|line| line.topics.get_topic().set_topic(name).send());
        found.await.map(drop)
    }

    /// The topics of an emulator, which nobody else makes.
    pub(super) async fn have_topics(&self) -> Result<()> {
        for topic in Topic::ALL {
            self.have_topic(topic.name(), RETENTION).await?;
        }
        Ok(())
    }

    async fn settings(&self, name: &str) -> Result<Option<Settings>> {
        let asked = |line: Arc<Line>| {
            line.subscriptions
                .get_subscription()
                .set_subscription(name)
                .send()
        };
        match self.ask(asked).await {
            Ok(settings) => Ok(Some(settings)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn wanted(&self, subscription: &str, topic: Topic) -> Settings {
        let push = self.push_to(subscription);
        let deadline = if push.is_some() { PUSHED_FOR } else { PULLED_FOR };
        let wanted = Settings::new()
            .set_name(self.subscription(subscription, topic))
            .set_topic(self.topic(topic.name()))
            .set_ack_deadline_seconds(deadline)
            .set_message_retention_duration(Duration::clamp(RETENTION, 0))
            .set_expiration_policy(ExpirationPolicy::new()) // without a time: never
            .set_or_clear_push_config(push);
        if self.is_emulator() {
            return wanted;
        }
        wanted
            .set_enable_message_ordering(true)
            .set_labels([(SEEK, OLDEST)])
    }

    fn push_to(&self, subscription: &str) -> Option<PushConfig> {
        let push = self.address.push.as_ref()?;
        let token = OidcToken::new()
            .set_service_account_email(&push.account)
            .set_audience(&push.endpoint);
        let endpoint = format!("{}/{subscription}", push.endpoint);
        Some(
            PushConfig::new()
                .set_push_endpoint(endpoint)
                .set_oidc_token(token),
        )
    }

    async fn make(&self, wanted: Settings) -> Result<Settings> {
        let name = wanted.name.clone();
        let make = self.call(|line| {
            line.subscriptions
                .create_subscription()
                .with_request(wanted)
                .send()
        });
        match make.await? {
            Ok(made) => Ok(made),
            Err(failed) if code(&failed) == Some("ALREADY_EXISTS") => {
                self.settings(&name).await?.ok_or(Error::NotFound)
            }
            Err(failed) => Err(not_made("subscription", &name, &failed)),
        }
    }

    /// Sets a new subscription back to the oldest message, whoever made it; then the label goes.
    async fn begin(&self, settings: Settings) -> Result<()> {
        let pushed = settings.push_config.as_ref();
        let pushed = pushed.is_some_and(|push| !push.push_endpoint.is_empty());
        if pushed != self.address.push.is_some() {
            let (is, wanted) = if pushed {
                ("pushed", "pulled")
            } else {
                ("pulled", "pushed")
            };
            let name = settings.name;
            return Err(Error::Other(format!(
                "the subscription {name} is {is}, and must be {wanted}"
            )));
        }
        if settings.labels.get(SEEK).is_none_or(|from| from != OLDEST) {
            return Ok(());
        }
        let seek = self.line().subscriptions.seek().set_subscription(&settings.name);
        let seek = seek.set_time(Timestamp::clamp(0, 0));
        self.ask(|_| seek.send()).await?;
        let mut settings = settings;
        settings.labels.remove(SEEK);
        let update = self.line().subscriptions.update_subscription();
        let update = update.set_subscription(settings);
        let update = update.set_update_mask(FieldMask::default().set_paths(["labels"]));
        self.ask(|_| update.send()).await.map(drop)
    }
}

fn not_made(what: &str, name: &str, failed: &google_cloud_pubsub::Error) -> Error {
    match code(failed) {
        Some("PERMISSION_DENIED") => Error::Other(format!(
            "Pub/Sub has no {what} {name}, and this service may not make it"
        )),
        Some("NOT_FOUND") => Error::Other(format!("Pub/Sub has no topic for the {what} {name}")),
        _ => error(failed),
    }
}
