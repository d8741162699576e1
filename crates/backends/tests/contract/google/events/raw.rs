//! Pub/Sub as anybody uses it: to look at what is there, and to put there what should not be.

use std::collections::HashMap;

use backends::events::{
    Event,
    pubsub::{Address, Server},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use gcloud_sdk::google_cloud_auth::credentials::anonymous;
use google_cloud_pubsub::{
    client::{Publisher, Subscriber, SubscriptionAdmin, TopicAdmin},
    model::Message,
};
use serde_json::{Value, json};

pub(super) struct Raw {
    project: String,
    url: String,
}

macro_rules! client {
    ($at:expr, $builder:expr) => {
        $builder
            .with_endpoint($at.url.clone())
            .with_credentials(anonymous::Builder::new().build())
            .build()
            .await
            .unwrap()
    };
}

impl Raw {
    pub(super) fn at(address: &Address) -> Self {
        let Server::Emulator(url) = &address.server else {
            panic!("the tests' emulator");
        };
        Self {
            project: address.project.clone(),
            url: url.clone(),
        }
    }

    pub(super) async fn removes_topic(&self, topic: &str) {
        let topics = client!(self, TopicAdmin::builder());
        let name = format!("projects/{}/topics/{topic}", self.project);
        topics.delete_topic().set_topic(name).send().await.unwrap();
    }

    pub(super) async fn publishes(&self, topic: &str, text: &str, attribute: (&str, &str)) {
        let name = format!("projects/{}/topics/{topic}", self.project);
        let publisher = client!(self, Publisher::builder(name));
        let message = Message::new()
            .set_data(text.to_owned().into_bytes())
            .set_attributes([attribute]);
        publisher.publish(message).await.unwrap();
    }

    /// The attributes of the oldest message that a topic keeps.
    pub(super) async fn oldest(&self, topic: &str) -> HashMap<String, String> {
        let subscriptions = client!(self, SubscriptionAdmin::builder());
        let name = format!("projects/{}/subscriptions/look", self.project);
        let asked = subscriptions.create_subscription().set_name(&name);
        let topic = format!("projects/{}/topics/{topic}", self.project);
        asked.set_topic(topic).send().await.unwrap();
        let subscriber = client!(self, Subscriber::builder());
        let (message, handler) = subscriber.subscribe(name).build().next().await.unwrap().unwrap();
        handler.ack();
        message.attributes
    }
}

/// The body of a push of an event.
pub(super) fn pushed(event: &Event) -> Vec<u8> {
    let attributes = json!({
        "ce-id": event.id, "ce-type": event.topic, "ce-source": event.source, "ce-subject": event.subject,
        "ce-time": event.time, "ce-revision": event.revision.to_string(), "traceparent": event.traceparent,
    });
    let data = STANDARD.encode(event.data.to_string());
    let message: Value = json!({ "data": data, "attributes": attributes, "messageId": "1" });
    json!({ "message": message, "subscription": "projects/p/subscriptions/s" })
        .to_string()
        .into_bytes()
}
