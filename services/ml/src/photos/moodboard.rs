use axum::{
    Json,
    extract::{Request, State},
};
use bytes::Bytes;
use images::Likeness;
use service_kit::extract::{Artisan, IdempotencyKey};
use shared_models::ml::{MarketAlignment, Moodboard, PhotoRef, SimilarProduct};

use super::sent::PhotoForm;
use crate::{
    error::MlError,
    gallery::Similar,
    paint::Board,
    photos::Print,
    renderings::Owner,
    state::{MlState, Shared},
    vision::{self, Seen, Swatch},
};

/// Similar pieces that are shown.
const SIMILAR: usize = 10;
/// Some may not be on offer any more.
const SPARE: usize = 3;
/// Fewer listings tell nothing about a market.
const NEEDED: usize = 12;

/// A moodboard of a photo: a picture of its colours, details and words, what it is near to among the listings, and
/// pieces that look like it.
///
/// The photo is sent in a form, or named by its id at media. The picture is stored at media as the artisan's; with an
/// `Idempotency-Key` a repeated request stores it once.
#[utoipa::path(post, path = "/ml/generate-moodboard", tag = "ml",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content((PhotoForm = "multipart/form-data"), (PhotoRef = "application/json"))),
    responses((status = 200, body = Moodboard)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    _artisan: Artisan,
    _key: IdempotencyKey,
    request: Request,
) -> Result<Json<Moodboard>, MlError> {
    let owner = Owner::of(request.headers())?;
    let photo = state.photo(request).await?;
    let work = |print: &Print| (vision::look(&print.raster), print.likeness);
    let (seen, likeness) = state
        .darkroom
        .look(photo.field, photo.bytes.clone(), work)
        .await?;
    let inspiration = inspiration(&seen);
    let board = state.board(&photo.bytes, &seen, &inspiration).await?;
    let kept = state.keep(&owner, "moodboard", board).await?;
    Ok(Json(Moodboard {
        moodboard_url: kept.original_url,
        moodboard_file_id: kept.file_id,
        color_palette: seen.palette.iter().map(Swatch::hex).collect(),
        style_inspiration: inspiration,
        market_alignment: state.alignment(&seen),
        similar_products: state.similar(&seen, likeness.as_ref()).await?,
    }))
}

impl MlState {
    async fn board(&self, photo: &Bytes, seen: &Seen, inspiration: &[String]) -> Result<Bytes, MlError> {
        let embedded = self.darkroom.embed("image", photo.clone()).await?;
        let (easel, seen, inspiration) = (self.easel.clone(), seen.clone(), inspiration.to_vec());
        let painted = self
            .darkroom
            .paint(move || {
                let tags = seen.style.tags();
                let board = Board {
                    title: "Moodboard",
                    photo: &embedded.uri,
                    size: embedded.size,
                    palette: &seen.palette,
                    tags: &tags,
                    inspiration: &inspiration,
                };
                board.paint(&easel)
            })
            .await?;
        Ok(painted.into())
    }

    async fn similar(
        &self,
        seen: &Seen,
        likeness: Option<&Likeness>,
    ) -> Result<Vec<SimilarProduct>, MlError> {
        let similar: Vec<Similar> = self
            .gallery
            .similar(&seen.features, likeness, None, SIMILAR * SPARE);
        let ids: Vec<_> = similar.iter().map(|one| one.product_id).collect();
        let mut offered = self.on_offer(&ids).await?;
        let shown = similar.into_iter().filter_map(|one| {
            Some(SimilarProduct {
                product: offered.remove(&one.product_id)?,
                likeness: (f64::from(one.likeness) * 1000.0).round() / 1000.0,
                same_photo: one.same_photo,
            })
        });
        Ok(shown.take(SIMILAR).collect())
    }

    /// How near the photo is to those of its kind: to the nearest quarter of them.
    fn alignment(&self, seen: &Seen) -> MarketAlignment {
        let verdict = self.gallery.recognise(&seen.features, None);
        let category = verdict.names().pop();
        let mut distances = self.gallery.distances(&seen.features, category.as_deref());
        let known = distances.len();
        let sample_size = u32::try_from(known).unwrap_or(u32::MAX);
        let of = category
            .as_ref()
            .map_or_else(String::new, |category| format!(" of {category}"));
        if known < NEEDED {
            return MarketAlignment {
                score: None,
                category,
                sample_size,
                explanation: format!(
                    "Only {known} public listings{of} have a photo; {NEEDED} are needed to compare"
                ),
            };
        }
        distances.sort_by(f32::total_cmp);
        let nearest = &distances[..known.div_ceil(4)];
        let mean = nearest.iter().map(|distance| f64::from(*distance)).sum::<f64>()
            / f64::from(u32::try_from(nearest.len()).unwrap_or(1));
        MarketAlignment {
            score: Some(((1.0 - mean).clamp(0.0, 1.0) * 1000.0).round() / 1000.0),
            category,
            sample_size,
            explanation: format!(
                "The nearest quarter of {known} public listings{of} is at a mean distance of {mean:.2} in colour, texture \
                 and layout, where 0 is the same and 1 shares nothing"
            ),
        }
    }
}

/// Traditions whose measured looks the photo shares: a suggestion for a buyer's eye, and no claim about the piece.
fn inspiration(seen: &Seen) -> Vec<String> {
    let names: Vec<&str> = seen
        .palette
        .iter()
        .map(|swatch| vision::name_of(swatch.rgb))
        .collect();
    let tags = seen.style.tags();
    let has = |wanted: &[&str]| {
        names
            .iter()
            .any(|name| wanted.iter().any(|wanted| name.contains(wanted)))
    };
    let is = |tag: &str| tags.contains(&tag);
    let known = [
        (
            has(&["indigo"]) && is("repeating-pattern"),
            "Indigo in a repeating pattern: the look of Ajrakh and Dabu block prints",
        ),
        (
            has(&["madder", "cochineal", "lac", "red ochre"]) && is("repeating-pattern"),
            "Reds in a repeating pattern: the look of Bagh and Kalamkari prints",
        ),
        (
            has(&["blue lotus", "peacock blue", "turquoise", "royal blue"]) && is("bright"),
            "Blue on a light ground: the look of Jaipur blue pottery",
        ),
        (
            has(&["terracotta", "mango", "red ochre"]) && is("earthy"),
            "Fired earth: the look of terracotta from Bankura and Molela",
        ),
        (
            is("multicoloured") && is("vibrant"),
            "Many strong colours: the look of Phulkari and Madhubani",
        ),
        (
            is("symmetric") && is("geometric"),
            "Mirrored geometry: the look of Patola and Ikat",
        ),
        (
            has(&["ivory", "beige", "tan"]) && is("muted"),
            "Undyed and quiet: the look of Kora cotton and cane",
        ),
        (
            has(&["gold", "orpiment", "saffron", "indian yellow"]) && is("warm"),
            "Golden warmth: the look of zari and brass",
        ),
    ];
    let mut said: Vec<String> = known
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, sentence)| (*sentence).to_owned())
        .collect();
    let colours: Vec<String> = names.iter().take(3).map(|name| (*name).to_owned()).collect();
    said.push(format!("Led by {}; {}", colours.join(", "), tags.join(", ")));
    said
}
