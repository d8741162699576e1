use shared_models::{ids::ProductId, ml::ListingAnalysis};

use crate::{Call, CallContext, ClientError, Peers, Service};

/// Calls to ml.
#[derive(Debug, Clone, Copy)]
pub struct MlClient<'a> {
    peers: &'a Peers,
}

impl<'a> MlClient<'a> {
    pub(crate) fn new(peers: &'a Peers) -> Self {
        Self { peers }
    }

    /// The newest that ml made of a listing. Refused with 404 when there is nothing (any more).
    pub async fn analysis(
        &self,
        context: &CallContext,
        id: ProductId,
    ) -> Result<ListingAnalysis, ClientError> {
        let path = ["internal".to_owned(), "analyses".to_owned(), id.to_string()];
        self.peers
            .send(context, &Call::get(Service::Ml, path))
            .await?
            .json()
    }
}
