use shared_models::{ids::FileId, media::MediaFile};

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
}
