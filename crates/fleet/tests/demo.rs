//! What a developer sees after `cargo run -- demo`, and after asking for it again.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use std::{collections::BTreeMap, path::Path, time::Duration};

use fleet::{Fleet, Options, demo};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use service_client::Service;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_mins(1);
/// Listed by the demo under ids of its own.
const BOWL: &str = "0193466b-f000-7000-8000-00000000000c";

struct Visitor {
    http: Client,
    door: String,
}

impl Visitor {
    fn of(fleet: &Fleet) -> Self {
        Self {
            http: Client::builder().no_proxy().no_gzip().build().unwrap(),
            door: fleet
                .url(Service::Gateway)
                .unwrap()
                .as_str()
                .trim_end_matches('/')
                .to_owned(),
        }
    }

    async fn get(&self, path: &str) -> Response {
        self.http
            .get(format!("{}{path}", self.door))
            .send()
            .await
            .unwrap()
    }

    async fn pieces(&self) -> Vec<Value> {
        self.get("/v1/products?limit=100").await.json().await.unwrap()
    }

    /// A token of somebody of the demo.
    async fn signs_in(&self, sign_in: &demo::SignIn) -> String {
        let login = json!({ "email": sign_in.email, "password": sign_in.password });
        let asked = self
            .http
            .post(format!("{}/v1/auth/login", self.door))
            .json(&login);
        let answer: Value = asked.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["user"]["role"], sign_in.who);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// What machines add to a piece comes by itself: what they see, descriptions, and a price that pays for the hours.
    async fn waits_for_the_machines(&self, id: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let piece: Value = self
                .get(&format!("/v1/products/{id}"))
                .await
                .json()
                .await
                .unwrap();
            let price = piece["ai_suggested_price"]["price"].as_f64();
            if price.is_some_and(|price| price > 0.0) && piece["ai_analysis"].is_object() {
                assert_eq!(piece["description"].as_object().unwrap().len(), 6, "{piece}");
                return;
            }
            assert!(Instant::now() < deadline, "{piece}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Photos are public once media has heard of their listing.
    async fn waits_for_a_photo(&self, link: &str) -> Response {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(link).await;
            if answer.status() == 200 {
                return answer;
            }
            assert!(Instant::now() < deadline, "{link}: {}", answer.status());
            sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn on(folder: &Path) -> Fleet {
    let options = Options {
        data_dir: Some(folder.to_owned()),
        ..Options::default()
    };
    Fleet::start_with(options).await.unwrap()
}

fn passwords(demo: &demo::Demo) -> BTreeMap<&str, &str> {
    demo.sign_ins
        .iter()
        .map(|sign_in| (sign_in.who, sign_in.password.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_lists_twelve_pieces_with_pictures_however_often_it_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let fleet = on(folder.path()).await;
    let first = demo::seed(&fleet).await.unwrap();
    assert_eq!(first.listed, 12);

    let visitor = Visitor::of(&fleet);
    let pieces = visitor.pieces().await;
    assert_eq!(pieces.len(), 12);
    for piece in &pieces {
        let links = piece["images"].as_array().unwrap();
        assert_eq!(links.len(), 1, "{piece}");
        let photo = visitor.waits_for_a_photo(links[0].as_str().unwrap()).await;
        assert_eq!(photo.headers()["content-type"], "image/jpeg");
        assert!(photo.bytes().await.unwrap().len() > 20_000);
        visitor
            .waits_for_the_machines(piece["id"].as_str().unwrap())
            .await;
    }
    for sign_in in &first.sign_ins {
        visitor.signs_in(sign_in).await;
    }
    assert_eq!(
        passwords(&first).keys().copied().collect::<Vec<_>>(),
        ["artisan", "buyer"]
    );

    let again = demo::seed(&fleet).await.unwrap();
    assert_eq!((again.listed, visitor.pieces().await.len()), (0, 12));
    fleet.stop().await.unwrap();

    let restarted = on(folder.path()).await;
    let visitor = Visitor::of(&restarted);
    let artisan = visitor.signs_in(&first.sign_ins[0]).await;
    let bowl = format!("{}/v1/products/{BOWL}", visitor.door);
    let deleted = visitor
        .http
        .delete(bowl)
        .bearer_auth(artisan)
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.status(), 200);
    let later = demo::seed(&restarted).await.unwrap();
    assert_eq!(passwords(&later), passwords(&first));
    assert_eq!(
        (later.listed, visitor.pieces().await.len()),
        (0, 11),
        "what was deleted stays so"
    );
    restarted.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_where_somebody_else_has_the_demos_address_is_refused() {
    let fleet = Fleet::start().await.unwrap();
    let visitor = Visitor::of(&fleet);
    let account = json!({ "email": "asha@demo.example", "password": "indigo-kiln-monsoon-42",
        "display_name": "Another Asha", "role": "artisan" });
    let signed_up = visitor
        .http
        .post(format!("{}/v1/auth/signup", visitor.door))
        .json(&account);
    assert_eq!(signed_up.send().await.unwrap().status(), 201);

    let refused = demo::seed(&fleet).await.unwrap_err().to_string();

    assert!(
        refused.contains("asha@demo.example") && refused.contains("CRAFTCHAIN_DATA_DIR"),
        "{refused}"
    );
    assert_eq!(visitor.pieces().await, Vec::<Value>::new());
    fleet.stop().await.unwrap();
}
