use secrecy::SecretString;
use url::Url;

use crate::{Environment, Setting, SettingError};

/// Where everything is on Google Cloud; a service refuses to start when a part of it is missing.
#[derive(Debug, Clone)]
pub struct Google {
    /// `GOOGLE_CLOUD_PROJECT`.
    pub project: String,
    /// Each service's database is called like this, a hyphen and the service. `FIRESTORE_DATABASE`, default `craftchain`.
    pub databases: String,
    /// Each service's bucket is called like this, a hyphen and the service; buckets share their names with the whole
    /// world. `CRAFTCHAIN_BUCKETS`, default the project and `-craftchain`.
    pub buckets: String,
    /// Where limits and the cache are. `REDIS_URL`.
    pub redis: SecretString,
    /// Where Cloud KMS has the keys that sign.
    pub ring: KeyRing,
    /// Events are pushed here, and not pulled, when it is there.
    pub push: Option<Push>,
    /// Where the keys are with which Google signs ID tokens. `CRAFTCHAIN_GOOGLE_KEYS_URL`, default Google's.
    pub keys: Url,
    /// What stands in for Google, to develop and test.
    pub emulators: Emulators,
}

/// A key ring of Cloud KMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRing {
    /// `CRAFTCHAIN_KMS_LOCATION`, default `global`.
    pub location: String,
    /// `CRAFTCHAIN_KMS_RING`, default `craftchain`.
    pub name: String,
}

/// How Pub/Sub pushes to this service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Under which Pub/Sub reaches this service. `PUBSUB_PUSH_URL`.
    pub url: Url,
    /// The service account as which it comes. `PUBSUB_PUSH_ACCOUNT`.
    pub account: String,
}

/// Where stand-ins for Google's services are; Google's own where none is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Emulators {
    /// `FIRESTORE_EMULATOR_HOST`.
    pub firestore: Option<HostPort>,
    /// `PUBSUB_EMULATOR_HOST`.
    pub pubsub: Option<HostPort>,
    /// `STORAGE_EMULATOR_HOST`.
    pub storage: Option<HostPort>,
    /// Of Secret Manager and Cloud KMS. `CRAFTCHAIN_KEYS_EMULATOR_HOST`.
    pub keys: Option<HostPort>,
    /// Of the metadata server. `GCE_METADATA_HOST`.
    pub metadata: Option<HostPort>,
}

impl Google {
    /// Reads them, in any profile, so that each is described.
    pub(crate) fn read(env: &mut Environment) -> Result<Unchecked, SettingError> {
        let project: Option<String> = env.read_optional(
            "GOOGLE_CLOUD_PROJECT",
            "none; the google profile needs it",
            "the project of everything on Google Cloud, and of traces and logs",
        )?;
        let redis = env.read_optional(
            "REDIS_URL",
            "none; the google profile needs it",
            "where the google profile keeps limits and the cache, such as redis://10.0.0.3:6379",
        )?;
        let databases: Prefix = env.read(
            "FIRESTORE_DATABASE",
            "craftchain",
            "how the names of the google profile's databases begin; the service's name follows",
        )?;
        let buckets: Option<Prefix> = env.read_optional(
            "CRAFTCHAIN_BUCKETS",
            "the project and -craftchain",
            "how the names of the google profile's buckets begin; the service's name follows",
        )?;
        Ok(Unchecked {
            project,
            redis,
            databases,
            buckets,
            ring: KeyRing::read(env)?,
            push: Push::read(env)?,
            keys: env.read(
                "CRAFTCHAIN_GOOGLE_KEYS_URL",
                "https://www.googleapis.com/oauth2/v3/certs",
                "where the keys of Google's ID tokens are, with which services call each other",
            )?,
            emulators: Emulators::read(env)?,
        })
    }
}

/// What was set of it, which is enough or not.
pub(crate) struct Unchecked {
    pub(crate) project: Option<String>,
    redis: Option<SecretString>,
    databases: Prefix,
    buckets: Option<Prefix>,
    ring: KeyRing,
    push: Option<Push>,
    keys: Url,
    emulators: Emulators,
}

impl Unchecked {
    /// All of it; says what is missing.
    pub(crate) fn complete(self, env: &Environment) -> Result<Google, SettingError> {
        self.emulators.are_refused_in_production(env)?;
        let project = needed(
            self.project,
            "GOOGLE_CLOUD_PROJECT",
            "which project everything is in",
        )?;
        let buckets = self.buckets.map(|prefix| prefix.0);
        Ok(Google {
            buckets: buckets.unwrap_or_else(|| format!("{project}-craftchain")),
            project,
            databases: self.databases.0,
            redis: needed(self.redis, "REDIS_URL", "where limits and the cache are")?,
            ring: self.ring,
            push: self.push,
            keys: self.keys,
            emulators: self.emulators,
        })
    }
}

impl KeyRing {
    fn read(env: &mut Environment) -> Result<Self, SettingError> {
        Ok(Self {
            location: env.read(
                "CRAFTCHAIN_KMS_LOCATION",
                "global",
                "where the google profile's key ring is",
            )?,
            name: env.read(
                "CRAFTCHAIN_KMS_RING",
                "craftchain",
                "the key ring of Cloud KMS with the keys that sign",
            )?,
        })
    }
}

impl Push {
    fn read(env: &mut Environment) -> Result<Option<Self>, SettingError> {
        let url: Option<Url> = env.read_optional(
            "PUBSUB_PUSH_URL",
            "events are pulled",
            "under which Pub/Sub reaches this service, to push events in place of their being pulled",
        )?;
        let account = env.read_optional(
            "PUBSUB_PUSH_ACCOUNT",
            "none; needed to push",
            "the service account as which Pub/Sub pushes",
        )?;
        let Some(url) = url else { return Ok(None) };
        let account = needed(account, "PUBSUB_PUSH_ACCOUNT", "as whom Pub/Sub pushes")?;
        Ok(Some(Self { url, account }))
    }
}

impl Emulators {
    fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let mut host = |name, about| env.read_optional(name, "Google's own", about);
        Ok(Self {
            firestore: host(
                "FIRESTORE_EMULATOR_HOST",
                "an emulator of Firestore, to develop and test",
            )?,
            pubsub: host(
                "PUBSUB_EMULATOR_HOST",
                "an emulator of Pub/Sub, to develop and test",
            )?,
            storage: host(
                "STORAGE_EMULATOR_HOST",
                "an emulator of Cloud Storage, to develop and test",
            )?,
            keys: host(
                "CRAFTCHAIN_KEYS_EMULATOR_HOST",
                "a stand-in for Secret Manager and Cloud KMS, to develop and test",
            )?,
            metadata: host(
                "GCE_METADATA_HOST",
                "a stand-in for the metadata server, which says whose machine this is, to develop and test",
            )?,
        })
    }

    /// An emulator keeps nothing: on Cloud Run it would lose everything.
    fn are_refused_in_production(&self, env: &Environment) -> Result<(), SettingError> {
        let named = [
            ("FIRESTORE_EMULATOR_HOST", &self.firestore),
            ("PUBSUB_EMULATOR_HOST", &self.pubsub),
            ("STORAGE_EMULATOR_HOST", &self.storage),
            ("CRAFTCHAIN_KEYS_EMULATOR_HOST", &self.keys),
        ];
        for (name, host) in named {
            if let (Some(host), Some(_)) = (host, env.source().get("K_SERVICE")) {
                return Err(SettingError::Refused {
                    name,
                    read: host.0.clone(),
                    why: "this is Cloud Run, and an emulator keeps nothing".into(),
                });
            }
        }
        Ok(())
    }
}

fn needed<T>(value: Option<T>, name: &'static str, what: &str) -> Result<T, SettingError> {
    value.ok_or_else(|| SettingError::Missing {
        name,
        why: format!("without it nobody knows {what}"),
    })
}

/// `host:port` of a server that speaks plain HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPort(String);

impl HostPort {
    /// Its address for clients, `http://host:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.0)
    }
}

impl Setting for HostPort {
    fn allowed() -> String {
        "host:port".into()
    }

    fn read(text: &str) -> Option<Self> {
        // Cloud Storage's own convention has the scheme with it.
        let text = text.strip_prefix("http://").unwrap_or(text);
        let (host, port) = text.rsplit_once(':')?;
        let port: u16 = port.parse().ok()?;
        (!host.is_empty() && port > 0).then(|| Self(text.to_owned()))
    }
}

/// How names of databases or buckets begin.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Prefix(String);

impl Setting for Prefix {
    fn allowed() -> String {
        "3 to 40 lower-case letters, digits and hyphens that begin with a letter".into()
    }

    fn read(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
        ((3..=40).contains(&text.len()) && begins && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    const COMPLETE: [(&str, &str); 2] = [
        ("GOOGLE_CLOUD_PROJECT", "kilns"),
        ("REDIS_URL", "redis://localhost"),
    ];

    fn read(settings: &[(&str, &str)]) -> Result<Google, SettingError> {
        let set = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut env = Environment::new(set.collect());
        Google::read(&mut env)?.complete(&env)
    }

    #[test]
    fn whatever_is_missing_is_named() {
        for (missing, _) in COMPLETE {
            let rest: Vec<_> = COMPLETE
                .into_iter()
                .filter(|(name, _)| *name != missing)
                .collect();
            let error = read(&rest).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{missing} is not set")), "{error}");
        }
        let pushed = [
            COMPLETE[0],
            COMPLETE[1],
            ("PUBSUB_PUSH_URL", "https://product.example"),
        ];
        let error = read(&pushed).unwrap_err().to_string();
        assert!(error.starts_with("PUBSUB_PUSH_ACCOUNT is not set"), "{error}");
    }

    #[test]
    fn the_rest_has_defaults() {
        let google = read(&COMPLETE).unwrap();
        assert_eq!(google.databases, "craftchain");
        assert_eq!(google.buckets, "kilns-craftchain");
        assert_eq!(google.emulators, Emulators::default());
    }

    #[test]
    fn an_emulator_is_refused_on_cloud_run() {
        for name in [
            "FIRESTORE_EMULATOR_HOST",
            "PUBSUB_EMULATOR_HOST",
            "STORAGE_EMULATOR_HOST",
            "CRAFTCHAIN_KEYS_EMULATOR_HOST",
        ] {
            let here = [COMPLETE[0], COMPLETE[1], (name, "http://localhost:8080")];
            assert!(read(&here).is_ok());
            let there = [here[0], here[1], here[2], ("K_SERVICE", "product")];
            let error = read(&there).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
    }

    #[test]
    fn wrong_names_and_hosts_are_refused() {
        for (name, value) in [
            ("FIRESTORE_DATABASE", "(default)"),
            ("CRAFTCHAIN_BUCKETS", "Bowls"),
            ("PUBSUB_EMULATOR_HOST", "localhost"),
            ("STORAGE_EMULATOR_HOST", "http://localhost:0"),
        ] {
            let error = read(&[COMPLETE[0], COMPLETE[1], (name, value)])
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with(&format!("{name} is {value:?}, but must be")),
                "{error}"
            );
        }
    }

    #[test]
    fn a_redis_with_its_password_is_never_shown() {
        let google = read(&[COMPLETE[0], ("REDIS_URL", "redis://:canary@10.0.0.3")]).unwrap();
        assert!(!format!("{google:?}").contains("canary"));
    }

    #[test]
    fn without_any_of_it_there_is_still_its_help() {
        let mut env = Environment::new(Source::of([]));
        Google::read(&mut env).unwrap();
        assert!(env.described().iter().any(|setting| setting.name == "REDIS_URL"));
    }
}
