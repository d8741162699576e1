use tests::{
    crash::{Asked, Client, Rounds, Stage, all_are_told},
    ledger::{Books, Entry, NewEntry, Start},
};

use super::{CAST, FEW, Ground, ROUNDS};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ledger");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_happens_twice_whenever_the_services_are_killed() {
    let ground = Ground::prepare().await;
    let mut rounds = Rounds::read(ROUNDS).unwrap();
    let mut stage = Stage::set(PROGRAM, &ground.footing, CAST, &rounds).await;

    while let Some(blow) = rounds.next_blow() {
        stage.round(blow).await;
    }
    let ended = stage.settles().await;

    println!("{}", ended.journal.summary());
    assert!(ended.journal.len() > FEW, "too few to say anything");
    ground.is_well_after(ended.openings);
    let book = Books::open(&ground.footing).await.read().await;
    book.adds_up();
    ended.journal.is_kept_by(&book);
}

#[tokio::test]
async fn an_answer_lost_between_commit_and_answer_is_given_to_who_asks_again() {
    let ground = Ground::prepare().await;
    let start = Start::of(PROGRAM, &ground.footing);
    let client = Client::default();
    let new = NewEntry {
        request: 1,
        note: "once".into(),
    };

    let mut first = start.ready(&["ledger", "reader"]).await;
    let ledger = first.member("ledger").address;
    let (asked, held) = tokio::join!(client.writes_held(ledger, &new), async {
        let said = first.hears().await.expect("it commits");
        first.kill().await;
        said
    });
    assert!(matches!(asked, Asked::Lost), "{asked:?}");
    let committed: Entry = serde_json::from_str(held.strip_prefix("held ").unwrap()).unwrap();

    let second = start.ready(&["ledger", "reader"]).await;
    for _ in 0..3 {
        let again = client.writes(second.member("ledger").address, &new).await;
        assert!(
            matches!(&again, Asked::Acknowledged(entry) if *entry == committed),
            "{again:?}"
        );
    }
    all_are_told(&client, &second, &second).await;
    assert!(second.ends().await, "{}", start.told());
    let book = Books::open(&ground.footing).await.read().await;
    book.adds_up();
    assert_eq!(book.entries, [committed]);
}
