use serde_json::json;

use crate::shop::{Asked, Shop};

#[tokio::test]
async fn anybody_sees_an_active_listing_in_all_its_languages() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let title = json!({ "en": "Bowl", "hi": "कटोरा" });
    let listed = shop.lists(&artisan, json!({ "title": title })).await;

    let seen = shop
        .get(&listed.path())
        .header("accept-language", "hi")
        .answer()
        .await;

    assert_eq!(seen.expect(200)["title"], title);
    assert_eq!(seen.header("vary"), "Authorization");
}

#[tokio::test]
async fn only_the_owner_reads_her_costs() {
    let shop = Shop::open().await;
    let (artisan, other) = (shop.artisan().await, shop.artisan().await);
    let costs = json!({ "material_costs": [{ "name": "Quartz", "amount": 120.5 }], "labor_hours": 6.5, "overhead": 40 });
    let listed = shop.lists(&artisan, json!({ "costs": costs })).await;

    assert_eq!(shop.shows(&artisan, &listed).await.expect(200)["costs"], costs);
    assert_eq!(shop.shows(&other, &listed).await.expect(200).get("costs"), None);
    assert_eq!(shop.sees(&listed).await.expect(200).get("costs"), None);
    let listed = shop
        .get("/products")
        .bearer_auth(&artisan.token)
        .answer()
        .await
        .expect(200);
    assert_eq!(listed[0].get("costs"), None);
}

#[tokio::test]
async fn a_draft_is_its_owners_alone() {
    let shop = Shop::open().await;
    let (artisan, other, admin) = (shop.artisan().await, shop.artisan().await, shop.admin().await);
    let draft = shop.lists(&artisan, json!({ "status": "draft" })).await;

    assert_eq!(shop.shows(&artisan, &draft).await.expect(200)["status"], "draft");
    shop.shows(&other, &draft).await.refused(404, "not_found");
    shop.shows(&admin, &draft).await.refused(404, "not_found");
    shop.sees(&draft).await.refused(404, "not_found");
}

#[tokio::test]
async fn who_has_a_listing_already_is_not_sent_it_again() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    let read = |tag: &str| shop.get(&listed.path()).header("if-none-match", tag).answer();

    let tag = shop.sees(&listed).await.header("etag").to_owned();
    let known = read(&tag).await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));

    // Selling out is no edit, but what is shown changes.
    let inventory = format!("{}/inventory", listed.path());
    shop.put(&artisan, &inventory, &json!({ "quantity": 0 }))
        .answer()
        .await
        .expect(200);
    assert_eq!(read(&tag).await.expect(200)["status"], "sold_out");
}

#[tokio::test]
async fn a_malformed_id_is_named_and_an_unknown_one_not_found() {
    let shop = Shop::open().await;
    assert_eq!(
        shop.get("/products/7").answer().await.refused(400, "malformed"),
        "id"
    );
    let unknown = "/products/018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77";
    shop.get(unknown).answer().await.refused(404, "not_found");
}

#[tokio::test]
async fn a_bad_token_is_refused_although_none_is_needed() {
    let shop = Shop::open().await;
    let listed = shop.lists(&shop.artisan().await, json!({})).await;
    let answer = shop.get(&listed.path()).bearer_auth("x.y.z").answer().await;
    answer.refused(401, "invalid_token");
}
