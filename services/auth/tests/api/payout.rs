use chrono::Duration;
use serde_json::json;

use crate::people::{Auth, other_than};

const PATH: &str = "/auth/payout-method";

#[tokio::test]
async fn a_payout_method_needs_a_fresh_code_and_is_shown_masked() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let bank = json!({
        "kind": "bank", "account_holder": "Sita Devi", "account_number": "123456789012", "ifsc": "HDFC0001234",
    });
    let code = sita.code(&auth, "payout_method", &sita.email).await;
    let with = |code: &str| json!({ "method": bank, "code": code });
    sita.put(&auth, PATH, with(&other_than(&code)))
        .await
        .expect_problem(401, "invalid_code");
    let shown = sita.put(&auth, PATH, with(&code)).await.expect(200);
    assert_eq!(shown["account_number"], "••••••••9012");
    sita.put(&auth, PATH, with(&code))
        .await
        .expect_problem(401, "invalid_code");
    let profile = sita.get(&auth, "/auth/profile").await.expect(200);
    assert_eq!(profile["payout_method"], shown);
    assert_eq!(profile["email_verified"], true);
}

#[tokio::test]
async fn upi_and_wallets_are_payout_methods_too() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    for method in [
        json!({ "kind": "upi", "upi_id": "sita.devi@okbank" }),
        json!({ "kind": "wallet", "wallet_address": wallet }),
    ] {
        let code = sita.code(&auth, "payout_method", &sita.email).await;
        let shown = sita
            .put(&auth, PATH, json!({ "method": method, "code": code }))
            .await
            .expect(200);
        assert_eq!(shown, method);
        auth.pass(Duration::minutes(2));
    }
}

#[tokio::test]
async fn a_code_for_something_else_redirects_no_money() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let code = sita.code(&auth, "change_contact", &sita.email).await;
    let body = json!({ "method": { "kind": "upi", "upi_id": "mallory@okbank" }, "code": code });
    sita.put(&auth, PATH, body)
        .await
        .expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn what_is_wrong_with_a_method_is_named_and_buyers_have_none() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let bank = |number: &str, ifsc: &str| json!({ "kind": "bank", "account_holder": "Sita", "account_number": number, "ifsc": ifsc });
    for (pointer, method) in [
        (
            "/method/upi_id",
            json!({ "kind": "upi", "upi_id": "sita.okbank" }),
        ),
        ("/method/account_number", bank("12345678a", "HDFC0001234")),
        ("/method/ifsc", bank("123456789012", "HDFC1001234")),
        (
            "/method/wallet_address",
            json!({ "kind": "wallet", "wallet_address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed" }),
        ),
    ] {
        let body = json!({ "method": method, "code": "123456" });
        let problem = sita.put(&auth, PATH, body).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    for method in [
        json!({ "kind": "cash" }),
        json!({ "kind": "upi", "upi_id": "a@okbank", "owner": "x" }),
        json!(null),
    ] {
        sita.put(&auth, PATH, json!({ "method": method, "code": "123456" }))
            .await
            .expect(422);
    }
    let buyer = auth.buyer().await;
    let body = json!({ "method": { "kind": "upi", "upi_id": "b@okbank" }, "code": "123456" });
    buyer
        .put(&auth, PATH, body)
        .await
        .expect_problem(403, "wrong_role");
}
