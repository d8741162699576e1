use http::Method;
use shared_models::{
    ids::{FileId, ProductId},
    product::{ImageUse, ListingFacts, Product},
};

use crate::{Call, CallContext, ClientError, Peers, Service};

/// Calls to product.
#[derive(Debug, Clone, Copy)]
pub struct ProductClient<'a> {
    peers: &'a Peers,
}

impl<'a> ProductClient<'a> {
    pub(crate) fn new(peers: &'a Peers) -> Self {
        Self { peers }
    }

    /// A listing as the end user of the call may see it: drafts and costs on behalf of the owner only.
    /// Refused with 404 when there is no such listing for her, with 410 when she deleted it.
    pub async fn product(&self, context: &CallContext, id: ProductId) -> Result<Product, ClientError> {
        let call = Call::get(Service::Product, ["products".to_owned(), id.to_string()]);
        self.peers.send(context, &call).await?.json()
    }

    /// What services that work on a listing need to know of it, whatever its status. Refused with 404 when there
    /// is none, or when it was erased.
    pub async fn facts(&self, context: &CallContext, id: ProductId) -> Result<ListingFacts, ClientError> {
        let path = ["internal".to_owned(), "products".to_owned(), id.to_string()];
        self.peers
            .send(context, &Call::get(Service::Product, path))
            .await?
            .json()
    }

    /// Which listings that are not deleted show a photo, drafts too; nothing when none does.
    pub async fn image_use(
        &self,
        context: &CallContext,
        photo: FileId,
    ) -> Result<Option<ImageUse>, ClientError> {
        let call = Call::get(Service::Product, image(photo));
        match self.peers.send(context, &call).await {
            Ok(answer) => answer.json().map(Some),
            Err(error) if error.refused_with() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Says that a photo is thrown away: from then on no listing can show it. False when one does. It can be repeated.
    pub async fn dismiss_image(&self, context: &CallContext, photo: FileId) -> Result<bool, ClientError> {
        let call = Call::new(Service::Product, Method::DELETE, image(photo));
        match self.peers.send(context, &call).await {
            Ok(_) => Ok(true),
            Err(ClientError::Refused { problem, .. }) if problem.code == "in_use" => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn image(photo: FileId) -> [String; 3] {
    ["internal".to_owned(), "images".to_owned(), photo.to_string()]
}
