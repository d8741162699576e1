use serde_json::{Value, json};

use crate::people::Auth;

#[tokio::test]
async fn anybody_sees_the_public_part_of_an_artisan() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    sita.patch(
        &auth,
        "/auth/profile",
        json!({ "craft": "weaving", "hourly_wage": 100 }),
    )
    .await
    .expect(200);
    let shown = auth.get(&format!("/auth/artisans/{}", sita.id)).await;
    assert!(!shown.header("etag").is_empty());
    let shown = shown.expect(200);
    assert_eq!(
        (&shown["craft"], &shown["followers"], &shown["following"]),
        (&json!("weaving"), &json!(0), &Value::Null)
    );
    let mut fields: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "craft",
            "display_name",
            "followers",
            "following",
            "id",
            "language",
            "member_since",
            "region",
            "skill_level",
            "state",
        ]
    );
}

#[tokio::test]
async fn buyers_and_nobody_are_no_artisans() {
    let auth = Auth::start().await;
    let buyer = auth.buyer().await;
    for id in [buyer.id.as_str(), "01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77"] {
        auth.get(&format!("/auth/artisans/{id}"))
            .await
            .expect_problem(404, "not_found");
        buyer
            .put(&auth, &format!("/auth/artisans/{id}/follow"), json!({}))
            .await;
    }
    auth.get("/auth/artisans/..%2fprofile").await.expect(400);
}

#[tokio::test]
async fn following_twice_is_following_once() {
    let auth = Auth::start().await;
    let (sita, gita, buyer) = (auth.artisan().await, auth.artisan().await, auth.buyer().await);
    let path = |id: &str| format!("/auth/artisans/{id}/follow");
    for id in [&sita.id, &sita.id, &gita.id] {
        buyer.put(&auth, &path(id), json!(null)).await.expect(204);
    }
    let shown = buyer
        .get(&auth, &format!("/auth/artisans/{}", sita.id))
        .await
        .expect(200);
    assert_eq!(
        (&shown["followers"], &shown["following"]),
        (&json!(1), &json!(true))
    );
    let following = buyer.get(&auth, "/auth/following?limit=1").await;
    let next = following
        .header("link")
        .split(['<', '>'])
        .nth(1)
        .unwrap()
        .to_owned();
    assert_eq!(following.expect(200)[0]["artisan_id"], gita.id.as_str());
    assert_eq!(
        buyer.get(&auth, &next).await.expect(200)[0]["artisan_id"],
        sita.id.as_str()
    );

    for _ in 0..2 {
        buyer.delete(&auth, &path(&sita.id)).await.expect(204);
    }
    let shown = buyer
        .get(&auth, &format!("/auth/artisans/{}", sita.id))
        .await
        .expect(200);
    assert_eq!(
        (&shown["followers"], &shown["following"]),
        (&json!(0), &json!(false))
    );
    sita.put(&auth, &path(&sita.id), json!(null))
        .await
        .expect_problem(409, "oneself");
    buyer
        .put(&auth, &path(&buyer.id), json!(null))
        .await
        .expect_problem(409, "oneself");
    sita.put(&auth, &path(&buyer.id), json!(null))
        .await
        .expect_problem(404, "not_found");
}
