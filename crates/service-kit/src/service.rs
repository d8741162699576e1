use backends::documents::{Collection, Schema};
use config::{Environment, SettingError};
use futures::future::BoxFuture;

use crate::{App, Kit, StartError};

/// One service of the fleet: its name, what it keeps, and how it is built.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// `product`: also the crate, the store and the span.
    pub name: &'static str,
    /// One sentence for `--help` and the API's description.
    pub about: &'static str,
    /// Which service it is to its peers; gives the port, too.
    pub peer: service_client::Service,
    /// The collections of its store.
    pub collections: &'static [Collection],
    /// Reads the service's own settings, to check and to describe them.
    pub settings: fn(&mut Environment) -> Result<(), SettingError>,
    /// Builds the service from its kit: the crate's `build` function.
    pub build: fn(Kit) -> BoxFuture<'static, Result<App, StartError>>,
}

impl Service {
    /// Its own collections and the kit's.
    pub fn schema(&self) -> Schema {
        crate::COLLECTIONS
            .iter()
            .fold(Schema::of(self.collections), |schema, collections| {
                schema.and(collections)
            })
    }
}
