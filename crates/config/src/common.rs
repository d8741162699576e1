use std::{net::IpAddr, path::PathBuf, time::Duration};

use url::Url;

use crate::{Environment, Google, Setting, SettingError, Share, Whole};

/// Which implementations stand behind the ports.
#[derive(Debug, Clone)]
pub enum Profile {
    /// Everything in this process and a folder; for development and tests.
    Embedded,
    /// Google Cloud; production.
    Google(Box<Google>),
}

impl Profile {
    /// Reads it and everything that it needs; refuses the embedded profile on Cloud Run, where a container's disk is lost.
    fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let named = env.read("CRAFTCHAIN_PROFILE", "embedded", "what stands behind the ports")?;
        let google = Google::read(env)?;
        match (named, env.source().get("K_SERVICE")) {
            (Named::Google, _) => Ok(Self::Google(Box::new(google.complete(env)?))),
            (Named::Embedded, None) => Ok(Self::Embedded),
            (Named::Embedded, Some(service)) => Err(SettingError::Refused {
                name: "K_SERVICE",
                read: service.to_owned(),
                why: "CRAFTCHAIN_PROFILE is embedded, which would lose everything on Cloud Run; set it to google".into(),
            }),
        }
    }
}

#[derive(Clone, Copy)]
enum Named {
    Embedded,
    Google,
}

impl Setting for Named {
    fn allowed() -> String {
        "embedded or google".into()
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "embedded" => Some(Self::Embedded),
            "google" => Some(Self::Google),
            _ => None,
        }
    }
}

/// How often one caller may ask; 0 turns a limit off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Requests a second of one user. `CRAFTCHAIN_USER_RATE`, default 100.
    pub user_rate: u32,
    /// Requests of one user at once. `CRAFTCHAIN_USER_BURST`, default 400.
    pub user_burst: u32,
    /// Requests a second of one anonymous address. `CRAFTCHAIN_ADDRESS_RATE`, default 200.
    pub address_rate: u32,
    /// Requests of one anonymous address at once. `CRAFTCHAIN_ADDRESS_BURST`, default 1000.
    pub address_burst: u32,
}

/// The settings of every service.
#[derive(Debug, Clone)]
pub struct Common {
    /// What stands behind the ports. `CRAFTCHAIN_PROFILE`, default `embedded`.
    pub profile: Profile,
    /// Where the embedded profile keeps everything. `CRAFTCHAIN_DATA_DIR`, default `./craftchain-data`.
    pub data_dir: PathBuf,
    /// The address to listen on. `CRAFTCHAIN_BIND`, default 127.0.0.1.
    pub bind: IpAddr,
    /// The address under which clients reach the gateway, for absolute links. `CRAFTCHAIN_PUBLIC_URL`.
    pub public_url: Option<Url>,
    /// How many proxies in front append to X-Forwarded-For. `CRAFTCHAIN_TRUSTED_HOPS`, default 0.
    pub trusted_hops: u8,
    /// Origins whose pages may call the API, `*` for all. `CRAFTCHAIN_CORS_ORIGINS`, default none.
    pub cors_origins: Vec<String>,
    /// `CRAFTCHAIN_{USER,ADDRESS}_{RATE,BURST}`.
    pub limits: Limits,
    /// Where traces go: a collector's gRPC endpoint. `OTEL_EXPORTER_OTLP_ENDPOINT`, default nowhere.
    pub otlp_endpoint: Option<Url>,
    /// The share of new traces that is sampled. `OTEL_TRACES_SAMPLER_ARG`, default 1.
    pub sampled: Share,
    /// The project that traces and logs belong to. `GOOGLE_CLOUD_PROJECT`.
    pub google_project: Option<String>,
    /// What is logged. `RUST_LOG`, default `info`.
    pub log: String,
    /// Added to every synced write of the embedded profile, to measure and test against a slower disk.
    /// `CRAFTCHAIN_SLOW_SYNC_MS`, default 0, up to a second.
    pub slow_sync: Duration,
}

type Rate = Whole<0, 1_000_000>;

impl Common {
    /// Reads them.
    pub fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let profile = Profile::read(env)?;
        Ok(Self {
            profile,
            data_dir: env.read(
                "CRAFTCHAIN_DATA_DIR",
                "./craftchain-data",
                "where the embedded profile keeps everything",
            )?,
            bind: env.read("CRAFTCHAIN_BIND", "127.0.0.1", "the address to listen on")?,
            public_url: env.read_optional(
                "CRAFTCHAIN_PUBLIC_URL",
                "links are path-absolute",
                "where clients reach the gateway, for absolute links",
            )?,
            trusted_hops: small(env.read::<Whole<0, 16>>(
                "CRAFTCHAIN_TRUSTED_HOPS",
                "0",
                "how many proxies in front append to X-Forwarded-For",
            )?),
            cors_origins: env
                .read_optional(
                    "CRAFTCHAIN_CORS_ORIGINS",
                    "none",
                    "origins whose pages may call the API, * for all",
                )?
                .unwrap_or_default(),
            limits: Limits::read(env)?,
            otlp_endpoint: env.read_optional(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "no traces",
                "where traces go: a collector's gRPC endpoint",
            )?,
            sampled: env.read(
                "OTEL_TRACES_SAMPLER_ARG",
                "1",
                "the share of new traces that is sampled",
            )?,
            google_project: env.read_optional(
                "GOOGLE_CLOUD_PROJECT",
                "none; the google profile needs it",
                "the project of everything on Google Cloud, and of traces and logs",
            )?,
            log: env.read("RUST_LOG", "info", "what is logged")?,
            slow_sync: Duration::from_millis(
                env.read::<Whole<0, 1000>>(
                    "CRAFTCHAIN_SLOW_SYNC_MS",
                    "0",
                    "milliseconds added to every synced write, to measure against a slower disk",
                )?
                .0,
            ),
        })
    }
}

impl Limits {
    fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let mut rate = |name, default, about| {
            let rate: Rate = env.read(name, default, about)?;
            Ok(u32::try_from(rate.0).unwrap_or(u32::MAX))
        };
        Ok(Self {
            user_rate: rate(
                "CRAFTCHAIN_USER_RATE",
                "100",
                "requests a second of one user, 0 for no limit",
            )?,
            user_burst: rate("CRAFTCHAIN_USER_BURST", "400", "requests of one user at once")?,
            address_rate: rate(
                "CRAFTCHAIN_ADDRESS_RATE",
                "200",
                "requests a second of one anonymous address, 0 for no limit",
            )?,
            address_burst: rate(
                "CRAFTCHAIN_ADDRESS_BURST",
                "1000",
                "requests of one anonymous address at once",
            )?,
        })
    }
}

fn small<const MAX: u64>(number: Whole<0, MAX>) -> u8 {
    u8::try_from(number.0).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    #[test]
    fn the_embedded_profile_refuses_cloud_run() {
        let mut env = Environment::new(Source::of([("K_SERVICE", "product")]));
        let error = Common::read(&mut env).unwrap_err().to_string();
        assert!(error.starts_with("K_SERVICE is set to \"product\""), "{error}");
    }

    #[test]
    fn everything_has_a_default() {
        let common = Common::read(&mut Environment::new(Source::of([]))).unwrap();
        assert!(matches!(common.profile, Profile::Embedded));
        assert_eq!(common.limits.user_burst, 400);
    }
}
