use axum::extract::State;
use backends::documents::Batch;
use service_kit::{
    Tagged,
    extract::{Artisan, IfMatch, Path, ValidJson, read_json},
};
use shared_models::{
    ids::{ProductId, UserId},
    product::{Product, ProductPatch, ProductReplace, PublishStatus},
};

use crate::{
    domain::{Content, Listing, Speaker, patched},
    error::ProductError,
    state::{ProductState, Shared},
};

/// Replaces everything that the owner of a listing may edit. What is optional and left out is taken away;
/// only the status stays.
///
/// Answers 412 when the listing changed since the caller read it.
#[utoipa::path(put, path = "/products/{id}", tag = "products",
    params(("id" = ProductId, Path), ("If-Match" = Option<String>, Header)), request_body = ProductReplace,
    responses((status = 200, body = Product)), security(("bearer" = [])))]
pub(crate) async fn put(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(id): Path<ProductId>,
    if_match: IfMatch,
    ValidJson(request): ValidJson<ProductReplace>,
) -> Result<Tagged<Product>, ProductError> {
    let texts = [Some(&request.title), Some(&request.description)];
    let speaker = state.profiles.speaker(artisan.id(), texts).await;
    let edit = Edit {
        artisan: artisan.id(),
        id,
        if_match,
        speaker,
        chosen: request.status,
    };
    state.settled(|| state.edit(&edit, |_| Ok(request.clone()))).await
}

/// Changes some of what the owner of a listing may edit (RFC 7396): what is left out stays, null takes away.
///
/// Answers 412 when the listing changed since the caller read it.
#[utoipa::path(patch, path = "/products/{id}", tag = "products",
    params(("id" = ProductId, Path), ("If-Match" = Option<String>, Header)),
    request_body(content((ProductPatch = "application/merge-patch+json"), (ProductPatch = "application/json"))),
    responses((status = 200, body = Product)), security(("bearer" = [])))]
pub(crate) async fn patch(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(id): Path<ProductId>,
    if_match: IfMatch,
    ValidJson(patch): ValidJson<ProductPatch>,
) -> Result<Tagged<Product>, ProductError> {
    let texts = [patch.title.as_ref(), patch.description.as_ref()];
    let speaker = state.profiles.speaker(artisan.id(), texts).await;
    let edit = Edit {
        artisan: artisan.id(),
        id,
        if_match,
        speaker,
        chosen: patch.status,
    };
    state
        .settled(|| state.edit(&edit, |listing| merged(listing, &patch)))
        .await
}

/// Who edits which listing, and how.
struct Edit {
    artisan: UserId,
    id: ProductId,
    if_match: IfMatch,
    speaker: Speaker,
    /// What the request itself says about the status.
    chosen: Option<PublishStatus>,
}

/// What a listing says with the changes of a patch; the limits are checked on the whole.
fn merged(listing: &Listing, patch: &ProductPatch) -> Result<ProductReplace, ProductError> {
    let before = serde_json::to_value(listing.content.editable(listing.published))?;
    let after = patched(before, serde_json::to_value(patch)?);
    Ok(read_json(&serde_json::to_vec(&after)?)?)
}

impl ProductState {
    /// One attempt at an edit.
    async fn edit(
        &self,
        edit: &Edit,
        request: impl Fn(&Listing) -> Result<ProductReplace, ProductError>,
    ) -> Result<Tagged<Product>, ProductError> {
        let kept = self.listings.owned_by(edit.artisan, edit.id).await?;
        edit.if_match.check(kept.value.revision)?;
        let request = request(&kept.value)?;
        let image_ids = request.image_ids.clone();
        let content = Content::of(request, edit.speaker)?;
        let content = self.in_her_words(content, &kept.value).await?;
        let photos = self
            .photos(edit.artisan, &image_ids, &kept.value.content.photos)
            .await?;
        let now = self.kit.clock.now();
        let listing = match kept.value.edited(content.showing(photos), edit.chosen, now)? {
            None => kept.value,
            Some(changed) => {
                let mut batch = Batch::new();
                self.while_kept(&mut batch, &changed.listing, &kept.value.content.photos)
                    .await?;
                self.listings.change(&mut batch, &kept.version, &changed)?;
                self.listings.commit(batch).await?;
                changed.listing
            }
        };
        let product = self.shown(&listing, true).await?;
        Ok(Tagged::new(listing.revision, product)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use shared_models::text::Language;

    use super::*;

    const NOW: chrono::DateTime<chrono::Utc> = chrono::DateTime::UNIX_EPOCH;
    const SPEAKER: Speaker = Speaker {
        profile: Some(Language::Hi),
    };

    fn listing() -> Listing {
        let request = json!({
            "title": { "en": "Cup", "hi": "प्याला" }, "description": { "en": "A cup" }, "category": "pottery",
            "subcategory": "cups", "price": 10, "materials": ["clay"], "dimensions": { "height": 9 },
            "weight_grams": 200, "production_time": "a day", "costs": { "labor_hours": 2, "overhead": 1.5 },
        });
        let content = Content::of(serde_json::from_value(request).unwrap(), SPEAKER).unwrap();
        let (id, artisan) = (uuid::Uuid::nil().into(), uuid::Uuid::max().into());
        Listing::new(id, artisan, content, PublishStatus::Active, false, NOW)
    }

    fn any_of(values: Vec<Value>) -> impl Strategy<Value = Option<Value>> {
        proptest::option::of(proptest::sample::select(values))
    }

    fn patches() -> impl Strategy<Value = ProductPatch> {
        let fields = (
            any_of(vec![
                json!("Mug"),
                json!({ "hi": null }),
                json!({ "ta": "கோப்பை", "en": null }),
            ]),
            any_of(vec![json!(7), json!(1499.5), json!(0)]),
            any_of(vec![json!([]), json!(["clay", "ash"])]),
            any_of(vec![
                json!({}),
                json!({ "height": null, "width": 2 }),
                json!({ "unit": "mm" }),
            ]),
            any_of(vec![Value::Null, json!(5)]),
            any_of(vec![Value::Null, json!("Bihar")]),
            any_of(vec![
                Value::Null,
                json!({ "overhead": null }),
                json!({ "material_costs": [] }),
            ]),
            any_of(vec![json!("draft"), json!("active")]),
        );
        fields.prop_map(
            |(title, price, materials, dimensions, weight, region, costs, status)| {
                let names = [
                    "title",
                    "price",
                    "materials",
                    "dimensions",
                    "weight_grams",
                    "region",
                    "costs",
                    "status",
                ];
                let values = [title, price, materials, dimensions, weight, region, costs, status];
                let said = names
                    .into_iter()
                    .zip(values)
                    .filter_map(|(name, value)| Some((name, value?)));
                let fields: serde_json::Map<_, _> =
                    said.map(|(name, value)| (name.to_owned(), value)).collect();
                serde_json::from_value(fields.into()).unwrap()
            },
        )
    }

    /// The listing after an edit; nothing when it changes nothing, or takes the last title away.
    fn edited(listing: &Listing, patch: &ProductPatch) -> Option<Listing> {
        let content = Content::of(merged(listing, patch).ok()?, SPEAKER).ok()?;
        let changed = listing.edited(content, patch.status, NOW).unwrap();
        changed.map(|changed| changed.listing)
    }

    proptest! {
        #[test]
        fn a_patch_applied_twice_is_applied_once(first in patches(), second in patches()) {
            let listing = listing();
            let before = edited(&listing, &first).unwrap_or(listing);
            let once = edited(&before, &second).unwrap_or(before);
            prop_assert_eq!(edited(&once, &second), None);
        }

        #[test]
        fn what_a_patch_does_not_name_stays(patch in patches()) {
            let before = listing();
            let after = edited(&before, &patch).unwrap_or_else(|| before.clone());
            let (before, after) = (json!(before.product(true, &str::to_owned)), json!(after.product(true, &str::to_owned)));
            let named = json!(patch);
            for (field, value) in before.as_object().unwrap() {
                let follows = matches!(field.as_str(), "status" | "available" | "updated_at");
                if !follows && named.get(field).is_none() {
                    prop_assert_eq!(&after[field], value, "{}", field);
                }
            }
        }
    }
}
