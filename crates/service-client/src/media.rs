use bytes::Bytes;
use futures::Stream;
use http::{HeaderValue, header::CONTENT_TYPE};
use shared_models::{
    ids::{FileId, UserId},
    media::MediaFile,
};

use crate::{Call, CallContext, ClientError, Peers, Service};

/// Calls to media.
#[derive(Debug, Clone, Copy)]
pub struct MediaClient<'a> {
    peers: &'a Peers,
}

impl<'a> MediaClient<'a> {
    pub(crate) fn new(peers: &'a Peers) -> Self {
        Self { peers }
    }

    /// A photo with its stable links, whoever may see it now. Refused with 404 when there is none (any more).
    pub async fn file(&self, context: &CallContext, id: FileId) -> Result<MediaFile, ClientError> {
        let call = Call::get(
            Service::Media,
            ["internal".to_owned(), "media".to_owned(), id.to_string()],
        );
        self.peers.send(context, &call).await?.json()
    }

    /// Takes a photo in that `artisan` sends to this service, as it comes; she owns it. Refused with 413, 415 or
    /// 422 when it is none that is taken. Unless a listing shows it within a day, it goes again.
    pub async fn take_in<S>(
        &self,
        context: &CallContext,
        artisan: UserId,
        filename: Option<&str>,
        bytes: S,
    ) -> Result<MediaFile, ClientError>
    where
        S: Stream<Item = std::io::Result<Bytes>> + Send + Unpin + 'static,
    {
        let octets = HeaderValue::from_static("application/octet-stream");
        let call = Call::post(Service::Media, ["internal", "media"])
            .query("artisan_id", &artisan)
            .header(CONTENT_TYPE, octets);
        let call = match filename {
            Some(name) => call.query("filename", name),
            None => call,
        };
        self.peers.send_streaming(context, &call, bytes).await?.json()
    }
}
