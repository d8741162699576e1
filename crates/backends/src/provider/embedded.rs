use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::Backends;
use crate::{
    Clock, Options, Result,
    documents::{self, Schema},
    events, keys, limits, objects,
};

/// Everything below one folder, for the services of one process: they share a file's writer.
pub(super) struct Embedded {
    folder: PathBuf,
    clock: Clock,
    options: Options,
    events: Mutex<Option<events::Log>>,
    stores: Mutex<HashMap<PathBuf, documents::Store>>,
}

impl Embedded {
    pub(super) fn new(folder: &Path, clock: Clock, options: Options) -> Self {
        Self {
            folder: folder.to_owned(),
            clock,
            options,
            events: Mutex::default(),
            stores: Mutex::default(),
        }
    }

    pub(super) fn open(&self, service: &str, schema: Schema) -> Result<Backends> {
        Ok(Backends {
            documents: self.documents(service, schema)?,
            events: self.events()?,
            pushes: None,
            objects: Arc::new(objects::embedded::Files::open(
                &self.folder.join("objects").join(service),
            )?),
            limits: Arc::new(limits::embedded::Memory::new()),
            keys: Arc::new(keys::embedded::KeyFiles::open(&self.folder.join("keys"))?),
        })
    }

    pub(super) fn bucket(&self, name: &str) -> Result<objects::Bucket> {
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
