use crate::shop::{Asked, Shop};

#[tokio::test]
async fn categories_crafts_and_regions_have_labels_in_six_languages() {
    let shop = Shop::open().await;

    let answer = shop.get("/products/categories").answer().await;

    let catalogue = answer.expect(200);
    for list in ["categories", "crafts", "regions"] {
        for entry in catalogue[list].as_array().unwrap() {
            assert_eq!(entry["labels"].as_object().unwrap().len(), 6, "{entry}");
        }
    }
    let known = shop
        .get("/products/categories")
        .header("if-none-match", answer.header("etag"));
    assert_eq!(known.answer().await.status, 304);
}
