use serde_json::{Value, json};
use shared_models::events::ProductUpdated;

use crate::shop::{Asked, Listed, Shop};

fn stock(listed: &Listed) -> String {
    format!("{}/inventory", listed.path())
}

#[tokio::test]
async fn the_owner_sees_and_counts_her_stock() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({ "quantity": 3 })).await;
    let read = || shop.get(&stock(&listed)).bearer_auth(&artisan.token).answer();

    let before = read().await;
    let updated = before.json()["updated_at"].clone();
    let inventory = json!({ "product_id": listed.id, "quantity": 3, "reserved": 0, "updated_at": updated });
    assert_eq!(before.expect(200), inventory);

    let counted = shop
        .put(&artisan, &stock(&listed), &json!({ "quantity": 7 }))
        .answer()
        .await;
    assert_eq!(counted.expect(200)["quantity"], 7);
    assert_eq!(read().await.header("etag"), counted.header("etag"));
    assert_eq!(read().await.expect(200)["quantity"], 7);
    shop.get(&stock(&listed))
        .answer()
        .await
        .refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_count_of_a_number_that_changed_is_refused() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({ "quantity": 3 })).await;
    let tag = shop
        .get(&stock(&listed))
        .bearer_auth(&artisan.token)
        .answer()
        .await;
    let tag = tag.header("etag").to_owned();
    let count = |quantity: u32| {
        let put = shop.put(&artisan, &stock(&listed), &json!({ "quantity": quantity }));
        put.header("if-match", &tag).answer()
    };
    count(2).await.expect(200);
    count(1).await.refused(412, "stale");
}

#[tokio::test]
async fn the_last_piece_takes_the_listing_off_the_list_and_the_next_brings_it_back() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({ "quantity": 2 })).await;
    let mut told = shop.hears().await;
    for (quantity, status, listings) in [
        (1, "active", 1),
        (0, "sold_out", 0),
        (0, "sold_out", 0),
        (4, "active", 1),
    ] {
        let count = json!({ "quantity": quantity });
        shop.put(&artisan, &stock(&listed), &count)
            .answer()
            .await
            .expect(200);
        let seen = shop.sees(&listed).await.expect(200);
        assert_eq!(seen["status"], status);
        assert_eq!(seen["available"], status == "active");
        assert_eq!(seen["updated_at"], listed.body["updated_at"]);
        assert_eq!(shop.ids("").await.len(), listings);
    }
    for status in ["sold_out", "active"] {
        let updated: ProductUpdated = told.next().await.body().unwrap();
        assert_eq!(updated.status, status);
        assert_eq!(updated.changed_fields, ["status", "available"]);
    }
}

#[tokio::test]
async fn a_draft_has_stock_but_nobody_is_told() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({ "status": "draft" })).await;
    let mut told = shop.hears().await;
    shop.put(&artisan, &stock(&listed), &json!({ "quantity": 0 }))
        .answer()
        .await
        .expect(200);
    shop.patch(&artisan, &listed.path(), &json!({ "status": "active" }))
        .answer()
        .await
        .expect(200);
    let updated: ProductUpdated = told.next().await.body().unwrap();
    assert_eq!(
        (updated.status.as_str(), updated.changed_fields),
        ("sold_out", vec!["status".to_owned()])
    );
}

#[tokio::test]
async fn what_is_no_count_is_refused() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    let rows: [(&str, Value); 7] = [
        ("/quantity", json!({ "quantity": -1 })),
        ("/quantity", json!({ "quantity": 1_000_001 })),
        ("/quantity", json!({ "quantity": 1.5 })),
        ("/quantity", json!({ "quantity": "1" })),
        ("/quantity", json!({})),
        ("/reserved", json!({ "quantity": 1, "reserved": 0 })),
        ("/change", json!({ "quantity": 1, "change": -1 })),
    ];
    for (pointer, body) in rows {
        shop.put(&artisan, &stock(&listed), &body)
            .answer()
            .await
            .refuses_field(pointer);
    }
}

#[tokio::test]
async fn the_stock_of_a_deleted_listing_is_gone() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    shop.delete(&artisan, &listed.path()).answer().await.expect(200);
    let count = json!({ "quantity": 1 });
    shop.put(&artisan, &stock(&listed), &count)
        .answer()
        .await
        .refused(410, "gone");
}
