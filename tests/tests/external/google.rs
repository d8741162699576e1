//! The google profile, on what stands in for Google: the journeys of the embedded profile, with two processes of every
//! service.

use std::{
    collections::BTreeSet,
    ops::{Deref, DerefMut},
    time::Duration,
};

use futures::future::join_all;
use serde_json::json;
use service_client::Service;
use shared_models::product::Product;
use tests::{
    Artisan, a_bowl,
    cloud::Cluster,
    photos::{BRICKS, Form},
    reaches, readme, soon,
};
use tokio::sync::{Mutex, MutexGuard};

pub(crate) const PROGRAMS: [(Service, &str); 6] = [
    (Service::Gateway, env!("CARGO_BIN_EXE_gateway-alone")),
    (Service::Product, env!("CARGO_BIN_EXE_product-alone")),
    (Service::Ml, env!("CARGO_BIN_EXE_ml-alone")),
    (Service::Pricing, env!("CARGO_BIN_EXE_pricing-alone")),
    (Service::Media, env!("CARGO_BIN_EXE_media-alone")),
    (Service::Auth, env!("CARGO_BIN_EXE_auth-alone")),
];

/// One at a time: the emulator of Firestore looks through whole collections for every listener, and twelve processes listen.
static TURN: Mutex<()> = Mutex::const_new(());

/// Waits for the turn.
pub(crate) async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

/// What journeys call a fleet.
pub(crate) struct Fleet {
    cluster: Cluster,
    _turn: MutexGuard<'static, ()>,
}

impl Fleet {
    pub(crate) async fn start() -> Self {
        let turn = turn().await;
        Self {
            cluster: Cluster::of(&PROGRAMS).await,
            _turn: turn,
        }
    }

    pub(crate) async fn stop(self) {
        self.cluster.stop().await;
    }
}

impl Deref for Fleet {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.cluster
    }
}

impl DerefMut for Fleet {
    fn deref_mut(&mut self) -> &mut Cluster {
        &mut self.cluster
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_readme_print_what_it_says() {
    let fleet = Fleet::start().await;
    let door = fleet.door().to_owned();
    let went = tokio::task::spawn_blocking(move || readme::journey(&door))
        .await
        .unwrap();
    assert_eq!(went, Ok(()));
    for service in [Service::Gateway, Service::Product] {
        let answered = fleet.answered(service).await;
        assert!(
            answered.iter().all(|count| *count > 0.0),
            "{service}: {answered:?}"
        );
    }
    assert_eq!(fleet.left_behind(), [""; 0], "nothing is kept on a disk");
    fleet.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_any_process_loses_nothing_and_doubles_nothing() {
    let mut fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    artisan.wants_an_hour(100).await;
    let mut listed: Vec<Product> = Vec::new();
    for (round, (victim, _)) in PROGRAMS.into_iter().cycle().take(2 * PROGRAMS.len()).enumerate() {
        let keys: Vec<String> = (0..3).map(|piece| format!("round-{round}-{piece}")).collect();
        let pieces = join_all(keys.iter().map(|key| lists(&artisan, key)));
        let moment = Duration::from_millis(31 * u64::try_from(round).unwrap());
        let blow = async {
            tokio::time::sleep(moment).await; // into the flow, a little later each time
            fleet.strikes(victim, round % 2);
            fleet.returns(victim, round % 2).await;
        };
        let (pieces, ()) = tokio::join!(pieces, blow);
        listed.extend(pieces);
    }

    let anyone = fleet.anyone();
    let mut waiting: Vec<&Product> = listed.iter().collect();
    reaches("pieces without what machines add", 0, async || {
        let piece = waiting.pop()?;
        let seen = anyone.get(&path(piece)).try_send().await;
        let seen = seen.ok().filter(|answer| answer.status == 200);
        if !seen.is_some_and(|answer| is_whole(&answer.json())) {
            waiting.push(piece);
        }
        u64::try_from(waiting.len()).ok()
    })
    .await;
    for piece in &listed {
        let whole: Product = anyone.get(&path(piece)).await.expect(200).json();
        assert_eq!((&whole.title, whole.price), (&piece.title, piece.price));
        anyone.follow(&whole.images[0]).await.expect(200);
    }
    let acknowledged: BTreeSet<_> = listed.iter().map(|piece| piece.id).collect();
    let kept = artisan.browses("artisan_id=me&limit=100").await;
    let ids: Vec<_> = kept.iter().map(|piece| piece.id).collect();
    assert_eq!(
        (ids.len(), ids.into_iter().collect()),
        (listed.len(), acknowledged)
    );
    fleet.stop().await;
}

fn path(piece: &Product) -> String {
    format!("/products/{}", piece.id)
}

/// Whether machines have added everything.
fn is_whole(piece: &Product) -> bool {
    piece.ai_analysis.is_some() && piece.ai_suggested_price.is_some()
}

/// Lists a piece with its photo in one request, which she repeats until it is answered.
async fn lists(artisan: &Artisan, key: &str) -> Product {
    let piece = a_bowl().with("title", json!(key)).made_in(6.0);
    let form = Form::between("a-boundary")
        .field("product", &serde_json::to_string(&piece).unwrap())
        .file("images", "bricks.jpg", BRICKS);
    let listed = soon("an answer", async || {
        let asked = artisan
            .sends("/products", form.clone())
            .once(key)
            .try_send()
            .await;
        asked.ok().filter(|answer| answer.status == 201)
    });
    listed.await.json()
}
