use std::time::Duration;

use backends::limits::Quota;
use config::{Environment, SettingError, Whole};
use http::HeaderValue;
use service_kit::Connections;

use crate::hop::Bounds;

/// The gateway's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// The largest body of a request, in bytes. `CRAFTCHAIN_GATEWAY_BODY_MIB`, default 32 (MiB).
    pub(crate) largest_body: u64,
    /// How long a service may take to begin its answer once it has the whole request.
    /// `CRAFTCHAIN_GATEWAY_ANSWER_SECONDS`, default 35: a little longer than services allow themselves.
    pub(crate) answer: Duration,
    /// The same for `X-Request-Timeout-Ms`.
    pub(crate) answer_millis: HeaderValue,
    /// How long a body may stand still, either way; also an upgraded connection.
    /// `CRAFTCHAIN_GATEWAY_IDLE_SECONDS`, default 60.
    pub(crate) idle: Duration,
    /// How long making a connection to a service may take. `CRAFTCHAIN_GATEWAY_CONNECT_SECONDS`, default 2.
    pub(crate) connect: Duration,
    /// Requests that one service gets, whoever asks; nothing for no limit.
    /// `CRAFTCHAIN_GATEWAY_SERVICE_RATE` a second, default 0 (off), and `CRAFTCHAIN_GATEWAY_SERVICE_BURST`
    /// at once, default 1000.
    pub(crate) service_quota: Option<Quota>,
    /// Requests that one service works on at once: the limit follows what it bears, between these bounds.
    /// `CRAFTCHAIN_GATEWAY_IN_FLIGHT_LEAST`, default 32, and `CRAFTCHAIN_GATEWAY_IN_FLIGHT_MOST`, default 512.
    pub(crate) in_flight: Bounds,
    /// Connections of clients that are open at once. `CRAFTCHAIN_GATEWAY_CONNECTIONS`, default 16384, and of one
    /// address `CRAFTCHAIN_GATEWAY_ADDRESS_CONNECTIONS`, default 1024: many phones may share one.
    pub(crate) connections: Connections,
    /// How often instances are compared. `CRAFTCHAIN_GATEWAY_SWEEP_SECONDS`, default 10.
    pub(crate) sweep: Duration,
}

type Mebibytes = Whole<1, 4096>;
type Seconds = Whole<1, 3600>;
type Rate = Whole<0, 1_000_000>;
type Places = Whole<1, 100_000>;

impl Config {
    pub(crate) fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let body: Mebibytes = env.read(
            "CRAFTCHAIN_GATEWAY_BODY_MIB",
            "32",
            "the largest body of a request, in MiB",
        )?;
        let answer = seconds(
            env,
            "CRAFTCHAIN_GATEWAY_ANSWER_SECONDS",
            "35",
            "seconds that a service may take to begin its answer",
        )?;
        let idle = seconds(
            env,
            "CRAFTCHAIN_GATEWAY_IDLE_SECONDS",
            "60",
            "seconds that a body may stand still",
        )?;
        let connect = seconds(
            env,
            "CRAFTCHAIN_GATEWAY_CONNECT_SECONDS",
            "2",
            "seconds that a connection to a service may take",
        )?;
        let sweep = seconds(
            env,
            "CRAFTCHAIN_GATEWAY_SWEEP_SECONDS",
            "10",
            "seconds between comparisons of a service's instances",
        )?;
        Ok(Self {
            largest_body: body.0 << 20,
            answer,
            answer_millis: HeaderValue::from(answer.as_secs() * 1000),
            idle,
            connect,
            service_quota: service_quota(env)?,
            in_flight: in_flight(env)?,
            connections: connections(env)?,
            sweep,
        })
    }
}

fn seconds(
    env: &mut Environment,
    name: &'static str,
    default: &str,
    about: &'static str,
) -> Result<Duration, SettingError> {
    let seconds: Seconds = env.read(name, default, about)?;
    Ok(Duration::from_secs(seconds.0))
}

fn service_quota(env: &mut Environment) -> Result<Option<Quota>, SettingError> {
    let rate: Rate = env.read(
        "CRAFTCHAIN_GATEWAY_SERVICE_RATE",
        "0",
        "requests a second that one service gets from here, 0 for no limit",
    )?;
    let burst: Rate = env.read(
        "CRAFTCHAIN_GATEWAY_SERVICE_BURST",
        "1000",
        "requests that one service gets from here at once",
    )?;
    let number = |rate: Rate| u32::try_from(rate.0).unwrap_or(u32::MAX);
    Ok(Quota::a_second(number(rate), number(burst)))
}

fn in_flight(env: &mut Environment) -> Result<Bounds, SettingError> {
    let least: Places = env.read(
        "CRAFTCHAIN_GATEWAY_IN_FLIGHT_LEAST",
        "32",
        "requests that one service is always given at once",
    )?;
    let most: Places = env.read(
        "CRAFTCHAIN_GATEWAY_IN_FLIGHT_MOST",
        "512",
        "requests that one service is given at once at most",
    )?;
    if most.0 < least.0 {
        return Err(SettingError::Refused {
            name: "CRAFTCHAIN_GATEWAY_IN_FLIGHT_MOST",
            read: most.0.to_string(),
            why: format!("CRAFTCHAIN_GATEWAY_IN_FLIGHT_LEAST is {}", least.0),
        });
    }
    Ok(Bounds {
        least: count(least),
        most: count(most),
    })
}

fn count(places: Places) -> usize {
    usize::try_from(places.0).unwrap_or(usize::MAX)
}

fn connections(env: &mut Environment) -> Result<Connections, SettingError> {
    let most: Places = env.read(
        "CRAFTCHAIN_GATEWAY_CONNECTIONS",
        "16384",
        "connections of clients at once",
    )?;
    let of_one_address: Places = env.read(
        "CRAFTCHAIN_GATEWAY_ADDRESS_CONNECTIONS",
        "1024",
        "of these from one address, unless proxies are trusted",
    )?;
    Ok(Connections {
        most: count(most),
        of_one_address: count(of_one_address),
    })
}

#[cfg(test)]
mod tests {
    use config::Source;

    use super::*;

    #[test]
    fn everything_has_a_default() {
        let config = Config::read(&mut Environment::new(Source::of([]))).unwrap();
        assert_eq!(config.largest_body, 32 << 20);
        assert_eq!(config.service_quota, None);
    }

    #[test]
    fn a_wrong_setting_names_itself() {
        let mut env = Environment::new(Source::of([("CRAFTCHAIN_GATEWAY_BODY_MIB", "0")]));
        let error = Config::read(&mut env).unwrap_err().to_string();
        assert!(
            error.starts_with("CRAFTCHAIN_GATEWAY_BODY_MIB is \"0\""),
            "{error}"
        );
    }
}
