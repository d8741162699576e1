//! An event as a message: its envelope in attributes, as CloudEvents' binding for Pub/Sub has them, its body as data.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use google_cloud_pubsub::model::Message;
use serde::Deserialize;

use crate::{
    Error, Result,
    documents::time,
    events::{Event, Topic},
};

const ID: &str = "ce-id";
const TYPE: &str = "ce-type";
const SOURCE: &str = "ce-source";
const SUBJECT: &str = "ce-subject";
const TIME: &str = "ce-time";
const REVISION: &str = "ce-revision";
const TRACEPARENT: &str = "traceparent";

/// The most bytes of a message's data.
const MAX_DATA: usize = 10_000_000;
/// The most bytes of an attribute and of an ordering key.
const MAX_ATTRIBUTE: usize = 1024;

/// What came, whether by a stream or by a push.
pub(super) struct Arrived {
    pub(super) data: Bytes,
    pub(super) attributes: HashMap<String, String>,
}

/// The message that publishes an event; those of one subject are delivered in order.
pub(super) fn message(event: &Event) -> Result<Message> {
    let data = serde_json::to_vec(&event.data).map_err(|error| Error::Invalid(error.to_string()))?;
    if data.len() > MAX_DATA {
        return Err(Error::Invalid(format!(
            "an event of {} bytes is too large for Pub/Sub",
            data.len()
        )));
    }
    let texts = [
        Some(&event.source),
        Some(&event.subject),
        event.traceparent.as_ref(),
    ];
    if let Some(text) = texts
        .into_iter()
        .flatten()
        .find(|text| text.len() > MAX_ATTRIBUTE)
    {
        let bytes = text.len();
        return Err(Error::Invalid(format!(
            "an attribute of {bytes} bytes is too large for Pub/Sub"
        )));
    }
    let fixed = [
        ("ce-specversion", "1.0".to_owned()),
        ("content-type", "application/json".to_owned()),
        (ID, event.id.to_string()),
        (TYPE, event.topic.name().to_owned()),
        (SOURCE, event.source.clone()),
        (SUBJECT, event.subject.clone()),
        (TIME, time::text(event.time)),
        (REVISION, event.revision.to_string()),
    ];
    let trace = event.traceparent.clone().map(|trace| (TRACEPARENT, trace));
    Ok(Message::new()
        .set_data(data)
        .set_ordering_key(&event.subject)
        .set_attributes(fixed.into_iter().chain(trace)))
}

/// The message as it came, for those who look at what cannot be read.
pub(super) fn as_it_came(arrived: Arrived) -> Message {
    Message::new()
        .set_data(arrived.data)
        .set_attributes(arrived.attributes)
}

/// The event in a message; why not, when it holds none.
pub(super) fn event(arrived: &Arrived) -> std::result::Result<Event, String> {
    let named = |name: &str| {
        arrived
            .attributes
            .get(name)
            .ok_or_else(|| format!("no attribute {name}"))
    };
    let wrong = |name: &str| format!("the attribute {name} cannot be read");
    let topic = named(TYPE)?;
    Ok(Event {
        id: named(ID)?.parse().map_err(|_| wrong(ID))?,
        topic: Topic::from_name(topic).ok_or_else(|| format!("no topic is called {topic}"))?,
        source: named(SOURCE)?.clone(),
        subject: named(SUBJECT)?.clone(),
        revision: named(REVISION)?.parse().map_err(|_| wrong(REVISION))?,
        time: named(TIME)?.parse().map_err(|_| wrong(TIME))?,
        traceparent: arrived.attributes.get(TRACEPARENT).cloned(),
        data: serde_json::from_slice(&arrived.data).map_err(|error| error.to_string())?,
    })
}

/// The body of a push request.
#[derive(Deserialize)]
struct Push {
    message: Pushed,
    subscription: String,
}

#[derive(Deserialize)]
struct Pushed {
    #[serde(rename = "messageId")]
    id: String,
    #[serde(default)]
    data: String,
    #[serde(default)]
    attributes: HashMap<String, String>,
}

/// What a push request brings.
pub(super) fn pushed(body: &[u8]) -> Result<Arrived> {
    let wrong =
        |error: &dyn std::fmt::Display| Error::Invalid(format!("that is no push of Pub/Sub: {error}"));
    let Push {
        message,
        subscription,
    } = serde_json::from_slice(body).map_err(|error| wrong(&error))?;
    if message.id.is_empty() || subscription.is_empty() {
        return Err(wrong(&"it does not say what it is"));
    }
    let data = STANDARD.decode(&message.data).map_err(|error| wrong(&error))?;
    Ok(Arrived {
        data: data.into(),
        attributes: message.attributes,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Clock, Ids};

    fn sample() -> Event {
        let clock = Clock::system();
        Event {
            id: Ids::new(clock.clone()).fresh(),
            topic: Topic::ProductCreated,
            source: "product".to_owned(),
            subject: "bowl".to_owned(),
            revision: 7,
            time: clock.now(),
            traceparent: None,
            data: json!({ "title": "मधुबनी", "nothing": null, "number": 0.1 }),
        }
    }

    fn arrived(event: &Event) -> Arrived {
        let message = message(event).unwrap();
        Arrived {
            data: message.data,
            attributes: message.attributes.into_iter().collect(),
        }
    }

    #[test]
    fn an_event_is_read_as_it_was_written() {
        let traced = Event {
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
            ..sample()
        };
        for written in [sample(), traced] {
            assert_eq!(event(&arrived(&written)).unwrap(), written);
        }
    }

    #[test]
    fn what_pubsub_would_refuse_is_invalid() {
        let large = Event {
            data: json!("x".repeat(MAX_DATA)),
            ..sample()
        };
        let long = Event {
            subject: "x".repeat(MAX_ATTRIBUTE + 1),
            ..sample()
        };
        for event in [large, long] {
            assert!(matches!(message(&event), Err(Error::Invalid(_))));
        }
    }

    #[test]
    fn a_pushed_message_is_the_same_message() {
        let written = sample();
        let sent = arrived(&written);
        let body = json!({
            "message": { "data": STANDARD.encode(&sent.data), "attributes": sent.attributes, "messageId": "1" },
            "subscription": "projects/p/subscriptions/s",
        });
        let came = pushed(body.to_string().as_bytes()).unwrap();
        assert_eq!(event(&came).unwrap(), written);
    }

    #[test]
    fn what_is_no_event_says_why() {
        for (name, value) in [(ID, "7"), (TYPE, "pots"), (TIME, "noon"), (REVISION, "-1")] {
            let mut wrong = arrived(&sample());
            wrong.attributes.insert(name.to_owned(), value.to_owned());
            assert!(event(&wrong).is_err(), "{name}: {value}");
            wrong.attributes.remove(name);
            assert!(event(&wrong).is_err(), "without {name}");
        }
        for body in [
            "",
            "{}",
            "[]",
            r#"{"message":{"messageId":"1","data":"*"},"subscription":"s"}"#,
            r#"{"message":{"messageId":"1","data":7},"subscription":"s"}"#,
            r#"{"message":{"data":""},"subscription":"s"}"#,
            r#"{"message":{"messageId":"","data":""},"subscription":"s"}"#,
            r#"{"message":{"messageId":"1","data":""}}"#,
            r#"{"message":{"messageId":"1","data":""},"subscription":""}"#,
        ] {
            assert!(
                matches!(pushed(body.as_bytes()), Err(Error::Invalid(_))),
                "{body}"
            );
        }
    }
}
