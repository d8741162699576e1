use serde_json::json;

use crate::people::{Auth, PASSWORD};

#[tokio::test]
async fn a_suspended_account_is_out_until_it_is_restored() {
    let auth = Auth::start().await;
    let (admin, sita) = (auth.admin().await, auth.artisan().await);
    let path = format!("/auth/admin/users/{}", sita.id);
    let suspend = format!("{path}/suspend");
    let reason = json!({ "reason": "sells what is not hers" });
    for _ in 0..2 {
        let seen = admin.post(&auth, &suspend, reason.clone()).await.expect(200);
        assert_eq!(seen["suspension_reason"], "sells what is not hers");
    }
    auth.refresh(&sita.refresh)
        .await
        .expect_problem(403, "account_suspended");
    auth.login(&sita.email, PASSWORD)
        .await
        .expect_problem(403, "account_suspended");
    auth.login(&sita.email, "not the password")
        .await
        .expect_problem(401, "invalid_credentials");
    sita.get(&auth, "/auth/profile")
        .await
        .expect_problem(403, "account_suspended");
    auth.get(&format!("/auth/artisans/{}", sita.id)).await.expect(404);
    assert_eq!(auth.summary(&sita.id).await.expect(200)["suspended"], true);

    let seen = admin
        .post(&auth, &format!("{path}/restore"), json!({}))
        .await
        .expect(200);
    assert!(seen["suspended_at"].is_null());
    auth.refresh(&sita.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    auth.login(&sita.email, PASSWORD).await.expect(200);
    let told = auth.events_about(&sita.id, |event| event.revision == 3).await;
    let told: Vec<_> = told
        .iter()
        .map(|event| (event.revision, &event.data["suspended"]))
        .collect();
    assert_eq!(told, [(1, &json!(null)), (2, &json!(true)), (3, &json!(false))]);
}

#[tokio::test]
async fn an_admin_finds_accounts_and_ends_their_sessions() {
    let auth = Auth::start().await;
    let (admin, sita) = (auth.admin().await, auth.artisan().await);
    let found = admin
        .post(
            &auth,
            "/auth/admin/users/find",
            json!({ "email": sita.email.to_uppercase() }),
        )
        .await
        .expect(200);
    assert_eq!(found["id"], sita.id.as_str());
    let path = format!("/auth/admin/users/{}", sita.id);
    assert_eq!(admin.get(&auth, &path).await.expect(200), found);
    admin
        .post(
            &auth,
            "/auth/admin/users/find",
            json!({ "email": "nobody@example.in" }),
        )
        .await
        .expect(404);
    admin.delete(&auth, &format!("{path}/sessions")).await.expect(204);
    auth.refresh(&sita.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    auth.login(&sita.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn the_audit_log_is_read_in_pages() {
    let auth = Auth::start().await;
    let (admin, sita) = (auth.admin().await, auth.artisan().await);
    let path = format!("/auth/admin/users/{}", sita.id);
    admin
        .post(&auth, &format!("{path}/suspend"), json!({ "reason": "spam" }))
        .await
        .expect(200);
    admin
        .post(&auth, &format!("{path}/restore"), json!({}))
        .await
        .expect(200);
    let log = admin
        .get(&auth, &format!("/auth/admin/audit?subject={}", sita.id))
        .await
        .expect(200);
    let acts: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["act"].as_str().unwrap())
        .collect();
    assert_eq!(acts, ["user-restored", "user-suspended", "sign-in"]);
    assert_eq!(
        (&log[1]["actor"], &log[1]["detail"]["reason"]),
        (&json!(admin.id), &json!("spam"))
    );

    let mut path = "/auth/admin/audit?limit=2".to_owned();
    let mut acts = Vec::new();
    loop {
        let page = admin.get(&auth, &path).await;
        let next = page.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        acts.extend(
            page.expect(200)
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["act"].as_str().unwrap().to_owned()),
        );
        match next {
            Some(next) => path = next,
            None => break,
        }
    }
    // The first key; the admin's sign-up, grant and sign-in; Sita's three.
    assert_eq!(acts.len(), 7, "{acts:?}");
    assert_eq!(acts.iter().filter(|act| *act == "role-granted").count(), 1);
}

#[tokio::test]
async fn admins_only_and_not_against_themselves() {
    let auth = Auth::start().await;
    let (admin, sita) = (auth.admin().await, auth.artisan().await);
    let path = |id: &str, act: &str| format!("/auth/admin/users/{id}/{act}");
    sita.get(&auth, "/auth/admin/audit")
        .await
        .expect_problem(403, "wrong_role");
    let spam = json!({ "reason": "spam" });
    sita.post(&auth, &path(&admin.id, "suspend"), spam.clone())
        .await
        .expect_problem(403, "wrong_role");
    sita.delete(&auth, &path(&admin.id, "sessions"))
        .await
        .expect_problem(403, "wrong_role");
    admin
        .post(&auth, &path(&admin.id, "suspend"), spam.clone())
        .await
        .expect_problem(409, "oneself");
    let nobody = "01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77";
    admin
        .post(&auth, &path(nobody, "suspend"), spam)
        .await
        .expect_problem(404, "not_found");
    let problem = admin
        .post(&auth, &path(&sita.id, "suspend"), json!({}))
        .await
        .expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/reason");
}

#[tokio::test]
async fn an_admin_who_was_suspended_acts_no_more() {
    let auth = Auth::start().await;
    let (one, other) = (auth.admin().await, auth.admin().await);
    let path = format!("/auth/admin/users/{}/suspend", other.id);
    one.post(&auth, &path, json!({ "reason": "left" }))
        .await
        .expect(200);
    other
        .get(&auth, "/auth/admin/audit")
        .await
        .expect_problem(403, "account_suspended");
}
