//! Where answers say that something is.

use std::collections::BTreeSet;

use tests::a_bowl;

use crate::Fleet;

#[tokio::test]
async fn following_the_links_of_a_list_shows_each_listing_once() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let mut listed = BTreeSet::new();
    for number in 1..=5 {
        listed.insert(
            artisan
                .lists(a_bowl().called(&format!("Bowl {number}")))
                .await
                .product
                .id,
        );
    }

    let anyone = fleet.anyone();
    let mut page = anyone.get("/products?category=pottery&limit=2").await;
    let (mut found, mut pages) = (Vec::new(), 1);
    loop {
        found.extend(
            page.clone()
                .expect(200)
                .json::<Vec<shared_models::product::Product>>(),
        );
        let Some(next) = page.next_page() else { break };
        assert!(next.starts_with("/v1/products?"), "{next}");
        page = anyone.follow(&next).await;
        pages += 1;
    }

    assert_eq!(pages, 3);
    assert_eq!(found.len(), 5);
    assert_eq!(
        found.iter().map(|product| product.id).collect::<BTreeSet<_>>(),
        listed
    );
}

#[tokio::test]
async fn a_path_without_a_version_is_the_same_door() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let bowl = artisan.lists(a_bowl()).await;

    let unversioned = fleet.anyone().without_version();

    assert_eq!(unversioned.sees(&bowl).await, fleet.anyone().sees(&bowl).await);
    let another = artisan
        .without_version()
        .post("/products", a_bowl())
        .await
        .expect(201);
    assert!(
        another
            .header("location")
            .is_some_and(|at| at.starts_with("/v1/products/"))
    );
}
