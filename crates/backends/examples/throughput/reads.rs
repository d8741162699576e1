use std::{sync::Arc, time::Duration};

use backends::documents::{Direction, Documents, Query};
use tempfile::TempDir;

use crate::{
    Work,
    commits::{creates, open},
    measure,
};

/// Documents to read among.
const TASKS: usize = 50;
const EACH: u64 = 1000;

fn gets(store: &Arc<dyn Documents>) -> Work {
    let store = store.clone();
    Arc::new(move |task, n| {
        let store = store.clone();
        let id = format!("r-{}-{}", task % TASKS, n.wrapping_mul(7919) % EACH);
        Box::pin(async move {
            assert!(store.get("listings", &id).await.unwrap().is_some());
        })
    })
}

fn pages(store: &Arc<dyn Documents>, query: &Query) -> Work {
    let (store, query) = (store.clone(), query.clone());
    Arc::new(move |_, _| {
        let (store, query) = (store.clone(), query.clone());
        Box::pin(async move {
            assert_eq!(store.query(&query).await.unwrap().len(), 20);
        })
    })
}

pub(crate) async fn run() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path(), Duration::ZERO);
    let create = creates(&store, "listings", "r");
    let filling = (0..TASKS).map(|task| {
        let create = create.clone();
        async move {
            for n in 0..EACH {
                create(task, n).await;
            }
        }
    });
    futures::future::join_all(filling).await;
    for tasks in [1, 8, 64] {
        measure("get one of 50,000", tasks, gets(&store)).await;
    }
    let newest = Query::all("listings")
        .equals("status", "active")
        .ordered("created_at", Direction::Descending)
        .limit(20);
    let mine = Query::all("listings")
        .equals("artisan_id", "artisan-7")
        .ordered("created_at", Direction::Descending)
        .limit(20);
    let hundredth = store.query(&mine.clone().offset(900)).await.unwrap();
    let deep = mine.clone().after(Some(mine.position_of(&hundredth[0])));
    for (name, query) in [
        ("first page of 20", newest),
        ("first page of 20 by owner", mine),
        ("deep page of 20 by owner", deep),
    ] {
        measure(name, 8, pages(&store, &query)).await;
    }
    measure("4 get while 4 commit", 8, gets_beside_commits(&store)).await;
}

/// Every other task writes.
fn gets_beside_commits(store: &Arc<dyn Documents>) -> Work {
    let (get, create) = (gets(store), creates(store, "listings", "beside"));
    Arc::new(move |task, n| {
        if task % 2 == 0 {
            get(task, n)
        } else {
            create(task, n)
        }
    })
}
