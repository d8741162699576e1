use serde_json::json;
use shared_models::events::ProductUpdated;

use crate::shop::{Asked, Shop, bowl};

#[tokio::test]
async fn a_deleted_listing_is_gone_for_its_owner_and_was_never_there_for_others() {
    let shop = Shop::open().await;
    let (artisan, other) = (shop.artisan().await, shop.artisan().await);
    let listed = shop.lists(&artisan, json!({})).await;
    let path = listed.path();

    let deleted = shop.delete(&artisan, &path).answer().await;

    assert_eq!(
        deleted.expect(200),
        json!({ "message": "Product deleted successfully" })
    );
    shop.shows(&artisan, &listed).await.refused(410, "gone");
    shop.shows(&other, &listed).await.refused(404, "not_found");
    shop.sees(&listed).await.refused(404, "not_found");
    assert!(shop.ids("").await.is_empty());
    let mine = shop
        .get("/products?artisan_id=me")
        .bearer_auth(&artisan.token)
        .answer()
        .await;
    assert_eq!(mine.expect(200), json!([]));

    shop.patch(&artisan, &path, &json!({ "price": 1 }))
        .answer()
        .await
        .refused(410, "gone");
    shop.put(&artisan, &path, &bowl(json!({})))
        .answer()
        .await
        .refused(410, "gone");
    shop.delete(&other, &path)
        .answer()
        .await
        .refused(404, "not_found");
    let taken = shop
        .post(&other, "/products", &bowl(json!({ "id": listed.id })))
        .answer()
        .await;
    taken.refused(409, "exists");
}

#[tokio::test]
async fn deleting_again_changes_nothing_and_tells_nobody() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let (first, second) = (
        shop.lists(&artisan, json!({})).await,
        shop.lists(&artisan, json!({})).await,
    );
    let mut told = shop.hears().await;
    for listed in [&first, &first, &second] {
        let delete = shop
            .delete(&artisan, &listed.path())
            .header("if-match", &listed.tag);
        delete.answer().await.expect(200);
    }
    let mut deleted = Vec::new();
    for _ in 0..2 {
        let updated: ProductUpdated = told.next().await.body().unwrap();
        assert_eq!(
            (updated.status.as_str(), updated.changed_fields.len()),
            ("deleted", 2)
        );
        deleted.push(updated.product_id.to_string());
    }
    deleted.sort();
    let mut expected = [first.id, second.id];
    expected.sort();
    assert_eq!(deleted, expected);
}
