//! Objects as files: plain bytes under their names.

mod draft;
mod folder;
mod kind;
mod list;
mod read;

use std::{fs, io, ops::Range, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use folder::Folder;
use futures::{StreamExt, TryStreamExt};
use tokio::task::spawn_blocking;

use super::{ByteStream, ObjectInfo, Objects, name};
use crate::{Error, Result, files};

/// A bucket in a folder: `NAME` holds an object's bytes, `.kinds` the content types, `.drafts` what is
/// being written.
#[derive(Clone)]
pub struct Files(Arc<Folder>);

impl Files {
    /// Objects in this folder, which is made when it is not there; old drafts of dead processes are removed.
    pub fn open(folder: &Path) -> Result<Self> {
        Ok(Self(Arc::new(Folder::open(folder)?)))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let folder = self.0.clone();
        spawn_blocking(move || work(&folder))
            .await
            .map_err(|error| Error::Unavailable(error.to_string()))?
    }
}

#[async_trait]
impl Objects for Files {
    async fn put(&self, name: &str, content_type: &str, mut bytes: ByteStream) -> Result<ObjectInfo> {
        name::check(name)?;
        name::check_type(content_type)?;
        let mut draft = self
            .blocking(|folder| draft::Draft::new(&folder.drafts(), &folder.ids))
            .await?;
        while let Some(chunk) = bytes.try_next().await? {
            draft = self
                .blocking(move |_| draft.write(&chunk).map(|()| draft))
                .await?;
        }
        let (name, content_type) = (name.to_owned(), content_type.to_owned());
        self.blocking(move |folder| draft.publish(folder, &name, &content_type))
            .await
    }

    async fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<(ObjectInfo, ByteStream)> {
        let path = self.0.object(name)?;
        let name = name.to_owned();
        let (info, part) = self
            .blocking(move |folder| {
                let (file, info) = read::open(folder, &name, &path)?;
                let part = read::Part::of(file, info.size, range)?;
                Ok((info, part))
            })
            .await?;
        Ok((info, part.stream()))
    }

    async fn head(&self, name: &str) -> Result<ObjectInfo> {
        let path = self.0.object(name)?;
        let name = name.to_owned();
        self.blocking(move |folder| Ok(read::open(folder, &name, &path)?.1))
            .await
    }

    async fn delete(&self, name: &str) -> Result<()> {
        let path = self.0.object(name)?;
        let name = name.to_owned();
        self.blocking(move |folder| delete(folder, &name, &path)).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>, max: usize) -> Result<Vec<ObjectInfo>> {
        let walk = list::Walk::new(prefix, after, max);
        self.blocking(move |folder| walk.through(folder)).await
    }

    async fn compose(&self, name: &str, content_type: &str, parts: &[&str]) -> Result<ObjectInfo> {
        name::check_parts(parts)?;
        let mut streams = Vec::with_capacity(parts.len());
        for part in parts {
            streams.push(self.get(part, None).await?.1);
        }
        let bytes = futures::stream::iter(streams).flatten().boxed();
        self.put(name, content_type, bytes).await
    }

    async fn signed_url(&self, name: &str, _valid_for: Duration) -> Result<Option<String>> {
        name::check(name).map(|()| None)
    }

    async fn ping(&self) -> Result<()> {
        self.blocking(|folder| {
            fs::read_dir(&folder.path)
                .map(drop)
                .map_err(|error| files::failure("read", &folder.path, error))
        })
        .await
    }
}

fn delete(folder: &Folder, name: &str, path: &Path) -> Result<()> {
    let Some(removed) = read::info_at(name, path) else {
        return Ok(());
    };
    match fs::remove_file(path) {
        Err(error) if absent(&error) => return Ok(()),
        removed => removed.map_err(|error| files::failure("remove", path, error))?,
    }
    folder::make_last(path)?;
    if let Some(parent) = path.parent() {
        folder::remove_empty(parent, &folder.path);
    }
    kind::forget(folder, &removed, None);
    Ok(())
}

/// Whether nothing is there; a file where a folder would be is the same.
fn absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}
