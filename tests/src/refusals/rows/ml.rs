use std::{sync::Arc, time::Duration};

use serde_json::json;
use service_client::Service;
use shared_models::identity::Role;
use tokio::time::Instant;

use crate::refusals::{
    Asked,
    Foreign::{NoObject, Refused},
    Row, Who, World,
};

/// How long an analysis may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);

/// The operations of ml.
pub fn rows() -> Vec<Row> {
    let mut rows = people();
    rows.extend(predictions());
    rows.extend(services());
    rows
}

fn people() -> Vec<Row> {
    vec![
        Row::new(
            "POST /ml/analyze-image",
            Who::SignedIn,
            Refused(404),
            |world| async move {
                let photo = super::media::photo(&world).await;
                Asked::by(&world.artisan.access).with(json!({ "file_id": photo }))
            },
        ),
        Row::new(
            "POST /ml/generate-description",
            Who::SignedIn,
            Refused(403),
            |world| async move {
                Asked::by(&world.artisan.access).with(json!({
                    "product_id": "0190b6a0-7c00-7000-8000-000000000001", "id": "0190b6a0-7c00-7000-8000-000000000001",
                    "artisan_id": world.artisan.id,
                    "title": "Blue bowl", "description": { "en": "A bowl" }, "language": "en",
                    "category": "pottery", "subcategory": "bowls", "craft": "blue-pottery",
                    "materials": ["quartz"], "colours": ["blue"],
                    "dimensions": { "length": 20, "width": 20, "height": 9.5, "unit": "cm" }, "weight_grams": 850,
                    "production_time": "2 weeks", "labor_hours": 14, "region": "rajasthan",
                    "cultural_origin": "Jaipur", "care": ["hand_wash"], "quantity": 4,
                    "price": 1499.5, "currency": "INR",
                }))
            },
        )
        .refuses("/title", " ")
        .refuses("/region", "\u{202e}")
        .refuses("/price", -1),
        Row::new(
            "POST /ml/generate-moodboard",
            Who::Only(vec![Role::Artisan]),
            Refused(404),
            |world| async move {
                let photo = super::media::photo(&world).await;
                Asked::by(&world.artisan.access).with(json!({ "file_id": photo }))
            },
        ),
        Row::new(
            "POST /ml/marketing-content",
            Who::Only(vec![Role::Artisan]),
            Refused(403),
            |world| async move {
                let id = super::product::listed(&world).await;
                Asked::by(&world.artisan.access).with(json!({ "product_id": id }))
            },
        ),
        Row::new(
            "GET /ml/recommendations",
            Who::SignedIn,
            NoObject,
            |world| async move { Asked::by(&world.buyer.access).where_("limit=3") },
        ),
    ]
}

fn predictions() -> Vec<Row> {
    vec![
        Row::new("POST /ml/predict-demand", Who::SignedIn, NoObject, |world| async move {
            Asked::by(&world.artisan.access).with(json!({
                "category": "pottery", "subcategory": "bowls", "region": "khurja", "time_horizon": 14,
            }))
        })
        .refuses("/time_horizon", 0)
        .refuses("/time_horizon", 366),
        Row::new("POST /ml/predict-price", Who::SignedIn, NoObject, |world| async move {
            Asked::by(&world.artisan.access).with(json!({
                "product_id": world.fresh_id(), "category": "pottery", "subcategory": "bowls", "materials": ["clay"],
                "dimensions": { "length": 20, "width": 20, "height": 8, "unit": "cm" },
                "artisan_skill_level": 6, "region": "khurja", "currency": "INR",
            }))
        })
        .refuses("/artisan_skill_level", 11),
    ]
}

fn services() -> Vec<Row> {
    vec![
        Row::new(
            "GET /internal/analyses/{id}",
            Who::Service(Service::Product),
            NoObject,
            |world| async move { by(&world, Service::Product).await.of(&analysed(&world).await) },
        ),
        Row::new(
            "POST /ml/text",
            Who::Service(Service::Storytelling),
            NoObject,
            |world| async move {
                let body = json!({
                    "language": "en", "task": "A greeting card", "facts": [{ "name": "title", "value": "Blue bowl" }],
                    "template": "A {title} for you.", "max_characters": 200,
                });
                by(&world, Service::Storytelling).await.with(body)
            },
        )
        .refuses("/template", "A {name} for you."),
        Row::new(
            "POST /ml/translate",
            Who::Service(Service::Storytelling),
            NoObject,
            |world| async move {
                let body = json!({ "text": "clay", "from": "en", "to": "hi" });
                by(&world, Service::Storytelling).await.with(body)
            },
        ),
        Row::new(
            "POST /ml/embeddings",
            Who::Service(Service::Product),
            NoObject,
            |world| async move {
                let body = json!({ "texts": ["Blue bowl", "नीला कटोरा"] });
                by(&world, Service::Product).await.with(body)
            },
        ),
    ]
}

async fn by(world: &World, service: Service) -> Asked {
    let token = world.service_token(service).await;
    Asked::by_anyone().showing("x-service-token", &token)
}

/// The id of a new listing that was looked at.
async fn analysed(world: &Arc<World>) -> String {
    let id = super::product::listed(world).await;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let token = world.service_token(Service::Product).await;
        let request = world.request_to(Service::Ml, "GET", &format!("/internal/analyses/{id}"));
        let answer = request
            .header("x-service-token", token)
            .send()
            .await
            .expect("an answer");
        if answer.status() == 200 {
            return id;
        }
        assert!(Instant::now() < deadline, "nothing was made of the listing");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
