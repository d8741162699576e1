//! An artisan sells.

use serde_json::json;
use shared_models::product::{Product, ProductStatus};
use shared_models::text::Localized;
use tests::{a_bowl, rupees};

use crate::Fleet;

/// The journey of the README.
#[tokio::test]
async fn an_artisan_lists_a_piece_changes_it_and_takes_it_back() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await.signs_in_again().await;
    let anyone = fleet.anyone();

    let bowl = artisan.lists(a_bowl().priced("1499.50")).await;
    let seen = anyone.sees(&bowl).await;
    assert_eq!(
        (seen.price, seen.artisan_id),
        (rupees("1499.50"), artisan.user.id)
    );
    assert_eq!(
        anyone.browses("category=pottery").await,
        anyone.browses("price_max=1500").await
    );

    artisan.edits(&bowl, json!({ "price": 1600 })).await.expect_ok();
    assert_eq!(anyone.sees(&bowl).await.price, rupees("1600.00"));

    artisan.stocks(&bowl, 3).await;
    artisan.withdraws(&bowl).await.expect_ok();
    anyone.get(&bowl.path()).await.expect_problem(404, "not_found");
    assert_eq!(anyone.browses("category=pottery").await, []);
    fleet.stop().await;
}

#[tokio::test]
async fn a_stale_edit_is_refused_and_changes_nothing() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let bowl = artisan.lists(a_bowl().priced("1499.50")).await;
    artisan.edits(&bowl, json!({ "price": 1600 })).await.expect_ok();

    let refused = artisan.edits(&bowl, json!({ "price": 1700 })).await; // still holds the old tag

    refused.expect_problem(412, "stale");
    assert_eq!(fleet.anyone().sees(&bowl).await.price, rupees("1600.00"));
}

#[tokio::test]
async fn nobody_changes_what_is_anothers() {
    let fleet = Fleet::start().await;
    let (artisan, another) = (fleet.artisan().await, fleet.artisan().await);
    let bowl = artisan.lists(a_bowl()).await;
    let hers = |seen: Product| Product {
        // without what machines add meanwhile
        description: Localized(
            seen.description
                .0
                .into_iter()
                .filter(|(language, _)| !seen.machine_written.contains(language))
                .collect(),
        ),
        machine_written: Vec::new(),
        ai_analysis: None,
        ai_suggested_price: None,
        ..seen
    };
    let before = hers(fleet.anyone().sees(&bowl).await);

    another.edits(&bowl, json!({ "price": 1 })).await.expect(403);
    another.withdraws(&bowl).await.expect(403);
    let inventory = format!("{}/inventory", bowl.path());
    another.get(&inventory).await.expect(403);
    another
        .put(&inventory, json!({ "quantity": 0 }))
        .await
        .expect(403);
    fleet
        .anyone()
        .delete(&bowl.path())
        .await
        .expect_problem(401, "unauthenticated");

    assert_eq!(hers(fleet.anyone().sees(&bowl).await), before);
}

#[tokio::test]
async fn a_change_of_stock_never_spoils_an_edit() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let bowl = artisan.lists(a_bowl()).await;

    artisan.stocks(&bowl, 0).await;

    assert_eq!(fleet.anyone().sees(&bowl).await.status, ProductStatus::SoldOut);
    artisan
        .edits(&bowl, json!({ "title": "Terracotta bowl, burnished" }))
        .await
        .expect_ok();
}
