use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use service_kit::harness::{GoogleKeys, Mood};
use sha2::Sha256;
use shared_models::events::Topic;

use crate::people::{Answer, Auth, PASSWORD, Person, fresh_email, fresh_phone};

const PROJECT: &str = "kilns-of-khurja";

/// Auth that trusts a project of Firebase's, and whoever signs its tokens.
struct Stage {
    auth: Auth,
    google: GoogleKeys,
}

impl Stage {
    async fn set() -> Self {
        let google = GoogleKeys::start().await;
        let settings = [
            ("CRAFTCHAIN_FIREBASE_PROJECT", PROJECT),
            ("CRAFTCHAIN_FIREBASE_KEYS_URL", &google.url()),
        ];
        let auth = Auth::with(&settings).await;
        Self { auth, google }
    }

    /// What Firebase says of somebody with this number.
    fn claims(&self, uid: &str, phone: &str) -> Value {
        let now = self.auth.0.clock().unix();
        json!({
            "iss": format!("https://securetoken.google.com/{PROJECT}"), "aud": PROJECT, "sub": uid, "user_id": uid,
            "iat": now, "exp": now + 3600, "auth_time": now, "phone_number": phone,
            "firebase": { "identities": { "phone": [phone] }, "sign_in_provider": "phone" },
        })
    }

    /// The same of somebody with an address.
    fn claims_of_mail(&self, uid: &str, email: &str, verified: bool) -> Value {
        let mut claims = self.claims(uid, "");
        claims["phone_number"].take();
        with(
            claims,
            &json!({
                "email": email, "email_verified": verified, "name": "Sita Devi",
                "firebase": { "identities": { "email": [email] }, "sign_in_provider": "google.com" },
            }),
        )
    }

    async fn signs_in(&self, claims: &Value) -> Answer {
        self.shows(&self.google.signs(claims)).await
    }

    async fn shows(&self, token: &str) -> Answer {
        self.auth
            .post("/auth/firebase", json!({ "id_token": token }))
            .await
    }
}

fn with(mut claims: Value, more: &Value) -> Value {
    let more = more.as_object().unwrap().clone();
    claims.as_object_mut().unwrap().extend(more);
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name).unwrap();
    claims
}

#[tokio::test]
async fn somebody_new_becomes_an_account_and_is_known_by_it_from_then_on() {
    let stage = Stage::set().await;
    let phone = fresh_phone();
    let claims = stage.claims("u1", &phone);
    let body = json!({
        "id_token": stage.google.signs(&claims), "role": "artisan", "display_name": "सीता देवी", "language": "hi",
    });
    let new = stage.auth.post("/auth/firebase", body).await.expect(201);
    assert_eq!(
        (&new["is_new"], &new["token_type"]),
        (&json!(true), &json!("Bearer"))
    );
    assert_eq!(
        (&new["user"]["role"], &new["user"]["language"]),
        (&json!("artisan"), &json!("hi"))
    );
    assert_eq!(
        (&new["user"]["phone"], &new["user"]["display_name"]),
        (&json!(phone), &json!("सीता देवी"))
    );
    let person = Person::of(&new);
    person.get(&stage.auth, "/auth/profile").await.expect(200);
    let told = stage
        .auth
        .events_about(&person.id, |event| event.topic == Topic::UserRegistered)
        .await;
    assert_eq!(told.len(), 1);

    // Another number later: she still is who she is.
    let moved = stage.claims("u1", &fresh_phone());
    let again = stage.signs_in(&moved).await.expect(200);
    assert_eq!((&again["user"], &again["is_new"]), (&new["user"], &json!(false)));
    let other = stage
        .signs_in(&stage.claims("u2", &fresh_phone()))
        .await
        .expect(201);
    assert_ne!(other["user"]["id"], new["user"]["id"]);
}

#[tokio::test]
async fn whoever_proved_her_number_here_is_the_same_when_she_proves_it_at_firebase() {
    let stage = Stage::set().await;
    let phone = fresh_phone();
    let code = stage.auth.otp(&phone).await;
    let here = stage.auth.verify_otp(&phone, &code).await.expect(201);
    let claims = stage.claims("u1", &phone);
    let there = stage.signs_in(&claims).await.expect(200);
    assert_eq!(there["user"], here["user"]);
    // The link outlasts the number.
    let there = stage
        .signs_in(&stage.claims("u1", &fresh_phone()))
        .await
        .expect(200);
    assert_eq!(there["user"], here["user"]);
    // Whoever has the number now has the account, as with a code.
    let heir = stage.signs_in(&stage.claims("u2", &phone)).await.expect(200);
    assert_eq!(heir["user"], here["user"]);
    let other = stage.signs_in(&claims).await.expect(200);
    assert_eq!(other["user"], here["user"]);
}

#[tokio::test]
async fn an_address_that_was_only_claimed_gives_nobody_the_account() {
    let stage = Stage::set().await;
    let mallory = stage.auth.artisan().await; // signed up with an address that she never proved
    let claims = stage.claims_of_mail("u1", &mallory.email, true);
    stage
        .signs_in(&claims)
        .await
        .expect_problem(409, "contact_unproved");

    // The owner proves it, which ends what the other one had; then Firebase leads to it.
    let email = json!({ "email": mallory.email });
    stage.auth.post("/auth/password/forgot", email).await.expect(202);
    let code = stage.auth.code_to(&mallory.email).await;
    let reset = json!({ "email": mallory.email, "code": code, "new_password": "indigo-kiln-monsoon-43" });
    stage.auth.post("/auth/password/reset", reset).await.expect(204);
    let hers = stage.signs_in(&claims).await.expect(200);
    assert_eq!(hers["user"]["id"], mallory.id.as_str());
    stage
        .auth
        .login(&mallory.email, PASSWORD)
        .await
        .expect_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn an_address_that_firebase_did_not_see_proved_is_not_taken() {
    let stage = Stage::set().await;
    let email = fresh_email();
    let claims = stage.claims_of_mail("u1", &email, false);
    let new = stage.signs_in(&claims).await.expect(201);
    assert!(new["user"]["email"].is_null());
    assert_eq!(new["user"]["display_name"], "Sita Devi", "as the token says");
    let proved = stage.claims_of_mail("u2", &email, true);
    let other = stage.signs_in(&proved).await.expect(201);
    assert_eq!(other["user"]["email"], email.as_str());
}

#[tokio::test]
async fn every_claim_is_checked() {
    let stage = Stage::set().await;
    let now = stage.auth.0.clock().unix();
    let good = stage.claims("u1", &fresh_phone());
    let wrong = [
        json!({ "iss": "https://securetoken.google.com/another-project" }),
        json!({ "iss": "https://accounts.google.com" }),
        json!({ "aud": "another-project" }),
        json!({ "aud": [PROJECT] }),
        json!({ "aud": [PROJECT, "another-project"] }),
        json!({ "sub": "" }),
        json!({ "sub": "u".repeat(129) }),
        json!({ "sub": 7 }),
        json!({ "exp": now }),
        json!({ "exp": now - 1 }),
        json!({ "exp": "never" }),
        json!({ "iat": now + 60 }),
        json!({ "nbf": now + 60 }),
        json!({ "auth_time": now + 60 }),
        json!({ "firebase": {} }),
    ];
    for more in &wrong {
        let answer = stage.signs_in(&with(good.clone(), more)).await;
        assert_eq!(answer.status, 401, "{more}: {}", answer.body);
        answer.expect_problem(401, "invalid_id_token");
    }
    for name in ["iss", "aud", "sub", "exp", "iat", "auth_time", "firebase"] {
        let answer = stage.signs_in(&without(good.clone(), name)).await;
        assert_eq!(answer.status, 401, "without {name}: {}", answer.body);
        answer.expect_problem(401, "invalid_id_token");
    }
    stage.signs_in(&good).await.expect(201);
}

#[tokio::test]
async fn only_rs256_by_a_published_key_is_believed() {
    let stage = Stage::set().await;
    let good = stage.claims("u1", &fresh_phone());
    for header in [
        json!({ "alg": "RS256", "typ": "JWT", "kid": "unknown" }),
        json!({ "alg": "RS256", "typ": "JWT" }),
        json!({ "alg": "RS256", "typ": "at+jwt", "kid": "key-1" }),
        json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1", "crit": ["exp"] }),
        json!({ "alg": "RS384", "typ": "JWT", "kid": "key-1" }),
        json!({ "alg": "PS256", "typ": "JWT", "kid": "key-1" }),
        json!({ "alg": "none", "typ": "JWT", "kid": "key-1" }),
        json!({ "alg": "none" }),
    ] {
        let token = stage.google.signs_under(&header, &good);
        let answer = stage.shows(&token).await;
        assert_eq!(answer.status, 401, "{header}: {}", answer.body);
        answer.expect_problem(401, "invalid_id_token");
    }
    let token = stage.google.signs(&good);
    let (message, _) = token.rsplit_once('.').unwrap();
    let stranger = GoogleKeys::start().await.signs(&good);
    let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "HS256", "typ": "JWT", "kid": "key-1" }).to_string());
    let confused = format!("{header}.{}", message.split_once('.').unwrap().1);
    let mut mac = Hmac::<Sha256>::new_from_slice(&stage.google.public_key()).unwrap();
    mac.update(confused.as_bytes());
    let confused = format!(
        "{confused}.{}",
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    );
    let own = Person::of(&stage.signs_in(&good).await.expect(201)).access;
    for forged in [
        stranger.as_str(),
        &confused,
        &format!("{message}."),
        message,
        &format!("{token}.x"),
        &format!("{token}A"),
        "a.b.c",
        "nothing",
        &own,
        &"x".repeat(8192),
    ] {
        stage.shows(forged).await.expect_problem(401, "invalid_id_token");
    }
}

#[tokio::test]
async fn nobody_in_particular_gets_no_account() {
    let stage = Stage::set().await;
    let claims = with(
        without(stage.claims("u1", ""), "phone_number"),
        &json!({ "provider_id": "anonymous", "firebase": { "identities": {}, "sign_in_provider": "anonymous" } }),
    );
    stage.signs_in(&claims).await.expect_problem(403, "anonymous");
}

#[tokio::test]
async fn without_a_project_it_says_which_setting_is_missing() {
    let auth = Auth::start().await;
    let answer = auth.post("/auth/firebase", json!({ "id_token": "a.b.c" })).await;
    let problem = answer.expect_problem(404, "firebase_off");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("CRAFTCHAIN_FIREBASE_PROJECT"), "{detail}");
}

#[tokio::test]
async fn a_repeat_with_its_key_gets_the_same_tokens_even_for_a_newer_id_token() {
    let stage = Stage::set().await;
    let claims = stage.claims("u1", &fresh_phone());
    let newer = with(claims.clone(), &json!({ "jti": "another" }));
    let bodies = [claims, newer].map(|claims| json!({ "id_token": stage.google.signs(&claims) }));
    let first = stage
        .auth
        .post_once("k", "/auth/firebase", bodies[0].clone())
        .await
        .expect(201);
    let second = stage
        .auth
        .post_once("k", "/auth/firebase", bodies[1].clone())
        .await
        .expect(201);
    // But for how long they are good yet.
    for same in ["access_token", "refresh_token", "user", "is_new"] {
        assert_eq!(first[same], second[same], "{same}");
    }
}

#[tokio::test]
async fn of_many_at_once_one_makes_the_account() {
    let stage = Stage::set().await;
    let claims = stage.claims("u1", &fresh_phone());
    let answers = futures::future::join_all((0..6).map(|_| stage.signs_in(&claims))).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    let ids: std::collections::BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.body["user"]["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[tokio::test]
async fn a_suspended_account_stays_out_and_one_about_to_be_erased_comes_back() {
    let stage = Stage::set().await;
    let admin = stage.auth.admin().await;
    let claims = stage.claims("u1", &fresh_phone());
    let person = Person::of(&stage.signs_in(&claims).await.expect(201));
    person.delete(&stage.auth, "/auth/account").await.expect(202);
    let back = stage.signs_in(&claims).await.expect(200);
    assert_eq!(back["user"]["id"], person.id.as_str());
    let path = format!("/auth/admin/users/{}/suspend", person.id);
    admin
        .post(&stage.auth, &path, json!({ "reason": "fraud" }))
        .await
        .expect(200);
    stage
        .signs_in(&claims)
        .await
        .expect_problem(403, "account_suspended");
}

#[tokio::test]
async fn who_was_erased_begins_anew() {
    let stage = Stage::set().await;
    let phone = fresh_phone();
    let person = Person::of(&stage.signs_in(&stage.claims("u1", &phone)).await.expect(201));
    person.delete(&stage.auth, "/auth/account").await.expect(202);
    stage.auth.pass(Duration::days(31));
    let told = stage
        .auth
        .events_about(&person.id, |event| event.topic == Topic::UserDeleted)
        .await;
    assert!(!told.is_empty());
    let anew = stage.signs_in(&stage.claims("u1", &phone)).await.expect(201);
    assert_ne!(anew["user"]["id"], person.id.as_str());
}

#[tokio::test]
async fn keys_are_asked_for_once_and_anew_when_google_turns_to_another() {
    let stage = Stage::set().await;
    for n in 0..3 {
        stage
            .signs_in(&stage.claims(&format!("u{n}"), &fresh_phone()))
            .await
            .expect(201);
    }
    assert_eq!(stage.google.asked(), 1);
    stage.google.turns_to("key-2");
    let claims = stage.claims("u9", &fresh_phone());
    stage
        .signs_in(&claims)
        .await
        .expect_problem(401, "invalid_id_token"); // asked moments ago
    stage.auth.pass(Duration::seconds(11));
    stage.signs_in(&claims).await.expect(201);
    assert_eq!(stage.google.asked(), 2);
    let unknown = json!({ "alg": "RS256", "typ": "JWT", "kid": "key-3" });
    for _ in 0..20 {
        stage
            .shows(&stage.google.signs_under(&unknown, &claims))
            .await
            .expect(401);
    }
    assert_eq!(stage.google.asked(), 2, "strangers cannot make it ask");
}

#[tokio::test]
async fn while_google_gives_no_keys_known_ones_do_for_a_while_and_then_it_says_so() {
    let stage = Stage::set().await;
    let again = async || stage.signs_in(&stage.claims("u1", "+919800000000")).await;
    for mood in [
        Mood::Refuses(503),
        Mood::Refuses(429),
        Mood::Babbles,
        Mood::Stalls,
    ] {
        stage.google.is(mood);
        stage.auth.pass(Duration::seconds(2));
        let begun = tokio::time::Instant::now();
        let answer = again().await;
        assert!(
            begun.elapsed() < std::time::Duration::from_millis(3_500),
            "{mood:?}: {:?}",
            begun.elapsed()
        );
        assert!(!answer.header("retry-after").is_empty());
        answer.expect_problem(503, "keys_unavailable");
    }
    stage.google.is(Mood::Well);
    stage.auth.pass(Duration::seconds(2));
    again().await.expect(201);

    stage.google.is(Mood::Refuses(500));
    stage.auth.pass(Duration::hours(6)); // past what the keys' answer said
    again().await.expect(200);
    stage.auth.pass(Duration::hours(1));
    again().await.expect_problem(503, "keys_unavailable");
    stage.google.is(Mood::Well);
    stage.auth.pass(Duration::seconds(11));
    again().await.expect(200);
}
