//! A disk that breaks or fills up at each write in turn: every answer is true, nothing is damaged, and
//! the services go on by themselves.

use futures::future::join_all;
use http::{Method, StatusCode};
use tests::{
    faults::{Failure, Fault, Lasts, Promise, Shop, Which, entry},
    ledger::are_sound,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ledger");
/// More writes than anything here makes.
const ENDLESS: u64 = 2000;
const FAILURES: [Failure; 2] = [Failure::Broken, Failure::Full];

/// All writes from the commit over relay and log to the reader's commit.
#[tokio::test]
async fn each_write_of_a_request_and_of_its_effect_may_fail_once() {
    // Several shops, since each mostly waits for a retry.
    let lanes = FAILURES
        .iter()
        .flat_map(|failure| [0, 1, 2].map(|first| (*failure, first)));
    join_all(lanes.map(|(failure, first)| async move {
        let shop = Shop::open(PROGRAM).await;
        for after in (first..ENDLESS).step_by(3) {
            let (fault, new) = (once(failure, after), entry(after));
            let promise = shop.asks(&new, &fault).await;
            shop.keeps(&promise, &new, &fault).await;
            let entry = shop.repeats(&new).await;
            shop.is_told_once(&entry, &fault).await;
            are_sound(shop.folder.path());
            if shop.disk.mends().hits == 0 {
                return shop.closes().await;
            }
        }
        panic!("no end of writes");
    }))
    .await;
}

#[tokio::test]
async fn services_go_on_when_a_disk_that_failed_at_any_write_is_mended() {
    join_all(FAILURES.map(|failure| async move {
        let shop = Shop::open(PROGRAM).await;
        for after in 0..ENDLESS {
            let (fault, new) = (lasting(failure, after), entry(after));
            let promise = shop.asks(&new, &fault).await;
            let hits = shop.disk.mends().hits;
            shop.keeps(&promise, &new, &fault).await;
            let entry = shop.repeats(&new).await;
            shop.is_told_once(&entry, &fault).await;
            if hits == 0 {
                return shop.closes().await;
            }
        }
        panic!("no end of writes");
    }))
    .await;
}

#[tokio::test]
async fn a_refusal_holds_when_the_process_dies_on_the_failing_disk() {
    join_all(FAILURES.map(|failure| async move {
        let mut shop = Shop::open(PROGRAM).await;
        for after in 0..ENDLESS {
            let (fault, new) = (lasting(failure, after), entry(after));
            let promise = shop.asks(&new, &fault).await;
            let hits = shop.dies().await;
            shop.keeps(&promise, &new, &fault).await;
            shop.repeats(&new).await;
            if hits == 0 {
                return shop.closes().await;
            }
        }
        panic!("no end of writes");
    }))
    .await;
}

/// On an empty folder, so that every table and index is made anew.
#[tokio::test]
async fn services_start_after_any_write_of_their_first_start_failed() {
    join_all(
        [once(Failure::Broken, 0), lasting(Failure::Full, 0)].map(|fault| async move {
            for after in 0..ENDLESS {
                if !Shop::opens_under(PROGRAM, &Fault { after, ..fault }).await {
                    return;
                }
            }
            panic!("no end of writes");
        }),
    )
    .await;
}

#[tokio::test]
async fn nothing_is_acknowledged_that_could_not_be_made_to_last() {
    let shop = Shop::open(PROGRAM).await;
    let fault = Fault {
        which: Which::Syncs,
        ..lasting(Failure::Broken, 0)
    };
    for request in 0..3 {
        let promise = shop.asks(&entry(request), &fault).await;
        assert!(
            !matches!(promise, Promise::Done(_)),
            "acknowledged without a sync"
        );
    }
    assert!(shop.disk.mends().hits > 0);
    for request in 0..3 {
        shop.repeats(&entry(request)).await;
    }
    shop.closes().await;
}

#[tokio::test]
async fn an_object_is_the_old_or_the_new_one_whichever_write_fails() {
    const OBJECT: &str = "/objects/photo";
    join_all(faults().map(|fault| async move {
        let shop = Shop::open(PROGRAM).await;
        let mut old = "the first".repeat(20_000);
        shop.sends(Method::PUT, OBJECT, &old).await;
        for after in 0..ENDLESS {
            let (fault, new) = (Fault { after, ..fault }, format!("{after}").repeat(50_000));
            shop.disk.breaks(fault);
            let (status, body) = shop.sends(Method::PUT, OBJECT, &new).await;
            let hits = shop.disk.mends().hits;
            let (_, stored) = shop.sends(Method::GET, OBJECT, "").await;
            let (is_old, is_new) = (stored == old, stored == new);
            if status == StatusCode::CREATED {
                assert!(is_new, "{fault:?}: acknowledged, and not there");
            } else if fault.explains(status, &body) {
                assert!(is_old, "{fault:?}: refused, and changed");
            }
            assert!(is_old || is_new, "{fault:?}: neither the old one nor the new one");
            let (status, body) = shop.sends(Method::PUT, OBJECT, &new).await;
            assert_eq!(
                status,
                StatusCode::CREATED,
                "{fault:?}: it does not go on: {body}"
            );
            let drafts = shop.folder.path().join("data/objects/ledger/.drafts");
            let left = std::fs::read_dir(drafts).unwrap().count();
            assert_eq!(left, 0, "{fault:?}: half an object is left");
            old = new;
            if hits == 0 {
                return shop.closes().await;
            }
        }
        panic!("no end of writes");
    }))
    .await;
}

#[tokio::test]
async fn a_key_that_was_shown_is_kept_whichever_write_fails() {
    join_all(faults().map(|fault| async move {
        let mut shop = Shop::open(PROGRAM).await;
        for after in 0..ENDLESS {
            let (fault, path) = (Fault { after, ..fault }, format!("/keys/{after}"));
            shop.disk.breaks(fault);
            let (status, shown) = shop.sends(Method::POST, &path, "").await;
            let hits = shop.dies().await;
            let (kept_status, kept) = shop.sends(Method::POST, &path, "").await;
            assert_eq!(
                kept_status,
                StatusCode::OK,
                "{fault:?}: it does not go on: {kept}"
            );
            if status == StatusCode::OK {
                assert_eq!(shown, kept, "{fault:?}");
            } else {
                fault.explains(status, &shown);
            }
            if hits == 0 {
                return shop.closes().await;
            }
        }
        panic!("no end of writes");
    }))
    .await;
}

/// Every failure, once and lasting.
fn faults() -> impl Iterator<Item = Fault> {
    let each = FAILURES.into_iter();
    each.flat_map(|failure| [once(failure, 0), lasting(failure, 0)])
}

fn once(failure: Failure, after: u64) -> Fault {
    Fault {
        failure,
        after,
        lasts: Lasts::Once,
        which: Which::Changes,
    }
}

fn lasting(failure: Failure, after: u64) -> Fault {
    Fault {
        lasts: Lasts::UntilMended,
        ..once(failure, after)
    }
}
