//! What the tests say in the words of the trade.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use backends::{
    documents::Query,
    events::{Event, Log, Outcome, Subscription, Topic},
};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
pub(crate) use service_kit::harness::{Answer, Asked};
use service_kit::harness::{Harness, Person};

/// The service under test.
pub(crate) struct Shop(pub(crate) Harness);

/// A listing as it was created.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) tag: String,
    pub(crate) body: Value,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self(Harness::start(product::SERVICE).await)
    }

    pub(crate) async fn artisan(&self) -> Person {
        self.0.artisan().await
    }

    pub(crate) async fn buyer(&self) -> Person {
        self.0.buyer().await
    }

    pub(crate) async fn admin(&self) -> Person {
        self.0.admin().await
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.0.get(path)
    }

    pub(crate) fn post(&self, by: &Person, path: &str, body: &Value) -> RequestBuilder {
        self.0.post(path).bearer_auth(&by.token).json(body)
    }

    pub(crate) fn put(&self, by: &Person, path: &str, body: &Value) -> RequestBuilder {
        self.0.put(path).bearer_auth(&by.token).json(body)
    }

    pub(crate) fn patch(&self, by: &Person, path: &str, body: &Value) -> RequestBuilder {
        self.0.patch(path).bearer_auth(&by.token).json(body)
    }

    pub(crate) fn delete(&self, by: &Person, path: &str) -> RequestBuilder {
        self.0.delete(path).bearer_auth(&by.token)
    }

    /// Lists a bowl with some fields of its own.
    pub(crate) async fn lists(&self, by: &Person, fields: Value) -> Listed {
        let answer = self.post(by, "/products", &bowl(fields)).answer().await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Listed {
            id: answer.json()["id"].as_str().unwrap().to_owned(),
            tag: answer.header("etag").to_owned(),
            body: answer.json(),
        }
    }

    /// What anybody sees.
    pub(crate) async fn sees(&self, listed: &Listed) -> Answer {
        self.get(&listed.path()).answer().await
    }

    /// What somebody sees.
    pub(crate) async fn shows(&self, to: &Person, listed: &Listed) -> Answer {
        self.get(&listed.path()).bearer_auth(&to.token).answer().await
    }

    /// Whether documents of these collections hold a text.
    pub(crate) async fn remembers(&self, text: &str, collections: &[&str]) -> bool {
        for collection in collections {
            let all = self
                .0
                .kit
                .backends
                .documents
                .query(&Query::all(collection))
                .await
                .unwrap();
            if all
                .iter()
                .any(|document| document.id.contains(text) || document.body.to_string().contains(text))
            {
                return true;
            }
        }
        false
    }

    /// The ids of one list.
    pub(crate) async fn ids(&self, query: &str) -> Vec<String> {
        let answer = self.get(&format!("/products{query}")).answer().await;
        ids_of(&answer.expect(200))
    }
}

impl Listed {
    pub(crate) fn path(&self) -> String {
        format!("/products/{}", self.id)
    }
}

/// A valid request, with some fields changed; null takes one away.
pub(crate) fn bowl(fields: Value) -> Value {
    let mut bowl = json!({
        "title": "Blue bowl",
        "description": "Thrown by hand,\nglazed with cobalt.",
        "category": "pottery",
        "subcategory": "blue-pottery",
        "price": 1499.5,
        "materials": ["Quartz", "Cobalt glaze"],
        "dimensions": { "length": 20, "width": 20, "height": 8.5, "unit": "cm" },
        "production_time": "5 days",
        "region": "Rajasthan",
    });
    let Value::Object(fields) = fields else {
        panic!("{fields} are no fields");
    };
    for (name, value) in fields {
        if value.is_null() {
            bowl.as_object_mut().unwrap().remove(&name);
        } else {
            bowl[name] = value;
        }
    }
    bowl
}

pub(crate) fn ids_of(list: &Value) -> Vec<String> {
    let listings = list.as_array().unwrap_or_else(|| panic!("{list} is no list"));
    let id = |listing: &Value| listing["id"].as_str().unwrap().to_owned();
    listings.iter().map(id).collect()
}

/// What is published about listings from now on.
pub(crate) struct Told {
    log: Log,
    waiting: VecDeque<Event>,
}

const TOLD: Subscription = Subscription::to("tests.told", &[Topic::ProductUpdated]);

impl Shop {
    /// Listens to what is told of changed listings.
    pub(crate) async fn hears(&self) -> Told {
        let log = self.0.kit.backends.events.clone();
        log.subscribe(&TOLD).await.unwrap();
        Told {
            log,
            waiting: VecDeque::new(),
        }
    }
}

impl Told {
    /// The next event, which comes soon.
    pub(crate) async fn next(&mut self) -> Event {
        let deadline = Instant::now() + PATIENCE;
        while self.waiting.is_empty() {
            assert!(Instant::now() < deadline, "nothing was told");
            for delivery in self.log.pull(&TOLD, 1, Duration::from_secs(1)).await.unwrap() {
                self.log.settle(&delivery, Outcome::Done).await.unwrap();
                self.waiting.push_back(delivery.event);
            }
        }
        self.waiting.pop_front().unwrap()
    }
}

/// How long something that must happen may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until it is so.
pub(crate) async fn soon(is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < deadline, "it did not happen in time");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
