use serde_json::{Value, json};
use shared_models::events::ProductUpdated;

use crate::shop::{Asked, Shop, bowl};

#[tokio::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let fields =
        json!({ "title": { "en": "Bowl", "hi": "कटोरा" }, "weight_grams": 400, "cultural_origin": "Jaipur" });
    let listed = shop.lists(&artisan, fields).await;
    let patch = json!({
        "title": { "ta": "கிண்ணம்", "hi": null }, "price": 1600, "weight_grams": null,
        "dimensions": { "height": 9, "length": null },
    });

    let answer = shop.patch(&artisan, &listed.path(), &patch).answer().await;

    let edited = answer.expect(200);
    let mut expected = listed.body.clone();
    expected["title"] = json!({ "en": "Bowl", "ta": "கிண்ணம்" });
    expected["price"] = json!(1600);
    expected["weight_grams"] = Value::Null;
    expected["dimensions"] = json!({ "length": null, "width": 20.0, "height": 9.0, "unit": "cm" });
    expected["updated_at"] = edited["updated_at"].clone();
    assert_eq!(edited, expected);
    assert_ne!(edited["updated_at"], listed.body["updated_at"]);
    assert_ne!(answer.header("etag"), listed.tag);
    assert_eq!(shop.shows(&artisan, &listed).await.expect(200), expected);
}

#[tokio::test]
async fn a_patch_may_come_as_merge_patch() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    for kind in ["application/merge-patch+json", "application/json"] {
        let patch = shop
            .0
            .patch(&listed.path())
            .bearer_auth(&artisan.token)
            .header("content-type", kind);
        let edited = patch.body(json!({ "region": kind }).to_string()).answer().await;
        assert_eq!(edited.expect(200)["region"], kind);
    }
}

#[tokio::test]
async fn plain_text_replaces_all_languages() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop
        .lists(&artisan, json!({ "title": { "en": "Bowl", "hi": "कटोरा" } }))
        .await;
    let edited = shop
        .patch(&artisan, &listed.path(), &json!({ "title": "Large bowl" }))
        .answer()
        .await;
    assert_eq!(edited.expect(200)["title"], json!({ "en": "Large bowl" }));
}

#[tokio::test]
async fn replacing_takes_away_what_is_left_out() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let fields = json!({ "status": "draft", "weight_grams": 400, "costs": { "overhead": 4 } });
    let listed = shop.lists(&artisan, fields).await;

    let replaced = shop
        .put(&artisan, &listed.path(), &bowl(json!({ "region": null })))
        .answer()
        .await
        .expect(200);

    assert_eq!(replaced["region"], Value::Null);
    assert_eq!(replaced["weight_grams"], Value::Null);
    assert_eq!(replaced["costs"], Value::Null);
    assert_eq!(replaced["status"], "draft"); // never published by accident
    let incomplete = shop
        .put(&artisan, &listed.path(), &bowl(json!({ "price": null })))
        .answer()
        .await;
    incomplete.refuses_field("/price");
}

#[tokio::test]
async fn a_stale_edit_is_refused_and_changes_nothing() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    let path = listed.path();
    let held = |request: reqwest::RequestBuilder| request.header("if-match", &listed.tag).answer();
    held(shop.patch(&artisan, &path, &json!({ "price": 1600 })))
        .await
        .expect(200);

    let refusals = [
        held(shop.patch(&artisan, &path, &json!({ "price": 1700 }))).await,
        held(shop.put(&artisan, &path, &bowl(json!({ "price": 1700 })))).await,
        held(shop.delete(&artisan, &path)).await,
    ];

    for refused in refusals {
        refused.refused(412, "stale");
    }
    assert_eq!(shop.sees(&listed).await.expect(200)["price"], 1600);
    let broken = shop
        .patch(&artisan, &path, &json!({}))
        .header("if-match", "3")
        .answer()
        .await;
    assert_eq!(broken.refused(400, "malformed"), "If-Match");
    let any = shop
        .patch(&artisan, &path, &json!({ "price": 1700 }))
        .header("if-match", "*")
        .answer()
        .await;
    any.expect(200);
}

#[tokio::test]
async fn what_machines_and_others_do_never_spoils_an_edit() {
    let shop = Shop::open().await;
    let (artisan, buyer, admin) = (shop.artisan().await, shop.buyer().await, shop.admin().await);
    let listed = shop.lists(&artisan, json!({})).await;
    let path = listed.path();
    let none = json!({ "quantity": 0 });
    shop.put(&artisan, &format!("{path}/inventory"), &none)
        .answer()
        .await
        .expect(200);
    shop.put(&buyer, &format!("{path}/like"), &json!({}))
        .answer()
        .await
        .expect(200);
    let reason = json!({ "reason": "checked" });
    shop.put(&admin, &format!("{path}/suspension"), &reason)
        .answer()
        .await
        .expect(200);

    let edit = shop
        .patch(&artisan, &path, &json!({ "price": 1 }))
        .header("if-match", &listed.tag);

    assert_eq!(edit.answer().await.expect(200)["price"], 1);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_keeps_the_tag_and_tells_nobody() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    let path = listed.path();
    let mut told = shop.hears().await;

    for same in [
        shop.patch(&artisan, &path, &json!({})),
        shop.patch(
            &artisan,
            &path,
            &json!({ "title": " Blue bowl", "price": 1499.50, "region": "Rajasthan" }),
        ),
        shop.put(&artisan, &path, &bowl(json!({ "currency": "INR" }))),
    ] {
        let answer = same.answer().await;
        assert_eq!(answer.expect(200), listed.body);
        assert_eq!(answer.header("etag"), listed.tag);
    }
    shop.patch(&artisan, &path, &json!({ "price": 5, "title": "Bowl" }))
        .answer()
        .await
        .expect(200);

    let updated: ProductUpdated = told.next().await.body().unwrap();
    assert_eq!(updated.product_id.to_string(), listed.id);
    assert_eq!(updated.artisan_id, artisan.id);
    assert_eq!(updated.changed_fields, ["price", "title"]);
    assert_eq!(updated.status, "active");
}

#[tokio::test]
async fn what_the_owner_may_not_edit_is_refused_by_name() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    let path = listed.path();
    for (field, value) in [
        ("id", json!(listed.id)),
        ("artisan_id", json!(artisan.id)),
        ("created_at", listed.body["created_at"].clone()),
        ("updated_at", listed.body["updated_at"].clone()),
        ("status", json!("deleted")),
        ("status", json!("suspended")),
        ("status", json!("sold_out")),
        ("status", Value::Null),
        ("available", json!(false)),
        ("quantity", json!(5)),
        ("ai_suggested_price", json!(1)),
        ("images", json!([])),
        ("revision", json!(9)),
        ("likes", Value::Null),
        ("owner", json!("me")),
    ] {
        let patched = shop
            .patch(&artisan, &path, &json!({ field: value }))
            .answer()
            .await;
        patched.refuses_field(&format!("/{field}"));
        if !value.is_null() {
            let put = shop
                .put(&artisan, &path, &bowl(json!({ field: value })))
                .answer()
                .await;
            put.refuses_field(&format!("/{field}"));
        }
    }
    assert_eq!(shop.shows(&artisan, &listed).await.header("etag"), listed.tag);
}

#[tokio::test]
async fn the_limits_hold_for_what_a_patch_leads_to() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop
        .lists(&artisan, json!({ "costs": { "overhead": 0.5 } }))
        .await;
    for (pointer, patch) in [
        ("/title", json!({ "title": { "en": null } })),
        ("/title", json!({ "title": null })),
        ("/title", json!({ "title": { "hi": "a\u{1}" } })),
        ("/price", json!({ "price": -1 })),
        ("/price", json!({ "price": null })),
        ("/price", json!({ "currency": "JPY" })),
        ("/category", json!({ "category": "A B" })),
        ("/materials", json!({ "materials": vec!["clay"; 51] })),
        ("/materials", json!({ "materials": null })),
        ("/dimensions", json!({ "dimensions": null })),
        ("/dimensions/width", json!({ "dimensions": { "width": -1 } })),
        ("/dimensions/depth", json!({ "dimensions": { "depth": 1 } })),
        ("/weight_grams", json!({ "weight_grams": 0 })),
        ("/costs/overhead", json!({ "costs": { "overhead": -1 } })),
        ("/costs/wage", json!({ "costs": { "wage": null } })),
        ("/costs/overhead", json!({ "price": 1, "currency": "JPY" })),
    ] {
        let answer = shop.patch(&artisan, &listed.path(), &patch).answer().await;
        answer.refuses_field(pointer);
    }
    assert_eq!(shop.shows(&artisan, &listed).await.expect(200), listed.body);
}

#[tokio::test]
async fn costs_merge_and_can_be_taken_away() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let costs = json!({ "material_costs": [{ "name": "Clay", "amount": 10 }], "labor_hours": 3 });
    let listed = shop.lists(&artisan, json!({ "costs": costs })).await;
    let patch = |body: Value| {
        let request = shop.patch(&artisan, &listed.path(), &body);
        async move { request.answer().await.expect(200)["costs"].clone() }
    };
    let merged =
        json!({ "material_costs": [{ "name": "Clay", "amount": 10 }], "labor_hours": null, "overhead": 2 });
    assert_eq!(
        patch(json!({ "costs": { "labor_hours": null, "overhead": 2 } })).await,
        merged
    );
    assert_eq!(patch(json!({ "costs": null })).await, Value::Null);
}

#[tokio::test]
async fn others_can_change_nothing() {
    let shop = Shop::open().await;
    let (artisan, other, buyer) = (shop.artisan().await, shop.artisan().await, shop.buyer().await);
    let seen = shop.lists(&artisan, json!({})).await;
    let hidden = shop.lists(&artisan, json!({ "status": "draft" })).await;
    for (listed, status, code) in [(&seen, 403, "not_owner"), (&hidden, 404, "not_found")] {
        let path = listed.path();
        let inventory = format!("{path}/inventory");
        for attempt in [
            shop.patch(&other, &path, &json!({ "price": 1 })),
            shop.put(&other, &path, &bowl(json!({ "price": 1 }))),
            shop.delete(&other, &path),
            shop.get(&inventory).bearer_auth(&other.token),
            shop.put(&other, &inventory, &json!({ "quantity": 9 })),
        ] {
            attempt.answer().await.refused(status, code);
        }
        for attempt in [
            shop.patch(&buyer, &path, &json!({ "price": 1 })),
            shop.put(&buyer, &inventory, &json!({ "quantity": 9 })),
        ] {
            attempt.answer().await.refused(403, "wrong_role");
        }
        shop.0
            .patch(&path)
            .json(&json!({}))
            .answer()
            .await
            .refused(401, "unauthenticated");
        assert_eq!(shop.shows(&artisan, listed).await.expect(200), listed.body);
    }
}

#[tokio::test]
async fn publishing_a_draft_shows_it_and_taking_it_back_hides_it() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({ "status": "draft" })).await;
    for (status, seen) in [("active", 200), ("draft", 404)] {
        let patch = json!({ "status": status });
        let answer = shop.patch(&artisan, &listed.path(), &patch).answer().await;
        assert_eq!(answer.expect(200)["status"], status);
        assert_eq!(shop.sees(&listed).await.status, seen);
        assert_eq!(shop.ids("").await.len(), usize::from(seen == 200));
    }
}

#[tokio::test]
async fn edits_of_different_fields_at_the_same_time_are_all_kept() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    let patches = [
        json!({ "price": 1 }),
        json!({ "region": "Bihar" }),
        json!({ "weight_grams": 7 }),
        json!({ "title": { "hi": "कटोरा" } }),
        json!({ "dimensions": { "height": 1 } }),
        json!({ "production_time": "a week" }),
    ];

    let edits = patches
        .iter()
        .map(|patch| shop.patch(&artisan, &listed.path(), patch).answer());
    for edit in futures::future::join_all(edits).await {
        edit.expect(200);
    }

    let product = shop.sees(&listed).await.expect(200);
    let seen = json!([
        product["price"],
        product["region"],
        product["weight_grams"],
        product["title"],
        product["dimensions"]["height"],
        product["production_time"],
    ]);
    let title = json!({ "en": "Blue bowl", "hi": "कटोरा" });
    assert_eq!(seen, json!([1, "Bihar", 7, title, 1.0, "a week"]));
}

#[tokio::test]
async fn of_edits_from_one_tag_one_wins() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    let edit = |price| {
        let patch = shop.patch(&artisan, &listed.path(), &json!({ "price": price }));
        patch.header("if-match", &listed.tag).answer()
    };
    let answers = futures::future::join_all((1..=8).map(edit)).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status.as_u16(), 200 | 412))
    );
    assert_eq!(
        shop.sees(&listed).await.expect(200)["price"],
        won[0].json()["price"]
    );
}
