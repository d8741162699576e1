//! Two processes on one folder: they share nothing but its files.

use futures::future::join_all;
use serde_json::json;
use service_kit::harness::{Harness, Person};

use crate::shop::{Answer, Asked, Listed, Shop, bowl};

impl Shop {
    async fn another(&self) -> Self {
        let setup = Harness::of(product::SERVICE).apart_from(&self.0);
        Self(setup.start().await)
    }

    /// Sells one piece over the counter: reads how many there are, and counts one less from that number.
    /// Begins anew when somebody else was faster; says whether there was a piece left.
    async fn sells(&self, artisan: &Person, listed: &Listed) -> bool {
        let path = format!("{}/inventory", listed.path());
        loop {
            let seen = self.get(&path).bearer_auth(&artisan.token).answer().await;
            let left = seen.expect(200)["quantity"].as_u64().unwrap();
            let Some(less) = left.checked_sub(1) else {
                return false;
            };
            let count = self.put(artisan, &path, &json!({ "quantity": less }));
            let counted = count.header("if-match", seen.header("etag")).answer().await;
            match counted.status.as_u16() {
                200 => return true,
                412 => {}
                _ => panic!("{}", counted.text),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_piece_is_sold_twice_by_two_processes() {
    let one = Shop::open().await;
    let other = one.another().await;
    let artisan = one.artisan().await;
    let listed = one.lists(&artisan, json!({ "quantity": 20 })).await;

    let sellers = (0..16).map(|seller| {
        let shop = if seller % 2 == 0 { &one } else { &other };
        let (artisan, listed) = (&artisan, &listed);
        async move {
            let mut sold = 0;
            for _ in 0..3 {
                sold += usize::from(shop.sells(artisan, listed).await);
            }
            sold
        }
    });

    assert_eq!(join_all(sellers).await.iter().sum::<usize>(), 20);
    for shop in [&one, &other] {
        let seen = shop.sees(&listed).await.expect(200);
        assert_eq!(
            (&seen["status"], &seen["available"]),
            (&json!("sold_out"), &json!(false))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_edits_of_two_processes_leave_a_listing_that_fits_its_stock() {
    let one = Shop::open().await;
    let other = one.another().await;
    let artisan = one.artisan().await;
    let listed = one.lists(&artisan, json!({})).await;
    let inventory = format!("{}/inventory", listed.path());

    let work = (0..24).map(|turn| {
        let shop = if turn % 2 == 0 { &one } else { &other };
        match turn % 3 {
            0 => shop.put(&artisan, &inventory, &json!({ "quantity": turn / 3 % 2 })),
            1 => shop.patch(
                &artisan,
                &listed.path(),
                &json!({ "status": if turn % 4 == 1 { "draft" } else { "active" } }),
            ),
            _ => shop.patch(&artisan, &listed.path(), &json!({ "price": turn })),
        }
        .answer()
    });
    for answer in join_all(work).await {
        answer.expect(200);
    }
    one.patch(&artisan, &listed.path(), &json!({ "status": "active" }))
        .answer()
        .await
        .expect(200);

    let stock = one
        .get(&inventory)
        .bearer_auth(&artisan.token)
        .answer()
        .await
        .expect(200);
    let expected = if stock["quantity"] == 0 {
        "sold_out"
    } else {
        "active"
    };
    assert_eq!(other.sees(&listed).await.expect(200)["status"], expected);
    assert_eq!(other.ids("").await.len(), usize::from(expected == "active"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_reaches_both_processes_has_one_effect() {
    let one = Shop::open().await;
    let other = one.another().await;
    let artisan = one.artisan().await;
    let body = bowl(json!({}));
    let send = |turn: usize| {
        let shop = if turn.is_multiple_of(2) { &one } else { &other };
        shop.post(&artisan, "/products", &body)
            .header("idempotency-key", "k")
            .answer()
    };
    let answers: Vec<Answer> = join_all((0..8).map(send)).await;
    let first = answers[0].expect(201);
    assert!(answers.iter().all(|answer| answer.expect(201) == first));
    assert_eq!(other.ids("").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_is_seen_at_once_in_both_processes() {
    let one = Shop::open().await;
    let other = one.another().await;
    let (artisan, stranger) = (one.artisan().await, one.artisan().await);
    let listed = one.lists(&artisan, json!({})).await;
    for price in 1..=8 {
        let (writes, reads) = if price % 2 == 0 {
            (&one, &other)
        } else {
            (&other, &one)
        };
        for shop in [&one, &other] {
            shop.sees(&listed).await.expect(200);
            shop.get("/products").answer().await.expect(200);
        }
        let edit = writes.patch(&artisan, &listed.path(), &json!({ "price": price }));
        edit.answer().await.expect(200);
        for shop in [reads, writes] {
            assert_eq!(shop.sees(&listed).await.expect(200)["price"], price);
            let hers = shop
                .get(&listed.path())
                .bearer_auth(&stranger.token)
                .answer()
                .await;
            assert_eq!(hers.expect(200)["price"], price);
            let list = shop.get("/products").answer().await;
            assert_eq!(list.expect(200)[0]["price"], price);
        }
    }
    let hide = one.patch(&artisan, &listed.path(), &json!({ "status": "draft" }));
    hide.answer().await.expect(200);
    for shop in [&other, &one] {
        shop.sees(&listed).await.expect(404);
        assert_eq!(shop.get("/products").answer().await.json(), json!([]));
    }
}
