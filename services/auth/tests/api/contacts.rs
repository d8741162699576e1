use chrono::Duration;
use serde_json::{Value, json};

use crate::people::{Auth, PASSWORD, Person, fresh_email, fresh_phone};

const PATH: &str = "/auth/verify-contact";

fn with(contact: &Value, more: &Value) -> Value {
    let mut body = contact.clone();
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn sent(auth: &Auth, person: &Person, field: &str, contact: &str) -> String {
    person
        .post(auth, PATH, json!({ field: contact }))
        .await
        .expect(202);
    auth.code_to(contact).await
}

#[tokio::test]
async fn ones_own_address_is_verified_by_a_code() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let code = sent(&auth, &sita, "email", &sita.email).await;
    let body = json!({ "email": sita.email, "code": code });
    let answer = sita.post(&auth, PATH, body.clone()).await.expect(200);
    assert_eq!(answer["email_verified"], true);
    sita.post(&auth, PATH, body)
        .await
        .expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn a_number_is_added_with_the_password_and_signs_in_from_then_on() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let phone = fresh_phone();
    let code = sent(&auth, &sita, "phone", &phone).await;
    let body = json!({ "phone": phone, "code": code });
    sita.post(&auth, PATH, body.clone())
        .await
        .expect_problem(403, "confirmation_required");
    let wrong = with(&body, &json!({ "password": "not the password" }));
    sita.post(&auth, PATH, wrong)
        .await
        .expect_problem(403, "wrong_password");
    let right = with(&body, &json!({ "password": PASSWORD }));
    let answer = sita.post(&auth, PATH, right).await.expect(200);
    assert_eq!(
        (&answer["phone"], &answer["phone_verified"]),
        (&json!(phone), &json!(true))
    );
    auth.pass(Duration::minutes(1));
    let code = auth.otp(&phone).await;
    assert_eq!(
        auth.verify_otp(&phone, &code).await.expect(200)["user"]["id"],
        sita.id.as_str()
    );
}

#[tokio::test]
async fn an_account_by_number_adds_an_address_with_a_confirmation_and_the_old_one_is_free_after_a_change() {
    let auth = Auth::start().await;
    let (phone, first, second) = (fresh_phone(), fresh_email(), fresh_email());
    let code = auth.otp(&phone).await;
    let gita = Person::of(&auth.verify_otp(&phone, &code).await.expect(201));
    for email in [&first, &second] {
        auth.pass(Duration::minutes(2));
        let code = sent(&auth, &gita, "email", email).await;
        let confirmation = gita.code(&auth, "change_contact", &phone).await;
        let body = json!({ "email": email, "code": code, "confirmation": confirmation });
        assert_eq!(
            gita.post(&auth, PATH, body).await.expect(200)["email"],
            email.as_str()
        );
    }
    auth.post("/auth/signup", crate::people::signup(&second, "buyer"))
        .await
        .expect_problem(409, "email_taken");
    auth.post("/auth/signup", crate::people::signup(&first, "buyer"))
        .await
        .expect(201);
}

#[tokio::test]
async fn anothers_contact_is_not_taken_and_asking_does_not_tell() {
    let auth = Auth::start().await;
    let (sita, gita) = (auth.artisan().await, auth.artisan().await);
    let code = sent(&auth, &sita, "email", &gita.email).await;
    let body = json!({ "email": gita.email, "code": code, "password": PASSWORD });
    sita.post(&auth, PATH, body)
        .await
        .expect_problem(409, "contact_taken");
}

#[tokio::test]
async fn a_code_for_one_user_is_no_good_for_another() {
    let auth = Auth::start().await;
    let (sita, mallory) = (auth.artisan().await, auth.artisan().await);
    let phone = fresh_phone();
    let code = sent(&auth, &sita, "phone", &phone).await;
    let body = json!({ "phone": phone, "code": code, "password": PASSWORD });
    mallory
        .post(&auth, PATH, body.clone())
        .await
        .expect_problem(401, "invalid_code");
    auth.verify_otp(&phone, &code)
        .await
        .expect_problem(401, "invalid_code");
    sita.post(&auth, PATH, body).await.expect(200);
}

#[tokio::test]
async fn a_number_is_claimed_once_by_those_who_verify_it_at_once() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    let sita = auth.artisan().await;
    auth.pass(Duration::minutes(1));
    let other = sent(&auth, &sita, "phone", &phone).await;
    let body = json!({ "phone": phone, "code": other, "password": PASSWORD });
    let (added, signed_up) = tokio::join!(sita.post(&auth, PATH, body), auth.verify_otp(&phone, &code));
    let taken = [added.status.as_u16(), signed_up.status.as_u16()];
    assert!(matches!(taken, [200, 200] | [409, 201]), "{taken:?}");
    let owner = if added.status == 200 {
        &sita.id
    } else {
        signed_up.body["user"]["id"].as_str().unwrap()
    };
    auth.pass(Duration::minutes(1));
    let code = auth.otp(&phone).await;
    assert_eq!(
        auth.verify_otp(&phone, &code).await.expect(200)["user"]["id"],
        owner
    );
}
