use std::{net::IpAddr, time::Duration};

use ::config::{Environment, SettingError, Whole};
use service_client::OutboundRules;
use url::Url;

/// The settings of pricing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// On top of what a piece costs, in hundredths of a percent. `CRAFTCHAIN_PRICING_MARGIN_PERCENT`, default 20.
    pub(crate) margin: i64,
    /// Where competitors' prices are fetched. `CRAFTCHAIN_PRICING_FEED_URL`, none by default.
    pub(crate) feed: Option<Url>,
    /// How often. `CRAFTCHAIN_PRICING_FEED_HOURS`, default 24.
    pub(crate) feed_every: Duration,
    /// What the feed may be: public and over https, but for the addresses of
    /// `CRAFTCHAIN_PRICING_FEED_ADDRESSES`, where plain http will do.
    pub(crate) feed_rules: OutboundRules,
}

impl Config {
    /// Reads them.
    pub(crate) fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let percent: Whole<0, 100> = env.read(
            "CRAFTCHAIN_PRICING_MARGIN_PERCENT",
            "20",
            "what is added to what a piece costs, in percent of it",
        )?;
        let feed = env.read_optional(
            "CRAFTCHAIN_PRICING_FEED_URL",
            "none",
            "where competitors' prices are fetched, as CSV",
        )?;
        let hours: Whole<1, 720> = env.read(
            "CRAFTCHAIN_PRICING_FEED_HOURS",
            "24",
            "hours between two fetches of the competitors' prices",
        )?;
        let inside: Option<Vec<IpAddr>> = env.read_optional(
            "CRAFTCHAIN_PRICING_FEED_ADDRESSES",
            "none",
            "addresses that are not public at which the feed may be, also over plain http",
        )?;
        let allowed = inside.unwrap_or_default();
        Ok(Self {
            margin: i64::try_from(percent.0).unwrap_or_default() * 100,
            feed,
            feed_every: Duration::from_hours(hours.0),
            feed_rules: OutboundRules {
                allow_http: !allowed.is_empty(),
                allowed,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use ::config::Source;

    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Config, String> {
        let source = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<Source>();
        Config::read(&mut Environment::new(source)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_feed_is_outside_unless_an_address_inside_is_named() {
        assert_eq!(read(&[]).unwrap().feed_rules, OutboundRules::default());
        let inside = read(&[("CRAFTCHAIN_PRICING_FEED_ADDRESSES", "10.0.0.7")]).unwrap();
        assert!(inside.feed_rules.allow_http);
        assert!(
            read(&[("CRAFTCHAIN_PRICING_MARGIN_PERCENT", "101")])
                .unwrap_err()
                .contains("MARGIN_PERCENT")
        );
    }
}
