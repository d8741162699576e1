//! The photos of listings, which media keeps.

use std::time::Duration;

use axum::extract::multipart::Field;
use backends::documents::Batch;
use bytes::Bytes;
use futures::{SinkExt, channel::mpsc, future::join_all};
use service_kit::Problem;
use sha2::{Digest, Sha256};
use shared_models::ids::{FileId, UserId};

use crate::{
    domain::{Listing, Photo},
    error::ProductError,
    state::ProductState,
    store::Dismissals,
};

/// A place among the photos, and a code and words for what is wrong there.
type Wrong = (usize, &'static str, &'static str);

const NOT_HERS: (&str, &str) = ("unknown_image", "is no photo of yours that is ready");

/// For what media knows of a photo.
const PATIENCE: Duration = Duration::from_secs(5);
/// For taking one in; the request's own deadline comes first.
const WHILE_TAKEN_IN: Duration = Duration::from_mins(1);
/// Pieces of a photo that wait between the caller and media.
const WAITING: usize = 4;

impl ProductState {
    /// The photos of these ids: those that the listing shows already, and of others what media says of them. All
    /// that are not the artisan's own are named in the refusal.
    pub(crate) async fn photos(
        &self,
        artisan: UserId,
        ids: &[FileId],
        known: &[Photo],
    ) -> Result<Vec<Photo>, ProductError> {
        let named = ids.iter().map(|id| self.photo(artisan, *id, known));
        let mut photos = Vec::with_capacity(ids.len());
        let mut wrong = Vec::new();
        for (index, photo) in join_all(named).await.into_iter().enumerate() {
            match photo? {
                _ if ids[..index].contains(&ids[index]) => wrong.push((index, "repeated", "is named twice")),
                Some(photo) => photos.push(photo),
                None => wrong.push((index, NOT_HERS.0, NOT_HERS.1)),
            }
        }
        none_wrong(wrong)?;
        Ok(photos)
    }

    /// Lets `batch` be committed only while media keeps the photos that the listing did not show before.
    ///
    /// Media was asked before, but may have been told since then to delete them.
    pub(crate) async fn while_kept(
        &self,
        batch: &mut Batch,
        listing: &Listing,
        before: &[Photo],
    ) -> Result<(), ProductError> {
        let mut ids = listing.image_ids();
        ids.retain(|id| before.iter().all(|photo| photo.file_id != *id));
        if ids.is_empty() {
            return Ok(());
        }
        let dismissed = self.dismissals.among(&ids).await?;
        let shown = listing.image_ids().into_iter().enumerate();
        let gone = shown.filter(|(_, id)| dismissed.contains(id));
        none_wrong(gone.map(|(index, _)| (index, NOT_HERS.0, NOT_HERS.1)).collect())?;
        Dismissals::nobody_dismisses(batch, &ids);
        Ok(())
    }

    async fn photo(
        &self,
        artisan: UserId,
        id: FileId,
        known: &[Photo],
    ) -> Result<Option<Photo>, ProductError> {
        if let Some(photo) = known.iter().find(|photo| photo.file_id == id) {
            return Ok(Some(photo.clone()));
        }
        match self.kit.peers.media().file(&self.kit.call(PATIENCE), id).await {
            Ok(file) if file.artisan_id == artisan => Ok(Some(Photo::of(file))),
            Ok(_) => Ok(None),
            Err(error) if error.refused_with() == Some(404) => Ok(None),
            Err(error) => Err(ProductError::Media(error)),
        }
    }

    /// Hands a photo on to media as it comes; answers what media makes of it, and the SHA-256 of its bytes.
    /// `called` is how a refusal calls it.
    pub(crate) async fn hand_on(
        &self,
        artisan: UserId,
        mut field: Field<'_>,
        called: &str,
    ) -> Result<(Photo, [u8; 32]), ProductError> {
        let filename = field
            .file_name()
            .map(|name| name.chars().take(200).collect::<String>());
        let (mut pieces, body) = mpsc::channel::<std::io::Result<Bytes>>(WAITING);
        let feed = async move {
            let mut digest = Sha256::new();
            loop {
                match field.chunk().await {
                    Ok(Some(piece)) => {
                        digest.update(&piece);
                        if pieces.send(Ok(piece)).await.is_err() {
                            return Ok(digest.finalize().into()); // media refuses it, and says why
                        }
                    }
                    Ok(None) => return Ok(digest.finalize().into()),
                    Err(error) => {
                        // Else media would take a part of the photo for the whole.
                        let _ = pieces.send(Err(std::io::ErrorKind::UnexpectedEof.into())).await;
                        return Err(error);
                    }
                }
            }
        };
        let (call, media) = (self.kit.call(WHILE_TAKEN_IN), self.kit.peers.media());
        let taken = media.take_in(&call, artisan, filename.as_deref(), body);
        let (fed, taken) = futures::join!(feed, taken);
        let digest = fed.map_err(ProductError::Form)?;
        match taken {
            Ok(file) => Ok((Photo::of(file), digest)),
            Err(error) => Err(ProductError::of_image(called, error)),
        }
    }
}

/// Refuses what is wrong, by its place.
fn none_wrong(wrong: Vec<Wrong>) -> Result<(), Problem> {
    if wrong.is_empty() {
        return Ok(());
    }
    let refused = Problem::invalid("a photo cannot be shown");
    Err(wrong.into_iter().fold(refused, |refused, (index, code, detail)| {
        refused.and_field(format!("/image_ids/{index}"), code, detail)
    }))
}
