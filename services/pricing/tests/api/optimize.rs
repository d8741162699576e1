//! Better prices for several listings at once.

use serde_json::{Value, json};

use crate::town::{Asked, Town, soon};

#[tokio::test]
async fn no_optimum_is_claimed_where_prices_never_varied() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    for body in [json!([bowl.id]), json!({ "product_ids": [bowl.id] })] {
        let answer = town
            .post(&artisan, "/pricing/optimize", &body)
            .answer()
            .await
            .expect(200);
        let result = &answer["optimization_results"][0];
        assert_eq!(result["basis"], "cost_and_market");
        assert_eq!(result["demand_impact"], Value::Null);
        assert_eq!(
            (&result["current_price"], &result["suggested_price"]),
            (&json!(850), &json!(781))
        );
        assert_eq!(result["potential_increase"], -69);
        assert!(result["notes"][0].as_str().unwrap().contains("never changed"));
        assert_eq!(result["error"], Value::Null);
    }
}

#[tokio::test]
async fn what_was_sold_at_several_prices_tells_the_best() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({ "price": 800 }));
    town.lists(&bowl).await;
    let clock = town.pricing.clock().clone();
    town.sold(&bowl, 160, 0).await;
    clock.advance(chrono::Duration::days(30));
    let mut dearer = bowl.clone();
    (dearer.version, dearer.sequence) = (2, 2);
    dearer.price = serde_json::from_value(json!(1600)).unwrap();
    town.edits(&dearer).await;
    town.sold(&bowl, 20, 0).await; // an eighth at twice the price: an elasticity of minus three
    clock.advance(chrono::Duration::days(29));
    let artisan = town.again(&artisan).await; // her token has ended
    let best = async || {
        let answer = town
            .post(&artisan, "/pricing/optimize", &json!([bowl.id]))
            .answer()
            .await;
        answer.expect(200)["optimization_results"][0].clone()
    };
    soon(async || best().await["basis"] == "observed_demand").await;
    let result = best().await;
    // 650.50 × 3 / 2, within what was tried
    let suggested = result["suggested_price"].as_f64().unwrap();
    assert!((950.0..1000.0).contains(&suggested), "{result}");
    let impact = result["demand_impact"].as_f64().unwrap();
    assert!((300.0..400.0).contains(&impact), "{result}");
    assert!(
        result["potential_increase"].as_f64().unwrap() > 2000.0,
        "{result}"
    );
}

#[tokio::test]
async fn each_id_has_a_result_or_an_error() {
    let town = Town::open().await;
    let (artisan, other) = (town.artisan().await, town.artisan().await);
    let hers = town.bowl(&artisan, json!({}));
    let others = town.bowl(&other, json!({}));
    let bare = town.bowl(&artisan, json!({ "costs": null }));
    for bowl in [&hers, &others, &bare] {
        town.lists(bowl).await;
    }
    let nobodys: shared_models::ids::ProductId = town.pricing.kit.ids.fresh();
    let ids = json!([hers.id, others.id, nobodys, bare.id]);
    let answer = town
        .post(&artisan, "/pricing/optimize", &ids)
        .answer()
        .await
        .expect(200);
    let results = answer["optimization_results"].as_array().unwrap();
    let told: Vec<_> = results
        .iter()
        .map(|result| (&result["product_id"], &result["error"]["code"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(hers.id), &Value::Null),
            (&json!(others.id), &json!("not_owner")),
            (&json!(nobodys), &json!("not_found")),
            (&json!(bare.id), &Value::Null),
        ]
    );
    assert_eq!(results[3]["suggested_price"], Value::Null);
    assert_eq!(results[3]["basis"], "none");
    assert_eq!(
        results[3]["notes"][0],
        "There is no price without costs.labor_hours."
    );
}

#[tokio::test]
async fn a_hundred_listings_at_most() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let ids: Vec<_> = (0..101).map(|_| town.pricing.kit.ids.uuid()).collect();
    for body in [
        json!(ids),
        json!({ "product_ids": ids }),
        json!([]),
        json!({ "product_ids": [] }),
    ] {
        let answer = town.post(&artisan, "/pricing/optimize", &body).answer().await;
        assert_eq!(answer.refused(422, "invalid"), "/product_ids");
    }
    let all = town
        .post(&artisan, "/pricing/optimize", &json!(ids[..100]))
        .answer()
        .await
        .expect(200);
    assert_eq!(all["optimization_results"].as_array().unwrap().len(), 100);
}
