use std::collections::BTreeMap;

use backends::documents::{Batch, Direction, Document, Position, Precondition, Query};
use serde::{Deserialize, Serialize};
use service_kit::extract::{Caller, Page, PageLink};
use shared_models::{
    identity::Role,
    ids::{FileId, UserId},
    media::Duplicate,
};

use super::{DUPLICATES, Files, LOOKS};
use crate::domain::likeness::Looks;

/// The most alike of a photo that are reported.
const REPORTED: usize = 20;
/// Candidates of one band that are looked at; a band of seven bits says little by itself.
const PAGE: usize = 500;

/// A report, and who may read it.
#[derive(Debug, Serialize, Deserialize)]
struct Report {
    #[serde(flatten)]
    duplicate: Duplicate,
    parties: Vec<UserId>,
    files: Vec<FileId>,
}

impl Files {
    /// Adds to `batch` the reports of other artisans' photos that look like this one.
    pub(crate) async fn report_duplicates(&self, batch: &mut Batch, file: FileId) -> backends::Result<()> {
        let Some(document) = self.store.get(LOOKS, &file.to_string()).await? else {
            return Ok(()); // deleted meanwhile
        };
        let looks: Looks = document.read()?;
        let mut alike = BTreeMap::new();
        for band in looks.wanted() {
            self.collect(&looks, &band, &mut alike).await?;
        }
        let mut nearest: Vec<(u32, Looks)> = alike.into_values().collect();
        nearest.sort_by_key(|(distance, other)| (*distance, other.file_id));
        for (distance, other) in nearest.into_iter().take(REPORTED) {
            let report = self.report(&looks, &other, distance);
            batch.put(DUPLICATES, id(&report.duplicate), &report)?;
        }
        Ok(())
    }

    /// Looks through one band.
    async fn collect(
        &self,
        looks: &Looks,
        band: &str,
        alike: &mut BTreeMap<FileId, (u32, Looks)>,
    ) -> backends::Result<()> {
        let mut query = Query::all(LOOKS).contains("bands", band).limit(PAGE);
        loop {
            let page = self.store.query(&query).await?;
            for document in &page {
                let other: Looks = document.read()?;
                if other.owner_id == looks.owner_id {
                    continue;
                }
                if let Some(distance) = looks.alike(&other) {
                    alike.insert(other.file_id, (distance, other));
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => {
                    query = query.clone().after(Some(query.position_of(last)));
                }
                _ => return Ok(()),
            }
        }
    }

    /// Ids carry the time of the upload, so that the earlier photo is known.
    fn report(&self, one: &Looks, other: &Looks, distance: u32) -> Report {
        let (later, earlier) = if one.file_id < other.file_id {
            (other, one)
        } else {
            (one, other)
        };
        Report {
            duplicate: Duplicate {
                file_id: later.file_id,
                artisan_id: later.owner_id,
                similar_file_id: earlier.file_id,
                similar_artisan_id: earlier.owner_id,
                distance,
                found_at: self.clock.now(),
            },
            parties: vec![later.owner_id, earlier.owner_id],
            files: vec![later.file_id, earlier.file_id],
        }
    }

    /// One page of the reports that `reader` may read: her own, or all for an admin; newest first.
    pub(crate) async fn duplicates(
        &self,
        reader: &Caller,
        page: &Page,
    ) -> backends::Result<(PageLink, Vec<Duplicate>)> {
        let mut query = Query::all(DUPLICATES).ordered("found_at", Direction::Descending);
        if reader.role != Role::Admin {
            query = query.contains("parties", reader.user_id.to_string());
        }
        let query = query
            .after(page.after.clone())
            .offset(page.offset)
            .limit(page.probe());
        let found = self.store.query(&query).await?;
        let (link, found) = page.cut(found, |document| -> Position { query.position_of(document) });
        let read = |document: &Document| Ok(document.read::<Report>()?.duplicate);
        Ok((link, found.iter().map(read).collect::<backends::Result<_>>()?))
    }

    /// Adds to `batch` that nothing is said any more of what a photo looks like.
    pub(super) async fn forget_looks(&self, batch: &mut Batch, file: FileId) -> backends::Result<()> {
        batch.delete(LOOKS, file.to_string(), Precondition::None);
        let reports = Query::all(DUPLICATES).contains("files", file.to_string());
        for report in self.store.query(&reports).await? {
            batch.delete(DUPLICATES, report.id, Precondition::None);
        }
        Ok(())
    }
}

fn id(duplicate: &Duplicate) -> String {
    format!("{}.{}", duplicate.file_id, duplicate.similar_file_id)
}
