//! Kill -9 at any moment: what was acknowledged is there, its event has its effect once, a repeated
//! request gets the first answer, and the files open in a blink.

use tests::{
    crash::{Asked, Client, Rounds, Stage, all_are_told},
    faults::Folder,
    ledger::{Books, Entry, NewEntry, Start, are_sound},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ledger");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_happens_twice_whenever_the_services_are_killed() {
    let mut rounds = Rounds::read().unwrap();
    let mut stage = Stage::set(PROGRAM, &rounds);

    while let Some(blow) = rounds.next_blow() {
        stage.round(blow).await;
    }
    let (folder, journal) = stage.settles().await;

    println!("{}", journal.summary());
    assert!(journal.len() > 500, "too few to say anything");
    are_sound(folder.path());
    let book = Books::open(folder.path()).await.read().await;
    book.adds_up();
    journal.is_kept_by(&book);
}

#[tokio::test]
async fn an_answer_lost_between_commit_and_answer_is_given_to_who_asks_again() {
    let folder = Folder::new();
    let start = Start::of(PROGRAM, folder.path());
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
    let book = Books::open(folder.path()).await.read().await;
    book.adds_up();
    assert_eq!(book.entries, [committed]);
}
