use std::sync::Arc;

use serde_json::json;
use service_client::Service;
use shared_models::identity::Role;

use crate::refusals::{
    Asked,
    Foreign::{NoObject, Refused},
    Row, Who, World,
};

/// The operations of pricing.
pub fn rows() -> Vec<Row> {
    vec![
        Row::new("POST /pricing/calculate", artisans(), Refused(403), |world| async move {
            let body = json!({
                "product_id": listed(&world).await, "base_cost": 12.5, "labor_hours": 4.5,
                "material_costs": [{ "name": "clay", "amount": 40 }], "artisan_skill_level": 7, "urgency": "low",
                "hourly_wage": 110, "overhead": 20,
            });
            Asked::by(&world.artisan.access).with(body)
        })
        .refuses("/base_cost", json!(12.505))
        .refuses("/product_id", json!("01890000")),
        Row::new(
            "GET /pricing/market-analysis/{category}",
            Who::SignedIn,
            NoObject,
            |world| async move {
                let asked = Asked::by(&world.buyer.access).of("pottery");
                asked.where_("region=rajasthan&currency=INR")
            },
        ),
        Row::new("POST /pricing/optimize", artisans(), NoObject, |world| async move {
            let id = listed(&world).await;
            Asked::by(&world.artisan.access).with(json!({ "product_ids": [id] }))
        })
        .refuses("/product_ids/0", json!("01890000")),
    ]
}

fn artisans() -> Who {
    Who::Only(vec![Role::Artisan])
}

/// The id of a new listing of the artisan's.
async fn listed(world: &Arc<World>) -> String {
    let token = Some(world.artisan.access.as_str());
    let bowl = json!({
        "title": "Blue bowl", "description": { "en": "Thrown on a kick wheel." }, "category": "pottery",
        "subcategory": "bowls", "price": 900, "materials": ["terracotta"], "dimensions": {},
        "production_time": "4 days", "costs": { "labor_hours": 6 },
    });
    let listing = world
        .does(Service::Product, "POST", "/products", token, Some(bowl))
        .await;
    listing["id"].as_str().expect("a listing").to_owned()
}
