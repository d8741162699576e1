use chrono::Duration;
use config::{Environment, Setting, SettingError, Whole};
use url::Url;

use crate::domain::counter::Limit;

/// The settings of auth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// Calling codes of the countries whose numbers get text messages. `CRAFTCHAIN_AUTH_PHONE_COUNTRIES`, default 91.
    pub(crate) phone_countries: Vec<u16>,
    /// Codes a day that one address may ask for. `CRAFTCHAIN_AUTH_CODES_PER_ADDRESS`, default 100.
    pub(crate) codes_per_address: Limit,
    /// Codes a day in all. `CRAFTCHAIN_AUTH_CODES_PER_DAY`, default 10000.
    pub(crate) codes_per_day: Limit,
    /// Failed sign-ins of an account in 15 minutes. `CRAFTCHAIN_AUTH_ACCOUNT_FAILURES`, default 10.
    pub(crate) account_failures: Limit,
    /// Failed sign-ins from an address in 15 minutes. `CRAFTCHAIN_AUTH_ADDRESS_FAILURES`, default 100.
    pub(crate) address_failures: Limit,
    /// Passwords hashed at once. `CRAFTCHAIN_AUTH_HASHES_AT_ONCE`, default half of the cores.
    pub(crate) hashes_at_once: usize,
    /// Passwords that may wait to be hashed. `CRAFTCHAIN_AUTH_HASHES_WAITING`, default 64.
    pub(crate) hashes_waiting: usize,
    /// Days after which an unused session ends. `CRAFTCHAIN_AUTH_SESSION_DAYS`, default 30.
    pub(crate) session_idle: Duration,
    /// Days between the wish to be erased and the erasure. `CRAFTCHAIN_AUTH_GRACE_DAYS`, default 30.
    pub(crate) grace: Duration,
    /// Days that a key signs tokens. `CRAFTCHAIN_AUTH_KEY_DAYS`, default 30.
    pub(crate) key_age: Duration,
    /// Whose ID tokens sign people in. `CRAFTCHAIN_FIREBASE_PROJECT`, default nobody's.
    pub(crate) firebase: Option<FirebaseSettings>,
}

/// A Firebase project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirebaseSettings {
    /// Its id. `CRAFTCHAIN_FIREBASE_PROJECT`.
    pub(crate) project: ProjectId,
    /// Where the keys of its tokens are. `CRAFTCHAIN_FIREBASE_KEYS_URL`, default Google's.
    pub(crate) keys: Url,
}

/// The id of a project of Google's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectId(pub(crate) String);

impl Setting for ProjectId {
    fn allowed() -> String {
        "a project's id: 6 to 30 lower-case letters, digits and hyphens".into()
    }

    fn read(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ((6..=30).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }
}

type Count = Whole<0, 1_000_000_000>;
type Days = Whole<1, 365>;

impl Config {
    /// Reads them.
    pub(crate) fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let countries: Vec<Whole<1, 999>> = env.read(
            "CRAFTCHAIN_AUTH_PHONE_COUNTRIES",
            "91",
            "calling codes of the countries whose numbers get text messages",
        )?;
        Ok(Self {
            phone_countries: countries
                .iter()
                .filter_map(|code| u16::try_from(code.0).ok())
                .collect(),
            codes_per_address: Limit {
                most: count(
                    env,
                    "CRAFTCHAIN_AUTH_CODES_PER_ADDRESS",
                    "100",
                    "codes a day that one address may ask for, 0 for no limit",
                )?,
                within: Duration::days(1),
            },
            codes_per_day: Limit {
                most: count(
                    env,
                    "CRAFTCHAIN_AUTH_CODES_PER_DAY",
                    "10000",
                    "codes a day in all, 0 for no limit",
                )?,
                within: Duration::days(1),
            },
            account_failures: Limit {
                most: count(
                    env,
                    "CRAFTCHAIN_AUTH_ACCOUNT_FAILURES",
                    "10",
                    "failed sign-ins of an account in 15 minutes, 0 for no limit",
                )?,
                within: Duration::minutes(15),
            },
            address_failures: Limit {
                most: count(
                    env,
                    "CRAFTCHAIN_AUTH_ADDRESS_FAILURES",
                    "100",
                    "failed sign-ins from an address in 15 minutes, 0 for no limit",
                )?,
                within: Duration::minutes(15),
            },
            hashes_at_once: hashes_at_once(env)?,
            hashes_waiting: size(env.read::<Whole<0, 10_000>>(
                "CRAFTCHAIN_AUTH_HASHES_WAITING",
                "64",
                "passwords that may wait to be hashed",
            )?),
            session_idle: days(
                env,
                "CRAFTCHAIN_AUTH_SESSION_DAYS",
                "30",
                "days after which an unused session ends",
            )?,
            grace: days(
                env,
                "CRAFTCHAIN_AUTH_GRACE_DAYS",
                "30",
                "days between the wish to be erased and the erasure",
            )?,
            key_age: days(
                env,
                "CRAFTCHAIN_AUTH_KEY_DAYS",
                "30",
                "days that a key signs tokens",
            )?,
            firebase: FirebaseSettings::read(env)?,
        })
    }
}

impl FirebaseSettings {
    fn read(env: &mut Environment) -> Result<Option<Self>, SettingError> {
        let project = env.read_optional(
            "CRAFTCHAIN_FIREBASE_PROJECT",
            "nobody signs in with Firebase",
            "the Firebase project whose ID tokens sign people in",
        )?;
        let keys = env.read(
            "CRAFTCHAIN_FIREBASE_KEYS_URL",
            "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
            "where the keys of those tokens are",
        )?;
        Ok(project.map(|project| Self { project, keys }))
    }
}

/// Half of the cores, so that a flood of sign-ins leaves the other half to everybody else.
fn hashes_at_once(env: &mut Environment) -> Result<usize, SettingError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let half = (cores / 2).clamp(1, 64);
    env.read::<Whole<1, 64>>(
        "CRAFTCHAIN_AUTH_HASHES_AT_ONCE",
        &half.to_string(),
        "passwords hashed at once, 19 MiB each",
    )
    .map(size)
}

fn count(
    env: &mut Environment,
    name: &'static str,
    default: &str,
    about: &'static str,
) -> Result<u32, SettingError> {
    let count: Count = env.read(name, default, about)?;
    Ok(u32::try_from(count.0).unwrap_or(u32::MAX))
}

fn days(
    env: &mut Environment,
    name: &'static str,
    default: &str,
    about: &'static str,
) -> Result<Duration, SettingError> {
    let days: Days = env.read(name, default, about)?;
    Ok(Duration::days(i64::try_from(days.0).unwrap_or(30)))
}

fn size<const MIN: u64, const MAX: u64>(number: Whole<MIN, MAX>) -> usize {
    usize::try_from(number.0).unwrap_or(usize::MAX)
}
