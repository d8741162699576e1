use serde_json::json;
use service_kit::harness::Person;

use crate::shop::{Answer, Asked, Listed, Shop};

fn like(listed: &Listed) -> String {
    format!("{}/like", listed.path())
}

async fn likes(shop: &Shop, by: &Person, listed: &Listed) -> Answer {
    shop.0.put(&like(listed)).bearer_auth(&by.token).answer().await
}

#[tokio::test]
async fn liking_again_counts_once() {
    let shop = Shop::open().await;
    let (artisan, buyer, other) = (shop.artisan().await, shop.buyer().await, shop.buyer().await);
    let listed = shop.lists(&artisan, json!({})).await;
    let state = |liked: bool, likes: u32| json!({ "product_id": listed.id, "liked": liked, "likes": likes });

    for _ in 0..2 {
        assert_eq!(likes(&shop, &buyer, &listed).await.expect(200), state(true, 1));
    }
    assert_eq!(likes(&shop, &other, &listed).await.expect(200), state(true, 2));
    for _ in 0..2 {
        assert_eq!(
            shop.delete(&buyer, &like(&listed)).answer().await.expect(200),
            state(false, 1)
        );
    }
    assert_eq!(
        shop.get(&like(&listed)).answer().await.expect(200),
        state(false, 1)
    );
    let hers = shop.get(&like(&listed)).bearer_auth(&other.token).answer().await;
    assert_eq!(hers.expect(200), state(true, 1));
}

#[tokio::test]
async fn likes_change_neither_tag_nor_listing() {
    let shop = Shop::open().await;
    let (artisan, buyer) = (shop.artisan().await, shop.buyer().await);
    let listed = shop.lists(&artisan, json!({})).await;
    likes(&shop, &buyer, &listed).await.expect(200);
    assert_eq!(shop.shows(&artisan, &listed).await.header("etag"), listed.tag);
}

#[tokio::test]
async fn many_likes_at_once_are_all_counted() {
    let shop = Shop::open().await;
    let listed = shop.lists(&shop.artisan().await, json!({})).await;
    let buyers = futures::future::join_all((0..10).map(|_| shop.buyer())).await;
    let all = buyers.iter().map(|buyer| likes(&shop, buyer, &listed));
    for answer in futures::future::join_all(all).await {
        answer.expect(200);
    }
    assert_eq!(shop.get(&like(&listed)).answer().await.expect(200)["likes"], 10);
}

#[tokio::test]
async fn only_who_is_signed_in_likes_and_only_what_she_sees() {
    let shop = Shop::open().await;
    let (artisan, buyer) = (shop.artisan().await, shop.buyer().await);
    let listed = shop.lists(&artisan, json!({})).await;
    let draft = shop.lists(&artisan, json!({ "status": "draft" })).await;
    shop.0
        .put(&like(&listed))
        .answer()
        .await
        .refused(401, "unauthenticated");
    shop.0
        .delete(&like(&listed))
        .answer()
        .await
        .refused(401, "unauthenticated");
    likes(&shop, &buyer, &draft).await.refused(404, "not_found");
    shop.delete(&artisan, &listed.path()).answer().await.expect(200);
    likes(&shop, &buyer, &listed).await.refused(404, "not_found");
}
