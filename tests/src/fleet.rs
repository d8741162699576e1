//! A whole fleet, and who comes to it.

use std::{fs, ops::Deref, path::Path};

use ::fleet::Options;
use service_client::Service;

use crate::{Artisan, Visitor, messages};

/// A running fleet with a folder of its own.
pub struct Fleet {
    running: ::fleet::Fleet,
    http: reqwest::Client,
}

impl Fleet {
    /// On free ports, with no settings.
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// Differs from the usual one in something.
    pub async fn start_with(options: Options) -> Self {
        Self {
            running: ::fleet::Fleet::start_with(options)
                .await
                .expect("the fleet starts"),
            http: http(|client| client),
        }
    }

    /// Somebody without an account, at the public door.
    pub fn anyone(&self) -> Visitor {
        let gateway = self.running.url(Service::Gateway).expect("a gateway");
        Visitor::new(self.http.clone(), gateway, "/v1")
    }

    /// A new artisan, signed up and signed in.
    pub async fn artisan(&self) -> Artisan {
        Artisan::signs_up(self.anyone()).await
    }

    /// The six digits of the only text message that was sent, once it was.
    pub async fn only_code(&self) -> String {
        messages::only_code(self.data_dir()).await
    }

    /// How many objects media keeps.
    #[expect(clippy::unused_async, reason = "elsewhere a server is asked")]
    pub async fn kept(&self) -> usize {
        files(&self.data_dir().join("objects/media"))
    }

    /// Lets accepted work finish, then ends every service.
    pub async fn stop(self) {
        self.running.stop().await.expect("the fleet stops");
    }
}

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path()),
            _ => 1,
        })
        .sum()
}

/// Connections that show what was sent: bodies and redirections as they come.
pub(crate) fn http(more: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder) -> reqwest::Client {
    let client = reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none());
    more(client).build().expect("a client")
}

impl Deref for Fleet {
    type Target = ::fleet::Fleet;

    fn deref(&self) -> &Self::Target {
        &self.running
    }
}
