//! What a piece should cost.

use serde_json::{Value, json};

use crate::town::{Asked, Town, paise, sum};

#[tokio::test]
async fn a_price_pays_for_the_piece_and_says_what_it_is_made_of() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    let quote = town
        .calculates(
            &artisan,
            json!({
                "product_id": bowl.id, "base_cost": 12.25, "labor_hours": 4.5,
                "material_costs": [{ "name": "clay", "amount": 30 }, { "name": "glaze", "amount": 7.75 }],
                "artisan_skill_level": 8, "urgency": "high", "hourly_wage": 110, "overhead": 20,
            }),
        )
        .await;
    // 12.25 + 37.75 + 4.5 × 110 + 20
    assert_eq!(quote["price_range"]["minimum"], 565);
    assert_eq!(sum(&quote), paise(&quote["suggested_price"]));
    assert_eq!(quote["price_range"]["optimal"], quote["suggested_price"]);
    assert_eq!(quote["floor"], "own_wage");
    assert_eq!(quote["wage"]["hourly"], 110);
    assert_eq!(quote["pricing_strategy"], "cost_plus");
    assert_eq!(quote["market_range"], Value::Null);
    assert_eq!(
        (&quote["missing"], &quote["sample_size"]),
        (&json!([]), &json!(0))
    );
    let factors = quote["market_factors"].as_array().unwrap();
    let names: Vec<&str> = factors
        .iter()
        .map(|factor| factor["name"].as_str().unwrap())
        .collect();
    let expected = [
        "margin",
        "artisan_skill",
        "market_position",
        "demand",
        "urgency",
        "wage_protection",
        "rounding",
    ];
    assert_eq!(names, expected);
    assert!(
        factors
            .iter()
            .all(|factor| !factor["explanation"].as_str().unwrap().is_empty())
    );
    assert!(factors[1]["effect"].as_f64().unwrap() > 0.0 && factors[4]["effect"].as_f64().unwrap() < 0.0);
}

#[tokio::test]
async fn what_is_left_out_comes_from_the_listing_and_the_profile() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    let quote = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    assert_eq!(quote["price_range"]["minimum"], 650.5); // 40.50 + 6 × 100 + 10
    let hours = town
        .calculates(&artisan, json!({ "product_id": bowl.id, "labor_hours": 1 }))
        .await;
    assert_eq!(hours["price_range"]["minimum"], 150.5);
    let materials = town
        .calculates(&artisan, json!({ "product_id": bowl.id, "material_costs": [] }))
        .await;
    assert_eq!(materials["price_range"]["minimum"], 610);
}

#[tokio::test]
async fn without_hours_or_a_wage_there_is_no_price_but_the_market() {
    let town = Town::open().await;
    let artisan = town.pricing.artisan().await;
    town.peers.know(&artisan, json!({}));
    let other = town.artisan().await;
    for price in [700, 800, 900] {
        town.lists(&town.bowl(&other, json!({ "price": price }))).await;
    }
    let bowl = town.bowl(&artisan, json!({ "costs": null }));
    town.lists(&bowl).await;
    let quote = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    assert_eq!(quote["suggested_price"], Value::Null);
    assert_eq!(quote["floor"], "unknown");
    assert_eq!(quote["missing"], json!(["labor_hours", "hourly_wage"]));
    assert_eq!(quote["pricing_strategy"], "market_range_only");
    assert_eq!(
        quote["market_range"],
        json!({ "low": 750, "median": 800, "high": 850, "sample_size": 3 })
    );
    let hours = json!({ "product_id": bowl.id, "labor_hours": 3 });
    assert_eq!(
        town.calculates(&artisan, hours).await["missing"],
        json!(["hourly_wage"])
    );
    let wage = json!({ "product_id": bowl.id, "hourly_wage": 90 });
    let quote = town.calculates(&artisan, wage).await;
    assert_eq!(
        (&quote["missing"], &quote["suggested_price"]),
        (&json!(["labor_hours"]), &Value::Null)
    );
}

#[tokio::test]
async fn a_cheap_market_never_takes_the_wage() {
    let town = Town::open().await;
    let (artisan, other) = (town.artisan().await, town.artisan().await);
    for _ in 0..6 {
        town.lists(&town.bowl(&other, json!({ "price": 5 }))).await;
    }
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    let quote = town
        .calculates(&artisan, json!({ "product_id": bowl.id, "urgency": "high" }))
        .await;
    assert_eq!(quote["pricing_strategy"], "wage_protected");
    assert_eq!(quote["suggested_price"], 651);
    assert_eq!(sum(&quote), 65_100);
    assert_eq!(quote["sample_size"], 6);
    assert_eq!(quote["sources"][0]["name"], "craftchain");
}

#[tokio::test]
async fn only_its_owner_asks_what_a_piece_should_cost() {
    let town = Town::open().await;
    let (artisan, other) = (town.artisan().await, town.artisan().await);
    let bowl = town.bowl(&other, json!({}));
    let draft = town.bowl(&other, json!({ "status": "draft" }));
    town.lists(&bowl).await;
    town.lists(&draft).await;
    let asks = async |id| {
        town.post(&artisan, "/pricing/calculate", &json!({ "product_id": id }))
            .answer()
            .await
    };
    asks(bowl.id).await.refused(403, "not_owner");
    asks(draft.id).await.refused(404, "not_found");
    asks(town.pricing.kit.ids.fresh()).await.refused(404, "not_found");
    let buyer = town.pricing.buyer().await;
    let refused = town
        .post(&buyer, "/pricing/calculate", &json!({ "product_id": bowl.id }))
        .answer()
        .await;
    refused.refused(403, "wrong_role");
    let anyone = town
        .pricing
        .post("/pricing/calculate")
        .json(&json!({ "product_id": bowl.id }));
    anyone.answer().await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_piece_can_be_asked_about_before_pricing_was_told_of_it() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    town.peers.show(bowl.clone());
    let quote = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    assert_eq!(quote["price_range"]["minimum"], 650.5);

    town.peers.are_closed(true);
    let asked = town.post(&artisan, "/pricing/calculate", &json!({ "product_id": bowl.id }));
    asked.answer().await.refused(503, "unavailable");
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    for (pointer, value) in [
        ("/base_cost", json!(-1)),
        ("/base_cost", json!(0.001)),
        ("/labor_hours", json!(10_001)),
        ("/artisan_skill_level", json!(11)),
        ("/urgency", json!("now")),
        ("/hourly_wage", json!(0)),
        ("/hourly_wage", json!(0.005)),
        ("/overhead", json!(2_000_000_000)),
        ("/material_costs", json!("clay")),
    ] {
        let mut body = json!({ "product_id": bowl.id });
        body[pointer.trim_start_matches('/')] = value.clone();
        let answer = town.post(&artisan, "/pricing/calculate", &body).answer().await;
        assert_eq!(answer.expect(422)["errors"][0]["pointer"], pointer, "{value}");
    }
    let costs = json!([{ "name": "clay", "amount": 1 }, { "name": "ash", "amount": 0.005 }]);
    let body = json!({ "product_id": bowl.id, "material_costs": costs });
    let answer = town.post(&artisan, "/pricing/calculate", &body).answer().await;
    assert_eq!(answer.refused(422, "invalid"), "/material_costs/1/amount");
}

#[tokio::test]
async fn yen_have_no_decimals() {
    let town = Town::open().await;
    let artisan = town.pricing.artisan().await;
    town.peers
        .know(&artisan, json!({ "hourly_wage": 1500, "currency": "JPY" }));
    let costs = json!({ "material_costs": [{ "name": "clay", "amount": 300 }], "labor_hours": 2.5, "overhead": null });
    let bowl = town.bowl(
        &artisan,
        json!({ "currency": "JPY", "price": 9000, "costs": costs }),
    );
    town.lists(&bowl).await;
    let quote = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    assert_eq!(quote["currency"], "JPY");
    assert_eq!(quote["price_range"]["minimum"], 4050);
    assert_eq!(quote["suggested_price"], 4860);
}
