//! What lies in the bucket, and under which names.

use aws_lc_rs::digest::{Context, SHA256};
use backends::{
    Ids,
    objects::{Bucket, ByteStream, stream_of},
};
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt};
use images::Picture;
use shared_models::ids::FileId;

use crate::domain::file::Stored;

/// Bytes that nobody has looked at yet.
const INCOMING: &str = "incoming/";
const FILES: &str = "files/";
/// Parts of uploads under way.
const PARTS: &str = "parts/";
/// What a name in the bucket's listing is asked for at once.
const PAGE: usize = 500;

/// The bucket in the words of this service.
pub(crate) struct Shelf {
    bucket: Bucket,
    ids: Ids,
}

/// Bytes as they came, not yet an image.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    pub(crate) name: String,
    /// SHA-256, hexadecimal.
    pub(crate) digest: String,
}

impl Shelf {
    pub(crate) fn new(bucket: Bucket, ids: Ids) -> Self {
        Self { bucket, ids }
    }

    /// Keeps what comes, without holding it in memory.
    pub(crate) async fn take_in(&self, bytes: ByteStream) -> backends::Result<Incoming> {
        let name = format!("{INCOMING}{}", self.ids.uuid());
        let (sender, digest) = tokio::sync::oneshot::channel();
        let mut sums = Some((Context::new(&SHA256), sender));
        let counted = bytes
            .map(Some)
            .chain(futures::stream::iter([None]))
            .filter_map(move |chunk| {
                match (&chunk, &mut sums) {
                    (Some(Ok(chunk)), Some((sum, _))) => sum.update(chunk),
                    (None, sums) => {
                        if let Some((sum, sender)) = sums.take() {
                            let _ = sender.send(hex::encode(sum.finish())); // nobody listens when the put failed
                        }
                    }
                    _ => {}
                }
                std::future::ready(chunk)
            });
        self.bucket
            .put(&name, "application/octet-stream", counted.boxed())
            .await?;
        let digest = digest
            .await
            .map_err(|_| backends::Error::Other("the bucket did not read to the end".into()))?;
        Ok(Incoming { name, digest })
    }

    /// All bytes of an object.
    pub(crate) async fn read(&self, name: &str) -> backends::Result<Bytes> {
        let (info, mut stream) = self.bucket.get(name, None).await?;
        let size = usize::try_from(info.size).unwrap_or(0);
        let mut bytes = BytesMut::with_capacity(size);
        while let Some(chunk) = stream.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    /// All bytes of several objects, one after another.
    pub(crate) async fn read_all(&self, names: &[String]) -> backends::Result<Bytes> {
        if let [name] = names {
            return self.read(name).await;
        }
        let mut bytes = BytesMut::new();
        for name in names {
            bytes.extend_from_slice(&self.read(name).await?);
        }
        Ok(bytes.freeze())
    }

    /// Keeps a part of an upload. Its name is its own: who comes too late overwrites nothing.
    pub(crate) async fn put_part(
        &self,
        upload: FileId,
        offset: u64,
        bytes: Bytes,
    ) -> backends::Result<String> {
        let name = format!("{PARTS}{upload}/{offset:012}-{}", self.ids.uuid());
        self.bucket
            .put(&name, "application/octet-stream", stream_of(bytes))
            .await?;
        Ok(name)
    }

    /// Removes every part of an upload.
    pub(crate) async fn remove_parts(&self, upload: FileId) -> backends::Result<()> {
        self.remove_below(&format!("{PARTS}{upload}/")).await
    }

    /// The bytes of a picture, or some of them.
    pub(crate) async fn open(
        &self,
        file: FileId,
        name: &str,
        range: Option<std::ops::Range<u64>>,
    ) -> backends::Result<ByteStream> {
        Ok(self.bucket.get(&object(file, name), range).await?.1)
    }

    pub(crate) async fn original(&self, file: FileId) -> backends::Result<Bytes> {
        self.read(&object(file, crate::domain::file::ORIGINAL)).await
    }

    /// Puts a picture where it is served from.
    pub(crate) async fn put(&self, file: FileId, name: &str, picture: &Picture) -> backends::Result<Stored> {
        let content_type = picture.format.content_type();
        let bytes = Bytes::copy_from_slice(&picture.bytes);
        let digest = hex::encode(&aws_lc_rs::digest::digest(&SHA256, &bytes).as_ref()[..16]);
        let size = bytes.len() as u64;
        self.bucket
            .put(&object(file, name), content_type, stream_of(bytes))
            .await?;
        Ok(Stored {
            content_type: content_type.to_owned(),
            size,
            digest,
            requested: false,
        })
    }

    /// Throws away what came; when that fails, the sweep does it.
    pub(crate) async fn discard(&self, incoming: &[Incoming]) {
        for one in incoming {
            if let Err(error) = self.bucket.delete(&one.name).await {
                tracing::warn!(%error, "something that came in is left for the sweep");
            }
        }
    }

    /// Removes every picture of a file.
    pub(crate) async fn remove(&self, file: FileId) -> backends::Result<()> {
        self.remove_below(&format!("{FILES}{file}/")).await
    }

    async fn remove_below(&self, prefix: &str) -> backends::Result<()> {
        loop {
            let found = self.bucket.list(prefix, None, PAGE).await?;
            if found.is_empty() {
                return Ok(());
            }
            for object in found {
                self.bucket.delete(&object.name).await?;
            }
        }
    }

    /// Removes what came before `time` and was never looked at.
    pub(crate) async fn sweep_incoming(&self, time: DateTime<Utc>) -> backends::Result<()> {
        let mut after = None;
        loop {
            let found = self.bucket.list(INCOMING, after.as_deref(), PAGE).await?;
            let Some(last) = found.last() else {
                return Ok(());
            };
            after = Some(last.name.clone());
            for object in found.iter().filter(|object| object.updated_at < time) {
                self.bucket.delete(&object.name).await?;
            }
        }
    }

    /// Files of which something lies here since before `time`, a page after `after` (an object's name).
    pub(crate) async fn files_before(
        &self,
        time: DateTime<Utc>,
        after: Option<&str>,
    ) -> backends::Result<(Vec<FileId>, Option<String>)> {
        self.before(FILES, time, after).await
    }

    /// The same of uploads under way.
    pub(crate) async fn uploads_before(
        &self,
        time: DateTime<Utc>,
        after: Option<&str>,
    ) -> backends::Result<(Vec<FileId>, Option<String>)> {
        self.before(PARTS, time, after).await
    }

    async fn before(
        &self,
        folder: &str,
        time: DateTime<Utc>,
        after: Option<&str>,
    ) -> backends::Result<(Vec<FileId>, Option<String>)> {
        let found = self.bucket.list(folder, after, PAGE).await?;
        let last = found.last().map(|object| object.name.clone());
        let old = found.iter().filter(|object| object.updated_at < time);
        let mut files: Vec<FileId> = old.filter_map(|object| id_of(folder, &object.name)).collect();
        files.dedup();
        Ok((files, last))
    }
}

fn object(file: FileId, name: &str) -> String {
    format!("{FILES}{file}/{name}")
}

fn id_of(folder: &str, object: &str) -> Option<FileId> {
    object.strip_prefix(folder)?.split('/').next()?.parse().ok()
}
