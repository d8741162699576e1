use serde_json::{Value, json};

use crate::shop::{Asked, Shop, bowl};

#[tokio::test]
async fn a_new_listing_has_every_field_that_a_product_has() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;

    let answer = shop.post(&artisan, "/products", &bowl(json!({}))).answer().await;

    let product = answer.expect(201);
    let id = product["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("/v1/products/{id}"));
    let expected = json!({
        "id": id, "artisan_id": artisan.id, "title": { "en": "Blue bowl" },
        "description": { "en": "Thrown by hand,\nglazed with cobalt." },
        "category": "pottery", "subcategory": "blue-pottery", "price": 1499.5, "currency": "INR",
        "ai_suggested_price": null, "machine_written": [], "images": [], "media": [], "materials": ["Quartz", "Cobalt glaze"],
        "dimensions": { "length": 20.0, "width": 20.0, "height": 8.5, "unit": "cm" },
        "weight_grams": null, "production_time": "5 days", "region": "Rajasthan", "cultural_origin": null,
        "cultural_story": null, "ai_analysis": null, "provenance": null, "status": "active",
        "available": true, "costs": null,
        "created_at": product["created_at"], "updated_at": product["created_at"],
    });
    assert_eq!(product, expected);
    assert!(product["created_at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn the_client_may_choose_the_id_once() {
    let shop = Shop::open().await;
    let (artisan, other) = (shop.artisan().await, shop.artisan().await);
    let id = "6c1f0c8e-0f3a-4d53-9f06-3d5d7c1f7a11";
    let mine = bowl(json!({ "id": id }));
    assert_eq!(shop.lists(&artisan, json!({ "id": id })).await.id, id);

    for by in [&artisan, &other] {
        let refused = shop.post(by, "/products", &mine).answer().await;
        assert_eq!(refused.refused(409, "exists"), "/id");
    }
    assert_eq!(
        shop.get(&format!("/products/{id}")).answer().await.expect(200)["artisan_id"],
        json!(artisan.id)
    );
}

#[tokio::test]
async fn the_artisan_comes_from_the_token() {
    let shop = Shop::open().await;
    let (artisan, other, buyer) = (shop.artisan().await, shop.artisan().await, shop.buyer().await);
    let named = bowl(json!({ "artisan_id": artisan.id }));

    shop.post(&artisan, "/products", &named)
        .answer()
        .await
        .expect(201);
    shop.post(&other, "/products", &named)
        .answer()
        .await
        .refused(403, "not_owner");
    shop.post(&buyer, "/products", &bowl(json!({})))
        .answer()
        .await
        .refused(403, "wrong_role");
    let nobody = shop.0.post("/products").json(&bowl(json!({}))).answer().await;
    nobody.refused(401, "unauthenticated");
}

#[tokio::test]
async fn text_without_a_language_goes_by_its_script_while_auth_is_away() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;

    let fields = json!({ "title": "नीला कटोरा", "description": { "en": "Blue", "ta": "நீலம்" } });
    let listed = shop.lists(&artisan, fields).await;

    assert_eq!(listed.body["title"], json!({ "hi": "नीला कटोरा" }));
    assert_eq!(listed.body["description"], json!({ "en": "Blue", "ta": "நீலம்" }));
}

#[tokio::test]
async fn text_is_composed_and_trimmed() {
    let shop = Shop::open().await;
    let listed = shop
        .lists(&shop.artisan().await, json!({ "title": "  Cafe\u{301} bowl " }))
        .await;
    assert_eq!(listed.body["title"], json!({ "en": "Caf\u{e9} bowl" }));
}

#[tokio::test]
async fn without_a_piece_it_is_sold_out_from_the_start() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({ "quantity": 0 })).await;
    assert_eq!(listed.body["status"], "sold_out");
    assert_eq!(listed.body["available"], false);
    assert!(shop.ids("").await.is_empty());
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_leaves_nothing() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let long = |length| "x".repeat(length);
    let many = |item: Value, count| Value::from(vec![item; count]);
    let costs = |costs: Value| json!({ "costs": costs });
    let rows: Vec<(&str, Value)> = vec![
        ("/title", json!({ "title": "" })),
        ("/title", json!({ "title": "  " })),
        ("/title", json!({ "title": long(201) })),
        ("/title", json!({ "title": "a\u{0}b" })),
        ("/title", json!({ "title": "a\nb" })),
        ("/title", json!({ "title": "a\u{202e}b" })),
        ("/title", json!({ "title": {} })),
        ("/title", json!({ "title": { "en": null } })),
        ("/title", json!({ "title": { "en": "" } })),
        ("/title", json!({ "title": 7 })),
        ("/title", json!({ "title": ["Bowl"] })),
        ("/title", json!({ "title": { "fr": "Bol" } })),
        ("/title/en", json!({ "title": { "en": 7 } })),
        ("/description", json!({ "description": long(5_001) })),
        ("/description", json!({ "description": "a\u{7}" })),
        ("/category", json!({ "category": "Pottery!" })),
        ("/category", json!({ "category": "" })),
        ("/category", json!({ "category": long(65) })),
        ("/subcategory", json!({ "subcategory": "a b" })),
        ("/price", json!({ "price": -1 })),
        ("/price", json!({ "price": "12" })),
        ("/price", json!({ "price": 1.005 })),
        ("/price", json!({ "price": 1e13 })),
        ("/price", json!({ "price": 0.5, "currency": "JPY" })),
        ("/currency", json!({ "currency": "inr" })),
        ("/currency", json!({ "currency": "RUPEE" })),
        ("/materials", json!({ "materials": "clay" })),
        ("/materials", json!({ "materials": many(json!("clay"), 51) })),
        ("/materials/1", json!({ "materials": ["clay", ""] })),
        ("/materials/0", json!({ "materials": [long(101)] })),
        ("/dimensions/length", json!({ "dimensions": { "length": 0 } })),
        ("/dimensions/width", json!({ "dimensions": { "width": -1 } })),
        (
            "/dimensions/height",
            json!({ "dimensions": { "height": 100_001 } }),
        ),
        ("/dimensions/unit", json!({ "dimensions": { "unit": "mile" } })),
        ("/dimensions/depth", json!({ "dimensions": { "depth": 1 } })),
        ("/weight_grams", json!({ "weight_grams": 0 })),
        ("/weight_grams", json!({ "weight_grams": 10_000_001 })),
        ("/weight_grams", json!({ "weight_grams": 1.5 })),
        ("/production_time", json!({ "production_time": "" })),
        ("/production_time", json!({ "production_time": long(201) })),
        ("/region", json!({ "region": long(65) })),
        ("/region", json!({ "region": "" })),
        ("/cultural_origin", json!({ "cultural_origin": long(201) })),
        ("/costs/labor_hours", costs(json!({ "labor_hours": -1 }))),
        ("/costs/labor_hours", costs(json!({ "labor_hours": 10_001 }))),
        ("/costs/overhead", costs(json!({ "overhead": -0.01 }))),
        ("/costs/overhead", costs(json!({ "overhead": 0.001 }))),
        (
            "/costs/material_costs",
            costs(json!({ "material_costs": many(json!({ "name": "a", "amount": 1 }), 51) })),
        ),
        (
            "/costs/material_costs/0/amount",
            costs(json!({ "material_costs": [{ "name": "a" }] })),
        ),
        (
            "/costs/material_costs/0/amount",
            costs(json!({ "material_costs": [{ "name": "a", "amount": 0.001 }] })),
        ),
        (
            "/costs/material_costs/0/name",
            costs(json!({ "material_costs": [{ "name": "", "amount": 1 }] })),
        ),
        ("/costs/wage", costs(json!({ "wage": 1 }))),
        ("/quantity", json!({ "quantity": -1 })),
        ("/quantity", json!({ "quantity": 1_000_001 })),
        ("/quantity", json!({ "quantity": 1.5 })),
        ("/status", json!({ "status": "sold_out" })),
        ("/status", json!({ "status": "deleted" })),
        ("/id", json!({ "id": "1" })),
        ("/artisan_id", json!({ "artisan_id": "a7" })),
    ];
    for (pointer, fields) in rows {
        let answer = shop.post(&artisan, "/products", &bowl(fields)).answer().await;
        answer.refuses_field(pointer);
    }
    let mine = shop
        .get("/products?artisan_id=me")
        .bearer_auth(&artisan.token)
        .answer()
        .await;
    assert_eq!(mine.expect(200), json!([]));
}

#[tokio::test]
async fn what_every_listing_has_must_be_said() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    for field in [
        "title",
        "description",
        "category",
        "subcategory",
        "price",
        "materials",
        "dimensions",
        "production_time",
    ] {
        let answer = shop
            .post(&artisan, "/products", &bowl(json!({ field: null })))
            .answer()
            .await;
        answer.refuses_field(&format!("/{field}"));
    }
}

#[tokio::test]
async fn fields_that_are_not_the_callers_to_set_are_unknown() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    for field in [
        "ai_suggested_price",
        "ai_analysis",
        "images",
        "media",
        "cultural_story",
        "provenance",
        "available",
        "created_at",
        "updated_at",
        "deleted_at",
        "revision",
        "sequence",
        "reserved",
        "suspension",
        "withheld",
        "sold_out",
        "role",
        "is_admin",
        "index",
        "__proto__",
        "user_id",
        "owner",
    ] {
        let answer = shop
            .post(&artisan, "/products", &bowl(json!({ field: 1 })))
            .answer()
            .await;
        assert_eq!(answer.refused(422, "invalid"), format!("/{field}"));
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let send = |kind: &'static str, body: Vec<u8>| {
        shop.0
            .post("/products")
            .bearer_auth(&artisan.token)
            .header("content-type", kind)
            .body(body)
            .answer()
    };
    send("application/json", b"{".to_vec())
        .await
        .refused(400, "malformed");
    send("application/json", Vec::new())
        .await
        .refused(400, "malformed");
    send("application/json", b"{\"title\":\"\xff\"}".to_vec())
        .await
        .refused(400, "malformed");
    send("text/plain", b"{}".to_vec())
        .await
        .refused(415, "unsupported_media_type");
    send("application/json", b"[]".to_vec())
        .await
        .refused(422, "invalid");
    send("application/json", vec![b' '; (1 << 20) + 1])
        .await
        .refused(413, "too_large");
}

#[tokio::test]
async fn a_repeated_request_has_one_effect() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let send = |body: Value| {
        let request = shop.post(&artisan, "/products", &body);
        request.header("idempotency-key", "first-bowl").answer()
    };

    let first = send(bowl(json!({}))).await;
    let again = send(bowl(json!({}))).await;

    assert_eq!(again.expect(201), first.expect(201));
    for header in ["etag", "location"] {
        assert_eq!(again.header(header), first.header(header));
    }
    let other = send(bowl(json!({ "price": 1 }))).await;
    other.refused(422, "idempotency_key_reused");
    assert_eq!(shop.ids("").await.len(), 1);
}

#[tokio::test]
async fn a_repeated_request_with_its_own_id_gets_the_first_answer() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let body = bowl(json!({ "id": "018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77" }));
    let send = || {
        shop.post(&artisan, "/products", &body)
            .header("idempotency-key", "k")
            .answer()
    };
    let first = send().await.expect(201);
    assert_eq!(send().await.expect(201), first);
}

#[tokio::test]
async fn duplicates_that_come_at_the_same_time_have_one_effect() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let body = bowl(json!({}));
    let send = |_| {
        shop.post(&artisan, "/products", &body)
            .header("idempotency-key", "k")
            .answer()
    };

    let answers = futures::future::join_all((0..12).map(send)).await;

    let first = answers[0].expect(201);
    assert!(answers.iter().all(|answer| answer.expect(201) == first));
    assert_eq!(shop.ids("").await.len(), 1);
}

#[tokio::test]
async fn a_key_is_its_owners_alone() {
    let shop = Shop::open().await;
    for artisan in [shop.artisan().await, shop.artisan().await] {
        let request = shop.post(&artisan, "/products", &bowl(json!({})));
        let answer = request.header("idempotency-key", "k").answer().await;
        assert_eq!(answer.expect(201)["artisan_id"], json!(artisan.id));
    }
    assert_eq!(shop.ids("").await.len(), 2);
}
