use axum::{Json, extract::State};
use images::Format;
use service_kit::extract::{Artisan, Path, ValidJson};
use shared_models::{
    ids::FileId,
    media::{OptimizeRequest, Optimized, RenditionFormat},
};

use crate::{
    domain::file::{File, rendition},
    error::MediaError,
    state::{MediaState, Shared},
    store::Made,
};

/// Makes more pictures of a photo, beside its eight; those that were made before stay.
#[utoipa::path(post, path = "/media/{file_id}/optimize", tag = "media", params(("file_id" = FileId, Path)),
    request_body = OptimizeRequest, responses((status = 200, body = Optimized)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(file_id): Path<FileId>,
    ValidJson(request): ValidJson<OptimizeRequest>,
) -> Result<Json<Optimized>, MediaError> {
    let file = state.files.owned_by(artisan.id(), file_id).await?.value;
    let made = state.render(&file, &request).await?;
    let file = state.files.add_pictures(file_id, made).await?;
    let public = state.is_known_to_be_public(&file).await?;
    let mut urls = if public {
        state.links.stable(&file)
    } else {
        state.links.signed(&file)
    };
    urls.retain(|name, _| file.pictures.get(name).is_some_and(|stored| stored.requested));
    Ok(Json(Optimized {
        file_id,
        optimized_urls: urls,
    }))
}

impl MediaState {
    /// Renders and puts what is not there yet. The same request makes the same bytes under the same names.
    async fn render(&self, file: &File, request: &OptimizeRequest) -> Result<Made, MediaError> {
        let mut wanted: Vec<(String, u32, Format, u8)> = Vec::new();
        for width in &request.widths {
            for format in &request.formats {
                let name = rendition(*width, request.quality, *format);
                if !file.pictures.contains_key(&name) && !wanted.iter().any(|(known, ..)| *known == name) {
                    wanted.push((name, *width, encoded_as(*format), request.quality));
                }
            }
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let hand = self.studio.hand().await?;
        let original = self.shelf.original(file.id).await?;
        let rendered = self.studio.render(hand, original, wanted).await?;
        let rendered = rendered.map_err(service_kit::Problem::internal)?;
        let mut made = Vec::with_capacity(rendered.len());
        for (name, picture) in rendered {
            let mut stored = self.shelf.put(file.id, &name, &picture).await?;
            stored.requested = true;
            made.push((name, stored));
        }
        Ok(made)
    }
}

fn encoded_as(format: RenditionFormat) -> Format {
    match format {
        RenditionFormat::Jpeg => Format::Jpeg,
        RenditionFormat::Webp => Format::WebP,
    }
}
