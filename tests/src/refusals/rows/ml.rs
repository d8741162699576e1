use serde_json::json;

use crate::refusals::{Asked, Foreign::Refused, Row, Who};

/// The operations of ml.
pub fn rows() -> Vec<Row> {
    vec![Row::new(
        "POST /ml/analyze-image",
        Who::SignedIn,
        Refused(404),
        |world| async move {
            let photo = super::media::photo(&world).await;
            Asked::by(&world.artisan.access).with(json!({ "file_id": photo }))
        },
    )]
}
