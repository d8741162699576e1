use std::sync::Arc;

use serde_json::{Value, json};
use service_client::Service;
use shared_models::identity::Role;

use crate::refusals::{
    Asked,
    Foreign::{NoObject, Refused},
    Row, Who, World,
};

/// An id of nothing.
const NOBODYS: &str = "0190f3e2-7b1c-7c3a-9f00-000000000000";

/// The operations of product.
pub fn rows() -> Vec<Row> {
    let mut rows = catalogue();
    rows.extend(listings());
    rows.extend(stock_and_likes());
    rows.extend(moderation());
    rows.push(facts());
    rows
}

fn facts() -> Row {
    Row::new(
        "GET /internal/products/{id}",
        Who::Service(Service::Ml),
        NoObject,
        |world| async move {
            let token = world.service_token(Service::Ml).await;
            let asked = Asked::by_anyone().of(&listed(&world).await);
            asked.showing("x-service-token", &token)
        },
    )
}

fn catalogue() -> Vec<Row> {
    vec![
        Row::new("GET /products", Who::AnyoneKnown, NoObject, |_| async {
            Asked::by_anyone().where_("category=pottery&limit=5")
        }),
        Row::new("GET /products/categories", Who::Anyone, NoObject, |_| async {
            Asked::by_anyone()
        }),
        Row::new("GET /products/suggest", Who::Anyone, NoObject, |_| async {
            Asked::by_anyone().where_("q=bo")
        }),
        Row::new("POST /products/search", Who::Anyone, NoObject, |world| async move {
            Asked::by_anyone().with(json!({
                "query": "bowl", "sort": "relevance", "limit": 5,
                "filters": {
                    "category": "pottery", "subcategory": "bowls", "region": "rajasthan",
                    "material": "terracotta", "artisan_id": world.artisan.id, "price_min": 1, "price_max": 5000,
                    "currency": "INR",
                },
            }))
        })
        .refuses("/cursor", "rubbish"),
    ]
}

fn listings() -> Vec<Row> {
    vec![
        Row::new("POST /products", artisans(), Refused(403), |world| async move {
            let mut body = edited(&world).await;
            body["id"] = json!(world.fresh_id());
            body["artisan_id"] = json!(world.artisan.id);
            body["quantity"] = json!(3);
            body["title"] = json!({ "en": "Terracotta bowl", "hi": "मिट्टी का कटोरा" });
            body["description"] = json!("Thrown on a kick wheel.");
            Asked::by(&world.artisan.access).with(body)
        })
        .refuses("/price", json!(850.005))
        .refuses("/image_ids/0", NOBODYS)
        .refuses("/title/xx", "Bol")
        .refuses("/title", json!({})),
        Row::new(
            "GET /products/{id}",
            Who::AnyoneKnown,
            NoObject,
            |world| async move { Asked::by_anyone().of(&listed(&world).await) },
        ),
        Row::new(
            "PUT /products/{id}",
            artisans(),
            Refused(403),
            |world| async move {
                let body = edited(&world).await;
                of_listing(world).await.with(body)
            },
        )
        .refuses("/price", json!(850.005))
        .refuses("/image_ids/0", NOBODYS),
        Row::new(
            "PATCH /products/{id}",
            artisans(),
            Refused(403),
            |world| async move {
                let body = edited(&world).await;
                of_listing(world).await.with(body)
            },
        )
        .refuses("/price", json!(850.005))
        .refuses("/image_ids/0", NOBODYS),
        Row::new("DELETE /products/{id}", artisans(), Refused(403), of_listing),
        Row::new(
            "GET /internal/images/{file_id}",
            Who::Service(Service::Media),
            NoObject,
            |world| async move {
                listed(&world).await;
                let token = world.service_token(Service::Media).await;
                let asked = Asked::by_anyone().of(world.photo().await);
                asked.showing("x-service-token", &token)
            },
        ),
        Row::new(
            "DELETE /internal/images/{file_id}",
            Who::Service(Service::Media),
            NoObject,
            |world| async move {
                let token = world.service_token(Service::Media).await;
                let asked = Asked::by_anyone().of(&world.fresh_id());
                asked.showing("x-service-token", &token)
            },
        )
        .repeatable(),
    ]
}

fn stock_and_likes() -> Vec<Row> {
    vec![
        Row::new(
            "GET /products/{id}/inventory",
            artisans(),
            Refused(403),
            of_listing,
        ),
        Row::new(
            "PUT /products/{id}/inventory",
            artisans(),
            Refused(403),
            |world| async move { of_listing(world).await.with(json!({ "quantity": 5 })) },
        ),
        Row::new(
            "GET /products/{id}/like",
            Who::AnyoneKnown,
            NoObject,
            |world| async move { Asked::by_anyone().of(&listed(&world).await) },
        ),
        Row::new(
            "PUT /products/{id}/like",
            Who::SignedIn,
            NoObject,
            |world| async move { Asked::by(&world.buyer.access).of(&listed(&world).await) },
        ),
        Row::new(
            "DELETE /products/{id}/like",
            Who::SignedIn,
            NoObject,
            |world| async move { Asked::by(&world.buyer.access).of(&listed(&world).await) },
        ),
    ]
}

fn moderation() -> Vec<Row> {
    let admins = || Who::Only(vec![Role::Admin]);
    vec![
        Row::new(
            "PUT /products/{id}/suspension",
            admins(),
            NoObject,
            |world| async move {
                let asked = Asked::by(&world.admin.access).of(&listed(&world).await);
                asked.with(json!({ "reason": "a copy" }))
            },
        ),
        Row::new(
            "DELETE /products/{id}/suspension",
            admins(),
            NoObject,
            |world| async move { Asked::by(&world.admin.access).of(&listed(&world).await) },
        ),
    ]
}

fn artisans() -> Who {
    Who::Only(vec![Role::Artisan])
}

/// By the artisan, of a new listing of hers.
async fn of_listing(world: Arc<World>) -> Asked {
    Asked::by(&world.artisan.access).of(&listed(&world).await)
}

/// The id of a new listing of the artisan's.
pub(super) async fn listed(world: &World) -> String {
    let token = Some(world.artisan.access.as_str());
    let listing = world
        .does(
            Service::Product,
            "POST",
            "/products",
            token,
            Some(edited(world).await),
        )
        .await;
    listing["id"].as_str().expect("a listing").to_owned()
}

/// Every field that an owner edits.
async fn edited(world: &World) -> Value {
    json!({
        "title": "Blue bowl", "description": { "en": "Thrown on a kick wheel." },
        "category": "pottery", "subcategory": "bowls", "price": 900, "currency": "INR",
        "materials": ["terracotta"],
        "dimensions": { "length": 18, "width": 18.5, "height": 9, "unit": "cm" },
        "weight_grams": 640, "production_time": "4 days",
        "region": "rajasthan", "cultural_origin": "Molela", "status": "active",
        "costs": { "material_costs": [{ "name": "clay", "amount": 40 }], "labor_hours": 6, "overhead": 25.5 },
        "image_ids": [world.photo().await],
    })
}
