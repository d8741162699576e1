use chrono::Duration;
use futures::stream::{FuturesUnordered, StreamExt};

use crate::people::{Auth, PASSWORD};

const WRONG: &str = "wrong horse battery staple";

#[tokio::test]
async fn ten_failures_close_an_account_for_a_while_known_or_not() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    for email in [sita.email.as_str(), "nobody@example.in"] {
        for _ in 0..10 {
            auth.login(email, WRONG)
                .await
                .expect_problem(401, "invalid_credentials");
        }
        let answer = auth.login(email, PASSWORD).await;
        let wait: i64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
        answer.expect_problem(429, "too_many_requests");
    }
    auth.pass(Duration::minutes(16));
    auth.login(&sita.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn success_clears_and_is_not_counted() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    for _ in 0..2 {
        for _ in 0..9 {
            auth.login(&sita.email, WRONG).await.expect(401);
        }
        auth.login(&sita.email, PASSWORD).await.expect(200);
    }
    for _ in 0..12 {
        auth.login(&sita.email, PASSWORD).await.expect(200);
    }
}

#[tokio::test]
async fn guesses_at_many_accounts_close_the_address_and_ones_own_account_does_not_open_it() {
    let auth = Auth::with(&[("CRAFTCHAIN_AUTH_ADDRESS_FAILURES", "6")]).await;
    let (own, other) = (auth.artisan().await, auth.artisan().await);
    for guess in 0..3 {
        auth.login(&format!("victim{guess}@example.in"), WRONG)
            .await
            .expect(401);
        auth.login(&own.email, WRONG).await.expect(401);
        auth.login(&own.email, PASSWORD).await.expect(200);
    }
    for guess in 3..6 {
        auth.login(&format!("victim{guess}@example.in"), WRONG)
            .await
            .expect(401);
    }
    auth.login(&other.email, PASSWORD)
        .await
        .expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn guesses_at_once_are_no_more_guesses() {
    let auth = Auth::with(&[("CRAFTCHAIN_AUTH_HASHES_WAITING", "200")]).await;
    let sita = auth.artisan().await;
    let guesses = (0..40).map(|_| auth.login(&sita.email, WRONG));
    futures::future::join_all(guesses).await;
    auth.login(&sita.email, PASSWORD)
        .await
        .expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn a_flood_of_logins_is_turned_away_and_others_are_served() {
    let settings = [
        ("CRAFTCHAIN_AUTH_HASHES_AT_ONCE", "1"),
        ("CRAFTCHAIN_AUTH_HASHES_WAITING", "4"),
        ("CRAFTCHAIN_AUTH_ACCOUNT_FAILURES", "0"),
    ];
    let auth = Auth::with(&settings).await;
    let sita = auth.artisan().await;
    let mut flood: FuturesUnordered<_> = (0..40).map(|_| auth.login(&sita.email, PASSWORD)).collect();
    let mut turned_away = 0;
    while let Some(answer) = flood.next().await {
        if answer.status == 503 {
            assert_eq!(answer.header("retry-after"), "1");
            answer.expect_problem(503, "overloaded");
            turned_away += 1;
            // While some still wait for their turn, everybody else is served.
            auth.get("/auth/.well-known/jwks.json").await.expect(200);
        } else {
            answer.expect(200);
        }
    }
    assert!(turned_away > 0);
}
