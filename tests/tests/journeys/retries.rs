//! Phones lose answers and ask again.

use serde_json::json;
use tests::a_bowl;

use crate::Fleet;

#[tokio::test]
async fn a_piece_that_is_listed_twice_with_one_key_is_listed_once() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;

    let first = artisan
        .post("/products", a_bowl())
        .once("bowl-1")
        .await
        .expect(201);
    let again = artisan
        .post("/products", a_bowl())
        .once("bowl-1")
        .await
        .expect(201);

    assert_eq!(again.body, first.body);
    assert_eq!(
        (again.tag(), again.header("location")),
        (first.tag(), first.header("location"))
    );
    assert_eq!(fleet.anyone().browses("category=pottery").await.len(), 1);
}

#[tokio::test]
async fn askers_at_the_same_moment_get_one_piece() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;

    let asked = (0..8).map(|_| async {
        artisan
            .post("/products", a_bowl())
            .once("bowl-1")
            .await
            .expect(201)
            .body
    });
    let answers = futures::future::join_all(asked).await;

    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(fleet.anyone().browses("category=pottery").await.len(), 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_and_one_person() {
    let fleet = Fleet::start().await;
    let (artisan, another) = (fleet.artisan().await, fleet.artisan().await);
    artisan
        .post("/products", a_bowl())
        .once("bowl-1")
        .await
        .expect(201);

    let changed = a_bowl().with("price", json!(900));
    let refused = artisan.post("/products", changed).once("bowl-1").await;

    refused.expect_problem(422, "idempotency_key_reused");
    another
        .post("/products", a_bowl())
        .once("bowl-1")
        .await
        .expect(201);
    assert_eq!(fleet.anyone().browses("category=pottery").await.len(), 2);
}
