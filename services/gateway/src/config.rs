use std::time::Duration;

use backends::limits::Quota;
use config::{Environment, SettingError, Whole};
use http::HeaderValue;

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
}

type Mebibytes = Whole<1, 4096>;
type Seconds = Whole<1, 3600>;
type Rate = Whole<0, 1_000_000>;

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
        Ok(Self {
            largest_body: body.0 << 20,
            answer,
            answer_millis: HeaderValue::from(answer.as_secs() * 1000),
            idle,
            connect,
            service_quota: service_quota(env)?,
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
