use axum::{Json, extract::State};
use service_kit::extract::{Caller, Page, PageLink};
use shared_models::media::Duplicate;

use crate::{error::MediaError, state::Shared};

/// Photos of different artisans that look alike, mirrored ones too; newest first. An artisan reads of hers, an
/// admin of all. It is a hint: nothing is blocked because of it.
#[utoipa::path(get, path = "/media/duplicates", tag = "media",
    params(
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("cursor" = Option<String>, Query, max_length = 2048, description = "From the Link of the page before"),
        ("offset" = Option<usize>, Query, minimum = 0, maximum = 1000, description = "For small tools; goes without a cursor"),
    ),
    responses((status = 200, body = [Duplicate])), security(("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    caller: Caller,
    page: Page,
) -> Result<(PageLink, Json<Vec<Duplicate>>), MediaError> {
    let (link, found) = state.files.duplicates(&caller, &page).await?;
    Ok((link, Json(found)))
}
