use backends::documents::Batch;
use http::StatusCode;
use images::{Finish, Limits};
use service_kit::Problem;
use shared_models::ids::FileId;

use super::MAX_LENGTH;
use crate::{
    domain::{
        file::Origin,
        upload::{Stage, Upload},
    },
    error::MediaError,
    state::MediaState,
    store::{Files, Kept},
};

impl MediaState {
    /// Makes a photo of an upload that is whole; several may try, and all learn the same.
    pub(crate) async fn finish(&self, id: FileId) -> Result<(), MediaError> {
        let Some(kept) = self.uploads.find(id).await? else {
            return Ok(()); // terminated meanwhile
        };
        if let Some(known) = ended(&kept.value.state) {
            return known;
        }
        match self.try_finish(&kept).await {
            // Another was faster: what it found holds.
            Err(MediaError::Backend(error)) if error.is_conflict() => {
                let found = self.uploads.find(id).await?;
                found
                    .and_then(|kept| ended(&kept.value.state))
                    .unwrap_or(Err(MediaError::Backend(error)))
            }
            outcome => outcome,
        }
    }

    async fn try_finish(&self, kept: &Kept<Upload>) -> Result<(), MediaError> {
        let upload = &kept.value;
        let origin = Origin {
            id: upload.id,
            owner_id: upload.owner_id,
            filename: upload.filename.clone(),
            product_id: upload.product_id,
        };
        let limits = Limits {
            bytes: usize::try_from(MAX_LENGTH).unwrap_or(usize::MAX),
            ..Limits::default()
        };
        let finish = if upload.optimize {
            Finish::Light
        } else {
            Finish::Fine
        };
        let mut batch = Batch::new();
        match self.take_one(origin, &upload.parts, "file", limits, finish).await {
            Ok(one) => {
                Files::while_known(&mut batch, upload.owner_id);
                self.files.add(&mut batch, &one.file, one.likeness.as_ref())?;
                self.uploads.end(&mut batch, kept, Stage::Done)?;
                self.uploads.commit(batch).await
            }
            Err(MediaError::Refused { field, refusal }) => {
                let error = MediaError::Refused { field, refusal };
                let status = Problem::from(error).status().as_u16();
                let stage = Stage::refused(refusal, status);
                self.uploads.end(&mut batch, kept, stage.clone())?;
                self.uploads.commit(batch).await?;
                ended(&stage).unwrap_or(Ok(()))
            }
            Err(error) => Err(error),
        }
    }
}

/// What is known of an upload that has ended.
fn ended(stage: &Stage) -> Option<Result<(), MediaError>> {
    match stage {
        Stage::Open => None,
        Stage::Done => Some(Ok(())),
        Stage::Refused { status, code, detail } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Some(Err(Problem::new(status, code.clone(), detail.clone()).into()))
        }
    }
}
