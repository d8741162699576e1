use std::{collections::BTreeMap, fmt};

use config::{Environment, SettingError, Whole};
use url::Url;

macro_rules! services {
    ($($(#[$doc:meta])* $variant:ident = $name:literal at $offset:literal, $variable:literal);* $(;)?) => {
        /// The services of the fleet.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Service {
            $($(#[$doc])* $variant),*
        }

        impl Service {
            /// All of them, by port.
            pub const ALL: [Self; 10] = [$(Self::$variant),*];

            /// The name: of the package, in tokens, logs and paths of data.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// How far its port is from the fleet's first.
            pub const fn port_offset(self) -> u16 {
                match self { $(Self::$variant => $offset),* }
            }

            /// The variable that says where it is: `CRAFTCHAIN_<SERVICE>_URL`.
            pub const fn url_variable(self) -> &'static str {
                match self { $(Self::$variant => $variable),* }
            }
        }
    };
}

services! {
    /// The public door.
    Gateway = "gateway" at 0, "CRAFTCHAIN_GATEWAY_URL";
    /// Catalogue, inventory, carts, orders, payouts.
    Product = "product" at 1, "CRAFTCHAIN_PRODUCT_URL";
    /// The single door to models.
    Ml = "ml" at 2, "CRAFTCHAIN_ML_URL";
    /// Prices that never undercut the wage.
    Pricing = "pricing" at 3, "CRAFTCHAIN_PRICING_URL";
    /// The only one that opens the warehouse.
    Analytics = "analytics" at 4, "CRAFTCHAIN_ANALYTICS_URL";
    /// Provenance and payments on the chain.
    Blockchain = "blockchain" at 5, "CRAFTCHAIN_BLOCKCHAIN_URL";
    /// Mail, messages, push, webhooks.
    Notification = "notification" at 6, "CRAFTCHAIN_NOTIFICATION_URL";
    /// Photos and other files.
    Media = "media" at 7, "CRAFTCHAIN_MEDIA_URL";
    /// Accounts, sessions, keys.
    Auth = "auth" at 8, "CRAFTCHAIN_AUTH_URL";
    /// Stories and books.
    Storytelling = "storytelling" at 9, "CRAFTCHAIN_STORYTELLING_URL";
}

impl Service {
    /// The service of a name, such as the issuer of a service token.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// Its port on one machine when the fleet's first is 8000.
    pub const fn default_port(self) -> u16 {
        DEFAULT_BASE_PORT + self.port_offset()
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const DEFAULT_BASE_PORT: u16 = 8000;

/// The fleet's first port, so that all ten fit below 65536.
type BasePort = Whole<1, 65_526>;

/// Where each service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerUrls(BTreeMap<Service, Vec<Url>>);

impl PeerUrls {
    /// Reads `CRAFTCHAIN_<SERVICE>_URL` of each, with commas between the instances of one service; by default
    /// its port on loopback, counted from `CRAFTCHAIN_BASE_PORT` (8000).
    pub fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let base = Self::base_port(env)?;
        let at = |service: Service| format!("http://127.0.0.1:{}", base + service.port_offset());
        Service::ALL
            .into_iter()
            .map(|service| {
                let urls = env.read(
                    service.url_variable(),
                    &at(service),
                    "where a peer's instances are",
                )?;
                Ok((service, urls))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Reads `CRAFTCHAIN_BASE_PORT`: the gateway's port on this machine; the others follow it.
    pub fn base_port(env: &mut Environment) -> Result<u16, SettingError> {
        let base: BasePort = env.read("CRAFTCHAIN_BASE_PORT", "8000", "the fleet's first port")?;
        Ok(u16::try_from(base.0).unwrap_or(DEFAULT_BASE_PORT))
    }

    /// Where `service` is: its first instance.
    pub fn of(&self, service: Service) -> &Url {
        &self.0[&service][0]
    }

    /// Where all instances of `service` are; there is one at least.
    pub fn instances(&self, service: Service) -> &[Url] {
        &self.0[&service]
    }

    /// The same with one service somewhere else.
    #[must_use]
    pub fn with(mut self, service: Service, url: Url) -> Self {
        self.0.insert(service, vec![url]);
        self
    }

    /// Whether any of them is reached over TLS.
    pub(crate) fn any_https(&self) -> bool {
        self.0.values().flatten().any(|url| url.scheme() == "https")
    }
}

#[cfg(test)]
mod tests {
    use config::Source;

    use super::*;

    #[test]
    fn peers_are_on_loopback_unless_told_otherwise() {
        let mut env = Environment::new(Source::of([
            ("CRAFTCHAIN_BASE_PORT", "9000"),
            ("CRAFTCHAIN_AUTH_URL", "https://auth.example"),
        ]));
        let urls = PeerUrls::read(&mut env).unwrap();
        assert_eq!(urls.of(Service::Storytelling).as_str(), "http://127.0.0.1:9009/");
        assert_eq!(urls.of(Service::Auth).as_str(), "https://auth.example/");
    }

    #[test]
    fn a_service_may_have_several_instances() {
        let urls = |text| {
            let mut env = Environment::new(Source::of([("CRAFTCHAIN_ML_URL", text)]));
            PeerUrls::read(&mut env)
        };
        let read = urls("http://10.0.0.1:80, http://10.0.0.2:80").unwrap();
        assert_eq!(read.instances(Service::Ml).len(), 2);
        assert_eq!(read.of(Service::Ml).as_str(), "http://10.0.0.1/");
        assert!(urls("http://10.0.0.1,").is_err());
    }

    #[test]
    fn a_base_port_without_room_for_ten_is_refused() {
        let mut env = Environment::new(Source::of([("CRAFTCHAIN_BASE_PORT", "65530")]));
        let error = PeerUrls::read(&mut env).unwrap_err().to_string();
        assert!(error.starts_with("CRAFTCHAIN_BASE_PORT is \"65530\""), "{error}");
    }

    #[test]
    fn names_ports_and_variables_belong_together() {
        for (index, service) in Service::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(service.default_port()), 8000 + index);
            assert_eq!(Service::from_name(service.name()), Some(service));
            let shouted = service.name().to_uppercase();
            assert_eq!(service.url_variable(), format!("CRAFTCHAIN_{shouted}_URL"));
        }
    }
}
