use serde_json::{Value, json};
use shared_models::events::ProductUpdated;

use crate::shop::{Asked, Listed, Shop, bowl};

fn suspension(listed: &Listed) -> String {
    format!("{}/suspension", listed.path())
}

#[tokio::test]
async fn a_suspended_listing_is_hidden_until_it_is_restored() {
    let shop = Shop::open().await;
    let (artisan, admin, buyer) = (shop.artisan().await, shop.admin().await, shop.buyer().await);
    let listed = shop.lists(&artisan, json!({})).await;
    let mut told = shop.hears().await;

    let order = json!({ "reason": "a machine made it" });
    let suspended = shop
        .put(&admin, &suspension(&listed), &order)
        .answer()
        .await
        .expect(200);
    assert_eq!(suspended["suspended"], true);
    assert_eq!(suspended["reason"], "a machine made it");
    let again = json!({ "reason": "another" });
    assert_eq!(
        shop.put(&admin, &suspension(&listed), &again)
            .answer()
            .await
            .expect(200),
        suspended
    );
    assert_eq!(
        shop.shows(&artisan, &listed).await.expect(200)["status"],
        "suspended"
    );
    assert_eq!(shop.shows(&admin, &listed).await.expect(200)["available"], false);
    shop.shows(&buyer, &listed).await.refused(404, "not_found");
    assert!(shop.ids("").await.is_empty());

    let restored = shop
        .delete(&admin, &suspension(&listed))
        .answer()
        .await
        .expect(200);
    let lifted = json!({ "product_id": listed.id, "suspended": false, "reason": null, "suspended_at": null });
    assert_eq!(restored, lifted);
    assert_eq!(
        shop.delete(&admin, &suspension(&listed))
            .answer()
            .await
            .expect(200),
        lifted
    );
    assert_eq!(shop.sees(&listed).await.expect(200)["status"], "active");

    for status in ["suspended", "active"] {
        let updated: ProductUpdated = told.next().await.body().unwrap();
        assert_eq!(updated.status, status);
        assert_eq!(updated.changed_fields, ["status", "available"]);
    }
    assert_eq!(shop.0.kit.audit.verify().await.unwrap(), Ok(2));
}

#[tokio::test]
async fn the_owner_cannot_activate_what_is_suspended_but_mend_it() {
    let shop = Shop::open().await;
    let (artisan, admin) = (shop.artisan().await, shop.admin().await);
    let listed = shop.lists(&artisan, json!({})).await;
    shop.put(&admin, &suspension(&listed), &json!({ "reason": "r" }))
        .answer()
        .await
        .expect(200);
    let path = listed.path();

    for attempt in [
        shop.patch(&artisan, &path, &json!({ "status": "active" })),
        shop.put(&artisan, &path, &bowl(json!({ "status": "active" }))),
    ] {
        assert_eq!(attempt.answer().await.refused(409, "suspended"), "/status");
    }
    let mended = shop
        .patch(&artisan, &path, &json!({ "title": "Honest bowl" }))
        .answer()
        .await;
    assert_eq!(mended.expect(200)["status"], "suspended");
    shop.patch(&artisan, &path, &json!({ "status": "draft" }))
        .answer()
        .await
        .expect(200);
    shop.delete(&admin, &suspension(&listed))
        .answer()
        .await
        .expect(200);
    assert_eq!(shop.shows(&artisan, &listed).await.expect(200)["status"], "draft");
}

#[tokio::test]
async fn only_admins_suspend() {
    let shop = Shop::open().await;
    let (artisan, buyer, admin) = (shop.artisan().await, shop.buyer().await, shop.admin().await);
    let listed = shop.lists(&artisan, json!({})).await;
    let path = suspension(&listed);
    let order = json!({ "reason": "r" });
    for by in [&artisan, &buyer] {
        shop.put(by, &path, &order)
            .answer()
            .await
            .refused(403, "wrong_role");
        shop.delete(by, &path).answer().await.refused(403, "wrong_role");
    }
    shop.0
        .put(&path)
        .json(&order)
        .answer()
        .await
        .refused(401, "unauthenticated");
    let bad: [(&str, Value); 4] = [
        ("/reason", json!({})),
        ("/reason", json!({ "reason": "" })),
        ("/reason", json!({ "reason": "x".repeat(501) })),
        ("/until", json!({ "reason": "r", "until": 1 })),
    ];
    for (pointer, body) in bad {
        shop.put(&admin, &path, &body)
            .answer()
            .await
            .refuses_field(pointer);
    }
    let unknown = "/products/018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77/suspension";
    shop.put(&admin, unknown, &order)
        .answer()
        .await
        .refused(404, "not_found");
    shop.delete(&artisan, &listed.path()).answer().await.expect(200);
    shop.put(&admin, &path, &order)
        .answer()
        .await
        .refused(404, "not_found");
}
