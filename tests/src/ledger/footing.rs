use std::path::{Path, PathBuf};

use backends::{Backends, Clock};
use config::Source;
use service_kit::{Process, Service};

use super::READER;

/// What the ledger and its reader stand on: the settings that say where everything is, and a folder for their log.
#[derive(Debug, Clone)]
pub struct Footing {
    folder: PathBuf,
    ledger: Settings,
    reader: Settings,
}

type Settings = Vec<(&'static str, String)>;

impl Footing {
    /// The embedded profile, with its data in `folder`/data.
    pub fn embedded(folder: &Path) -> Self {
        let data = folder.join("data").display().to_string();
        let settings = vec![("CRAFTCHAIN_DATA_DIR", data)];
        Self::with(folder, settings.clone(), settings)
    }

    /// Whatever the settings of each say.
    pub fn with(folder: &Path, ledger: Settings, reader: Settings) -> Self {
        Self {
            folder: folder.to_owned(),
            ledger,
            reader,
        }
    }

    /// The settings of one of the two.
    pub(super) fn settings(&self, service: &Service) -> &Settings {
        if service.name == READER.name {
            &self.reader
        } else {
            &self.ledger
        }
    }

    /// Where everything is that one of the two keeps, opened as it opens it.
    pub(super) async fn open(&self, service: &Service) -> Backends {
        let settings = self.settings(service).iter();
        let source: Source = settings
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let process = Process::new(source, Clock::system()).expect("the settings are right");
        let opened = process.provider.open(service.name, service.schema()).await;
        opened.expect("what it keeps can be opened")
    }

    /// What all processes log.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("child.log")
    }
}
