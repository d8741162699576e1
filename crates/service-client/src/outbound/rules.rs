use std::net::IpAddr;

use url::{Host, Url};

use super::{OutboundError, is_public};

/// What the outside world is. The default is production's: public addresses over https.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboundRules {
    /// Also plain http: for development and tests.
    pub allow_http: bool,
    /// Addresses that may be connected to although they are not public: a test's loopback, an emulator.
    pub allowed: Vec<IpAddr>,
}

/// An address that is not of the outside world.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0} is not a public address")]
pub(super) struct NotPublic(pub(super) IpAddr);

impl OutboundRules {
    /// Refuses what can be refused before a name is resolved: the scheme, credentials in the URL, literal addresses.
    pub fn check(&self, url: &Url) -> Result<(), OutboundError> {
        let refuse = |why: &str| Err(OutboundError::Forbidden(why.to_owned()));
        match url.scheme() {
            "https" => {}
            "http" if self.allow_http => {}
            _ => return refuse("only https is allowed"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("credentials in a URL are not allowed");
        }
        let literal = match url.host() {
            None => return refuse("a host is needed"),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        self.check_address(literal)
            .map_err(|not_public| OutboundError::Forbidden(not_public.to_string()))
    }

    pub(super) fn check_address(&self, address: IpAddr) -> Result<(), NotPublic> {
        if is_public(address) || self.allowed.contains(&address) {
            Ok(())
        } else {
            Err(NotPublic(address))
        }
    }
}
