use axum::extract::{FromRequest, Multipart, Request, State, multipart::MultipartRejection};
use backends::documents::Batch;
use futures::TryFutureExt;
use http::StatusCode;
use images::{Finish, Likeness, Limits};
use serde::{Deserialize, Serialize};
use service_kit::{
    Answer, Problem,
    extract::{Artisan, IdempotencyKey, Query},
    idempotency::Intent,
};
use shared_models::{
    ids::{FileId, ProductId, UserId},
    media::{FileMetadata, Uploaded, UploadedFile},
};

use super::multipart::{Sent, SentFile};
use crate::{
    domain::file::{File, Origin, pictures},
    error::MediaError,
    state::{MediaState, Shared},
    store::Files,
};

/// 30 MiB of files, and what surrounds them.
pub(crate) const REQUEST_BYTES: usize = (30 << 20) + (64 << 10);

/// What may stand in the query as well as in the form.
#[derive(Debug, Deserialize)]
pub(crate) struct Choices {
    product_id: Option<ProductId>,
    optimize: Option<bool>,
}

/// The form of an upload, for its description.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read part by part")]
pub(crate) struct UploadForm {
    /// Up to 20 photos: JPEG, PNG, WebP or a still GIF.
    #[schema(value_type = Vec<String>, format = Binary, content_media_type = "application/octet-stream")]
    files: Vec<Vec<u8>>,
    product_id: Option<ProductId>,
    /// Whether few bytes matter more than every detail; true unless said otherwise.
    optimize: Option<bool>,
}

/// What is remembered of an upload: the links are made anew each time.
#[derive(Debug, Serialize, Deserialize)]
struct Taken {
    file_ids: Vec<FileId>,
}

/// Takes photos in. All their pictures can be fetched when this answers; one bad file refuses the whole request
/// and leaves nothing.
#[utoipa::path(post, path = "/media/upload", tag = "media",
    params(("Idempotency-Key" = Option<String>, Header), ("product_id" = Option<ProductId>, Query),
        ("optimize" = Option<bool>, Query)),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Uploaded)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    artisan: Artisan,
    key: IdempotencyKey,
    Query(choices): Query<Choices>,
    request: Request,
) -> Result<Answer, MediaError> {
    super::not_encoded(request.headers())?;
    let mut form = Multipart::from_request(request, &()).await.map_err(no_form)?;
    let mut sent = Sent::default();
    let taken = async {
        sent.take(&mut form, &state.shelf).await?;
        sent.product_id = sent.product_id.or(choices.product_id);
        sent.optimize = sent.optimize.or(choices.optimize);
        let intent = key.intent(artisan.id(), &sent.fingerprint())?;
        match state.kit.idempotency.replay(&intent).await? {
            Some(answer) => Ok(answer),
            None => state.take_all(artisan.id(), &intent, &sent).await,
        }
    }
    .await;
    let incoming: Vec<_> = sent.files.into_iter().map(|file| file.incoming).collect();
    state.shelf.discard(&incoming).await;
    let Taken { file_ids } = serde_json::from_value(taken?.body)?;
    let files = state.files.all(&file_ids).await?;
    Ok(Answer::json(StatusCode::CREATED, &state.uploaded(&files))?)
}

fn no_form(rejection: MultipartRejection) -> MediaError {
    match rejection {
        MultipartRejection::InvalidBoundary(_) => {
            Problem::unsupported_media_type("an upload is multipart/form-data with a boundary").into()
        }
        other => Problem::internal(other).into(),
    }
}

/// A photo with its pictures in the bucket, not yet committed.
pub(crate) struct Developed {
    pub(crate) file: File,
    pub(crate) likeness: Option<Likeness>,
}

impl MediaState {
    /// Develops all files and commits them together.
    async fn take_all(&self, owner: UserId, intent: &Intent, sent: &Sent) -> Result<Answer, MediaError> {
        if self.files.is_erased(owner).await? {
            return Err(MediaError::Erased);
        }
        let finish = if sent.optimize.unwrap_or(true) {
            Finish::Light
        } else {
            Finish::Fine
        };
        let mut developed = Vec::with_capacity(sent.files.len());
        for (index, file) in sent.files.iter().enumerate() {
            let origin = self.origin(owner, file, sent.product_id);
            let name = format!("files[{index}]");
            let taken = self.take_one(
                origin,
                std::slice::from_ref(&file.incoming.name),
                &name,
                Limits::default(),
                finish,
            );
            match taken.await {
                Ok(one) => developed.push(one),
                Err(error) => {
                    self.give_up(&developed).await;
                    return Err(error);
                }
            }
        }
        self.commit(owner, intent, &developed)
            .or_else(async |error| {
                self.give_up_after(&error, &developed).await;
                Err(error)
            })
            .await
    }

    async fn commit(&self, owner: UserId, intent: &Intent, all: &[Developed]) -> Result<Answer, MediaError> {
        let mut batch = Batch::new();
        Files::while_known(&mut batch, owner);
        for one in all {
            self.files.add(&mut batch, &one.file, one.likeness.as_ref())?;
        }
        let taken = Taken {
            file_ids: all.iter().map(|one| one.file.id).collect(),
        };
        let answer = Answer::json(StatusCode::CREATED, &taken)?;
        let first = self.kit.idempotency.commit(intent, batch, answer.clone()).await;
        match first {
            Ok(first) if first == answer => Ok(first),
            Ok(other) => {
                // Another request with the same key was faster.
                self.give_up(all).await;
                Ok(other)
            }
            Err(error) if error.is_conflict() && self.files.is_erased(owner).await? => {
                Err(MediaError::Erased)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn origin(&self, owner_id: UserId, file: &SentFile, product_id: Option<ProductId>) -> Origin {
        Origin {
            id: self.kit.ids.fresh(),
            owner_id,
            filename: file.filename.clone(),
            product_id,
        }
    }

    /// Develops one file, which lies in these objects, and puts its pictures in place. `field` is how a refusal calls it.
    pub(crate) async fn take_one(
        &self,
        origin: Origin,
        objects: &[String],
        field: &str,
        limits: Limits,
        finish: Finish,
    ) -> Result<Developed, MediaError> {
        let hand = self.studio.hand().await?;
        let bytes = self.shelf.read_all(objects).await?;
        let developed = self.studio.develop(hand, bytes, limits, finish).await?;
        let photo = developed.map_err(|refusal| MediaError::Refused {
            field: field.to_owned(),
            refusal,
        })?;
        let mut stored = std::collections::BTreeMap::new();
        for (name, picture) in pictures(&photo) {
            stored.insert(name.to_owned(), self.shelf.put(origin.id, name, picture).await?);
        }
        Ok(Developed {
            file: File::of(origin, &photo, stored, self.kit.clock.now()),
            likeness: photo.likeness,
        })
    }

    /// The same after a commit that failed. Whether an unknown outcome left them is for the sweep to find out.
    pub(super) async fn give_up_after(&self, error: &MediaError, developed: &[Developed]) {
        if !matches!(error, MediaError::Backend(backends::Error::UnknownOutcome(_))) {
            self.give_up(developed).await;
        }
    }

    /// Takes pictures away that were put in place for nothing; when that fails, the sweep does it.
    async fn give_up(&self, developed: &[Developed]) {
        for one in developed {
            if let Err(error) = self.shelf.remove(one.file.id).await {
                tracing::warn!(%error, "pictures of a refused upload are left for the sweep");
            }
        }
    }

    fn uploaded(&self, files: &[File]) -> Uploaded {
        Uploaded {
            uploaded_files: files.iter().map(|file| self.uploaded_file(file)).collect(),
        }
    }

    fn uploaded_file(&self, file: &File) -> UploadedFile {
        let original = file.original();
        UploadedFile {
            file_id: file.id,
            original_url: self.links.original(file),
            processed_urls: self.links.signed(file),
            metadata: FileMetadata {
                filename: file.filename.clone(),
                content_type: original.map_or_else(String::new, |stored| stored.content_type.clone()),
                size: original.map_or(0, |stored| stored.size),
                width: file.width,
                height: file.height,
                placeholder: file.placeholder.clone(),
                phash: file.phash.clone(),
                product_id: file.product_id,
                uploaded_at: file.uploaded_at,
            },
        }
    }
}
