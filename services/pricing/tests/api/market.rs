//! What is known of a market.

use serde_json::{Value, json};

use crate::town::{Asked, Town, soon};

#[tokio::test]
async fn an_unknown_category_says_that_nothing_is_known() {
    let town = Town::open().await;
    let buyer = town.pricing.buyer().await;
    let analysis = town.analysis(&buyer, "basketry").await;
    assert_eq!(analysis["sample_size"], 0);
    assert_eq!(analysis["thin"], true);
    for field in [
        "average_price",
        "median_price",
        "price_range",
        "price_trend_percent_a_month",
        "region",
    ] {
        assert_eq!(analysis[field], Value::Null, "{field}");
    }
    assert_eq!(analysis["price_trend"], "unknown");
    assert_eq!(analysis["demand_level"], "unknown");
    assert_eq!(analysis["seasonality"], json!([]));
    assert!(
        analysis["notes"]
            .as_array()
            .unwrap()
            .contains(&json!("No prices are known here."))
    );
}

#[tokio::test]
async fn a_planted_market_is_found() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let now = town.pricing.clock().now();
    let mut bowls = Vec::new();
    for week in 0..12_i64 {
        let listed = now - chrono::Duration::days(7 * week);
        let region = if week % 3 == 0 { "odisha" } else { "bihar" };
        // A hundred rupees less each week into the past.
        let bowl = town.bowl(
            &artisan,
            json!({ "price": 2000 - 100 * week, "created_at": listed, "region_key": region }),
        );
        town.lists(&bowl).await;
        bowls.push(bowl);
    }
    town.lists(&town.bowl(&artisan, json!({ "status": "draft", "price": 1 })))
        .await;
    town.lists(&town.bowl(&artisan, json!({ "currency": "USD", "price": 9 })))
        .await;
    for days_ago in [2, 9, 20] {
        town.sold(&bowls[0], 5, days_ago).await;
    }
    town.sold(&bowls[1], 3, 60).await;
    soon(async || town.analysis(&artisan, "pottery").await["units_sold_30d"] == 15).await;

    let analysis = town.analysis(&artisan, "pottery").await;
    assert_eq!(
        (&analysis["sample_size"], &analysis["thin"]),
        (&json!(12), &json!(false))
    );
    assert_eq!(
        (&analysis["average_price"], &analysis["median_price"]),
        (&json!(1450), &json!(1450))
    );
    assert_eq!(
        analysis["price_range"],
        json!({ "low": 1175, "median": 1450, "high": 1725, "sample_size": 12 })
    );
    assert_eq!(analysis["price_trend"], "rising");
    let monthly = analysis["price_trend_percent_a_month"].as_f64().unwrap();
    assert!((25.0..45.0).contains(&monthly), "{monthly}");
    soon(async || town.analysis(&artisan, "pottery").await["demand_level"] == "high").await;
    assert!(!analysis["recommendations"].as_array().unwrap().is_empty());

    let odisha = town.analysis(&artisan, "pottery?region=Odisha").await;
    assert_eq!(
        (&odisha["sample_size"], &odisha["region"]),
        (&json!(4), &json!("Odisha"))
    );
    assert_eq!(odisha["thin"], true);
    let dollars = town.analysis(&artisan, "pottery?currency=USD").await;
    assert_eq!(
        (&dollars["sample_size"], &dollars["average_price"]),
        (&json!(1), &json!(9))
    );
}

#[tokio::test]
async fn an_order_counts_once_and_its_lines_together() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    let order_id: shared_models::ids::OrderId = town.pricing.kit.ids.uuid().into();
    let order = shared_models::events::OrderCompleted {
        order_id,
        ordered_at: town.pricing.clock().now(),
        product_ids: vec![bowl.id, bowl.id],
        artisan_ids: vec![artisan.id; 2],
        quantities: vec![2, 3],
        categories: vec!["pottery".into(); 2],
        subcategories: vec![String::new(); 2],
        regions: vec![String::new(); 2],
    };
    town.told(order_id, 1, &order).await;
    town.sold(&bowl, 4, 0).await;
    soon(async || town.analysis(&artisan, "pottery").await["units_sold_30d"] == 9).await;
}

#[tokio::test]
async fn a_market_is_for_those_who_are_signed_in_and_named_well() {
    let town = Town::open().await;
    let anyone = town
        .pricing
        .get("/pricing/market-analysis/pottery")
        .answer()
        .await;
    anyone.refused(401, "unauthenticated");
    let buyer = town.pricing.buyer().await;
    for path in ["Pottery", "-a", "pottery?currency=XYZ", "pottery?currency=inr"] {
        let asked = town.pricing.get(&format!("/pricing/market-analysis/{path}"));
        asked
            .bearer_auth(&buyer.token)
            .answer()
            .await
            .refused(400, "malformed");
    }
}
