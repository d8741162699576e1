use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    Clock, Options, Result,
    documents::{self, Schema},
    events, keys, limits, objects,
};

/// Everything a service keeps things in.
#[derive(Clone)]
pub struct Backends {
    /// The service's own store.
    pub documents: documents::Store,
    /// The log that the fleet shares.
    pub events: events::Log,
    /// The service's own bucket.
    pub objects: objects::Bucket,
    /// The process's limits and cache.
    pub limits: limits::Limiter,
    /// The keys that the fleet shares.
    pub keys: keys::KeyRing,
}

/// Opens backends for the services of one process, which share a file's writer.
pub struct Provider {
    folder: PathBuf,
    clock: Clock,
    options: Options,
    events: Mutex<Option<events::Log>>,
    stores: Mutex<HashMap<PathBuf, documents::Store>>,
}

impl Provider {
    /// Everything below one folder, which is made when it is not there.
    pub fn embedded(folder: &Path, clock: Clock) -> Self {
        Self {
            folder: folder.to_owned(),
            clock,
            options: Options::default(),
            events: Mutex::default(),
            stores: Mutex::default(),
        }
    }

    /// The same with other options for its files; to develop and test.
    #[must_use]
    pub fn with(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// The backends of one service; its documents keep the schema of the first call.
    pub fn open(&self, service: &str, schema: Schema) -> Result<Backends> {
        Ok(Backends {
            documents: self.documents(service, schema)?,
            events: self.events()?,
            objects: Arc::new(objects::embedded::Files::open(
                &self.folder.join("objects").join(service),
            )?),
            limits: Arc::new(limits::embedded::Memory::new()),
            keys: Arc::new(keys::embedded::KeyFiles::open(&self.folder.join("keys"))?),
        })
    }

    /// A bucket beside the services' own: `outbox` for what would be sent.
    pub fn bucket(&self, name: &str) -> Result<objects::Bucket> {
        Ok(Arc::new(objects::embedded::Files::open(&self.folder.join(name))?))
    }

    fn documents(&self, service: &str, schema: Schema) -> Result<documents::Store> {
        let path = self.folder.join(format!("{service}.sqlite"));
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = stores.get(&path) {
            return Ok(store.clone());
        }
        let store: documents::Store = Arc::new(documents::embedded::SqliteDocuments::open_with(
            &path,
            schema,
            self.options,
        )?);
        stores.insert(path, store.clone());
        Ok(store)
    }

    fn events(&self) -> Result<events::Log> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(log) = &*events {
            return Ok(log.clone());
        }
        let path = self.folder.join("events.sqlite");
        let log: events::Log = Arc::new(events::embedded::SqliteEvents::open_with(
            &path,
            self.clock.clone(),
            self.options,
        )?);
        *events = Some(log.clone());
        Ok(log)
    }
}
