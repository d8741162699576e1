//! From a listing to what machines add to it: an analysis, descriptions in six languages, and a price.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use service_client::Service;
use shared_models::{product::Product, text::Language};
use tests::{Answer, Apart, Artisan, Fleet, Listed, Piece, a_bowl, rupees, soon};

const PROGRAMS: [(Service, &str); 3] = [
    (Service::Product, env!("CARGO_BIN_EXE_product-alone")),
    (Service::Ml, env!("CARGO_BIN_EXE_ml-alone")),
    (Service::Pricing, env!("CARGO_BIN_EXE_pricing-alone")),
];

/// Forty rupees of clay, ten of overhead, and six hours of an artisan who wants a hundred for each.
fn six_hours() -> Piece {
    a_bowl().made_in(6.0)
}

async fn at_work(fleet: &Fleet) -> Artisan {
    let artisan = fleet.artisan().await;
    artisan.wants_an_hour(100).await;
    artisan
}

fn is_whole(product: &Product) -> bool {
    product.ai_analysis.is_some() && product.ai_suggested_price.is_some()
}

async fn becomes_whole(artisan: &Artisan, listed: &Listed) -> Listed {
    soon("an analysis and a price", async || {
        let seen = artisan.reads(listed).await;
        is_whole(&seen.product).then_some(seen)
    })
    .await
}

#[tokio::test]
async fn a_listing_is_answered_at_once_and_its_parts_follow() {
    let fleet = Fleet::start().await;
    let artisan = at_work(&fleet).await;
    let words = json!({ "hi": "हाथ से बना कटोरा" });
    let bowl = artisan.lists(six_hours().with("description", words)).await;
    assert!(!is_whole(&bowl.product), "nothing is waited for");

    let whole = becomes_whole(&artisan, &bowl).await;
    let product = &whole.product;
    assert!(
        Language::ALL
            .iter()
            .all(|language| !product.description.0[language].is_empty())
    );
    assert_eq!(product.description.0[&Language::Hi], "हाथ से बना कटोरा");
    assert_eq!(product.machine_written.len(), 5);
    assert!(!product.machine_written.contains(&Language::Hi));
    let price = product.ai_suggested_price.clone().expect("a price");
    assert_eq!(price.price_range.expect("a range").minimum, rupees("650"));
    assert!(price.price >= Some(rupees("650")));

    assert_ne!(whole.tag, bowl.tag);
    artisan.edits(&bowl, json!({ "price": 900 })).await.expect_ok();
    let seen = fleet.anyone().sees(&bowl).await;
    let public = seen.ai_suggested_price.expect("a price");
    assert_eq!(public.price_range, None, "what the piece costs is hers to know");
}

#[tokio::test]
async fn what_machines_add_is_there_within_two_seconds() {
    let fleet = Fleet::start().await;
    let artisan = at_work(&fleet).await;
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let bowl = artisan.lists(six_hours()).await;
        becomes_whole(&artisan, &bowl).await;
        times.push(begun.elapsed());
    }
    times.sort();
    // The middle one: while the machine does something else for a moment, one may take longer.
    assert!(times[2] < Duration::from_secs(2), "{times:?}");
}

#[tokio::test]
async fn who_prefers_to_wait_gets_the_listing_whole() {
    let fleet = Fleet::start().await;
    let artisan = at_work(&fleet).await;
    let asked = artisan.post("/products", six_hours()).header("Prefer", "wait=20");
    let answer = asked.await.expect(201);
    assert_eq!(answer.header("preference-applied"), Some("wait=20"));
    let product: Product = answer.json();
    assert!(is_whole(&product), "{product:?}");
    let path = format!("/products/{}", product.id);
    assert_eq!(artisan.get(&path).await.expect(200).tag(), answer.tag());
}

#[tokio::test]
async fn an_edit_of_her_costs_is_a_new_price() {
    let fleet = Fleet::start().await;
    let artisan = at_work(&fleet).await;
    let bowl = artisan.lists(a_bowl()).await;
    let without = becomes_whole(&artisan, &bowl)
        .await
        .product
        .ai_suggested_price
        .expect("an answer");
    assert_eq!(
        (without.price, without.missing),
        (None, vec!["costs.labor_hours".to_owned()])
    );
    let costs = json!({ "costs": { "labor_hours": 6 } });
    artisan.patch(&bowl.path(), costs).await.expect_ok();
    soon("a price of the new version", async || {
        let seen = artisan.reads(&bowl).await.product;
        let price = seen
            .ai_suggested_price
            .filter(|price| price.listing_version == 2)?;
        price.price
    })
    .await;
}

#[tokio::test]
async fn while_a_service_is_down_listing_works_and_its_part_comes_when_it_returns() {
    let mut apart = Apart::with(Fleet::start().await, &PROGRAMS).await;
    let artisan = at_work(&apart.fleet).await;
    let shop = artisan.going_to(&apart.door(Service::Product));
    let sees = async |id: &str| -> Product { shop.get(&format!("/products/{id}")).await.expect(200).json() };
    for down in [Service::Ml, Service::Pricing] {
        apart.strikes(down);
        let listed: Product = shop.post("/products", six_hours()).await.expect(201).json();
        let id = listed.id.to_string();
        soon("the other part", async || {
            let seen = sees(&id).await;
            let (analysis, price) = (seen.ai_analysis.is_some(), seen.ai_suggested_price.is_some());
            (if down == Service::Ml { price } else { analysis }).then_some(())
        })
        .await;
        assert!(!is_whole(&sees(&id).await), "without {down}");
        apart.returns(down).await;
        soon("both parts", async || is_whole(&sees(&id).await).then_some(())).await;
    }
}

#[tokio::test]
async fn killing_any_of_the_three_loses_nothing_and_doubles_nothing() {
    let mut apart = Apart::with(Fleet::start().await, &PROGRAMS).await;
    let artisan = at_work(&apart.fleet).await;
    let shop = artisan.going_to(&apart.door(Service::Product));
    let lists = async |key: &str| -> Product {
        let listed = soon("an answer", async || {
            let asked = shop.post("/products", six_hours()).once(key).try_send().await;
            asked.ok().filter(|answer| answer.status == 201)
        });
        listed.await.json()
    };
    let victims = [Service::Product, Service::Ml, Service::Pricing];
    let mut listed: Vec<Product> = Vec::new();
    for (round, victim) in victims.into_iter().cycle().take(9).enumerate() {
        let keys: Vec<String> = (0..3).map(|piece| format!("round-{round}-{piece}")).collect();
        let moment = Duration::from_millis(7 * u64::try_from(round).expect("a small number"));
        let pieces = futures::future::join_all(keys.iter().map(|key| lists(key)));
        let blow = async {
            tokio::time::sleep(moment).await; // into the flow, a little later each time
            apart.strikes(victim);
            apart.returns(victim).await;
        };
        let (pieces, ()) = tokio::join!(pieces, blow);
        listed.extend(pieces);
    }

    for piece in &listed {
        soon("both parts", async || {
            let seen: Answer = shop.get(&format!("/products/{}", piece.id)).await;
            is_whole(&seen.expect(200).json()).then_some(())
        })
        .await;
    }
    let once: BTreeMap<String, u32> = listed.iter().map(|piece| (piece.id.to_string(), 1)).collect();
    for topic in ["product-created", "ml-analysis-completed", "price-suggested"] {
        assert_eq!(told(apart.fleet.data_dir(), topic), once, "{topic}");
    }
}

/// How often each listing was told of on a topic.
fn told(data: &Path, topic: &str) -> BTreeMap<String, u32> {
    let events = Connection::open_with_flags(data.join("events.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY);
    let events = events.expect("the event log");
    let mut counts = events
        .prepare("SELECT subject, count(*) FROM events WHERE topic = ?1 GROUP BY subject")
        .expect("a statement");
    let rows = counts.query_map([topic], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.expect("events").collect::<Result<_, _>>().expect("events")
}
