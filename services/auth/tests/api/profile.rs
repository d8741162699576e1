use http::Method;
use serde_json::{Value, json};

use crate::people::Auth;

const WALLET: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn everything() -> Value {
    json!({
        "display_name": "सीता देवी", "language": "hi", "state": "Bihar", "region": "Mithila", "craft": "madhubani",
        "skill_level": 7, "hourly_wage": 120.5, "wallet_address": WALLET.to_lowercase(),
        "addresses": [{
            "label": "home", "name": "Sita Devi", "phone": "+919876543210", "line1": "12 Main Road",
            "line2": null, "city": "Madhubani", "state": "Bihar", "postal_code": "847211", "country": "IN",
        }],
    })
}

#[tokio::test]
async fn a_profile_is_edited_field_by_field_and_services_see_it() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let edited = sita.patch(&auth, "/auth/profile", everything()).await.expect(200);
    for (field, value) in everything().as_object().unwrap() {
        let expected = if field == "wallet_address" {
            &json!(WALLET)
        } else {
            value
        };
        assert_eq!(&edited[field], expected, "{field}");
    }
    assert_eq!(edited["currency"], "INR");
    let cleared = json!({ "state": null, "skill_level": null, "hourly_wage": null, "wallet_address": null });
    let cleared = sita.patch(&auth, "/auth/profile", cleared).await.expect(200);
    assert!(cleared["state"].is_null() && cleared["skill_level"].is_null());
    assert_eq!(cleared["craft"], "madhubani");
    let summary = auth.summary(&sita.id).await.expect(200);
    assert_eq!(
        (&summary["craft"], &summary["hourly_wage"]),
        (&json!("madhubani"), &Value::Null)
    );
    assert!(summary.get("addresses").is_none());
}

#[tokio::test]
async fn others_are_told_what_changed_and_nothing_of_addresses() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    sita.patch(
        &auth,
        "/auth/profile",
        json!({ "addresses": everything()["addresses"] }),
    )
    .await
    .expect(200);
    sita.patch(&auth, "/auth/profile", json!({ "craft": "weaving" }))
        .await
        .expect(200);
    sita.patch(&auth, "/auth/profile", json!({ "craft": "weaving" }))
        .await
        .expect(200);
    sita.patch(
        &auth,
        "/auth/profile",
        json!({ "language": "bn", "craft": "pottery" }),
    )
    .await
    .expect(200);
    let told = auth
        .events_about(&sita.id, |event| event.data["changed_fields"][0] == "language")
        .await;
    let told: Vec<_> = told
        .iter()
        .map(|event| (event.topic.name(), event.revision, &event.data["changed_fields"]))
        .collect();
    assert_eq!(
        told,
        [
            ("user-registered", 1, &Value::Null),
            ("user-updated", 3, &json!(["craft"])),
            ("user-updated", 4, &json!(["language", "craft"])),
        ]
    );
}

#[tokio::test]
async fn an_edit_based_on_an_old_reading_is_refused_and_changes_nothing() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let read = sita.get(&auth, "/auth/profile").await;
    let tag = read.header("etag").to_owned();
    let edit = |craft: &str, tag: &str| {
        let body = json!({ "craft": craft });
        auth.send(
            sita.request(&auth, Method::PATCH, "/auth/profile")
                .header("If-Match", tag)
                .json(&body),
        )
    };
    let first = edit("weaving", &tag).await;
    let newer = first.header("etag").to_owned();
    first.expect(200);
    edit("pottery", &tag).await.expect_problem(412, "stale");
    let unchanged = sita
        .request(&auth, Method::GET, "/auth/profile")
        .header("If-None-Match", &newer);
    assert_eq!(auth.send(unchanged).await.status, 304);
    assert_eq!(
        sita.get(&auth, "/auth/profile").await.expect(200)["craft"],
        "weaving"
    );
    edit("pottery", &newer).await.expect(200);
}

#[tokio::test]
async fn merge_patch_is_a_media_type_too() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let request = sita
        .request(&auth, Method::PATCH, "/auth/profile")
        .header("Content-Type", "application/merge-patch+json")
        .body(r#"{"craft":"weaving"}"#);
    assert_eq!(auth.send(request).await.expect(200)["craft"], "weaving");
}

#[tokio::test]
async fn what_is_wrong_with_an_edit_is_named_and_nothing_is_changed() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let before = sita.get(&auth, "/auth/profile").await.expect(200);
    let address = |field: &str, value: Value| {
        let mut address = everything()["addresses"][0].clone();
        address[field] = value;
        json!({ "addresses": [address] })
    };
    let refusals = [
        ("/display_name", json!({ "display_name": null })),
        ("/display_name", json!({ "display_name": "" })),
        ("/language", json!({ "language": "xx" })),
        ("/skill_level", json!({ "skill_level": 0 })),
        ("/skill_level", json!({ "skill_level": 11 })),
        ("/skill_level", json!({ "skill_level": 5.5 })),
        ("/hourly_wage", json!({ "hourly_wage": -1 })),
        ("/hourly_wage", json!({ "hourly_wage": 1.001 })),
        ("/hourly_wage", json!({ "hourly_wage": 1e12 })),
        ("/hourly_wage", json!({ "hourly_wage": "120" })),
        ("/currency", json!({ "currency": "RUPEE" })),
        (
            "/wallet_address",
            json!({ "wallet_address": WALLET.replace("BeAed", "Beaed") }),
        ),
        ("/wallet_address", json!({ "wallet_address": "0x00" })),
        (
            "/addresses",
            json!({ "addresses": vec![everything()["addresses"][0].clone(); 11] }),
        ),
        ("/addresses/0/country", address("country", json!("in"))),
        ("/addresses/0/phone", address("phone", json!("9876543210"))),
        (
            "/addresses/0/postal_code",
            address("postal_code", json!("84;7211")),
        ),
        ("/addresses/0/name", address("name", json!(""))),
        ("/addresses/0/owner", address("owner", json!("x"))),
        ("/role", json!({ "role": "admin" })),
        ("/email", json!({ "email": "other@example.in" })),
        ("/phone_verified", json!({ "phone_verified": true })),
        ("/payout_method", json!({ "payout_method": null })),
        ("/id", json!({ "id": sita.id })),
    ];
    for (pointer, body) in refusals {
        let problem = sita.patch(&auth, "/auth/profile", body.clone()).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(sita.get(&auth, "/auth/profile").await.expect(200), before);
}

#[tokio::test]
async fn edits_at_once_are_all_made() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let edits = [
        json!({ "craft": "weaving" }),
        json!({ "region": "Mithila" }),
        json!({ "state": "Bihar" }),
    ];
    let edits = edits
        .into_iter()
        .map(|edit| sita.patch(&auth, "/auth/profile", edit));
    for answer in futures::future::join_all(edits).await {
        answer.expect(200);
    }
    let profile = sita.get(&auth, "/auth/profile").await.expect(200);
    assert_eq!(
        (&profile["craft"], &profile["region"], &profile["state"]),
        (&json!("weaving"), &json!("Mithila"), &json!("Bihar"))
    );
}
