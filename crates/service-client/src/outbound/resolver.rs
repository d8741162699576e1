use std::{net::SocketAddr, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::rules::{NotPublic, OutboundRules};

/// Resolves names with the system's resolver and drops every address that the rules refuse.
///
/// What is returned is what the connector connects to, so a name that answers differently the second time
/// gains nothing.
pub(super) struct GuardedResolver {
    pub(super) rules: Arc<OutboundRules>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = self.rules.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted = permitted(&rules, found)?;
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// Those addresses that may be connected to; an error when there were only others.
fn permitted(
    rules: &OutboundRules,
    found: impl Iterator<Item = SocketAddr>,
) -> Result<Vec<SocketAddr>, NotPublic> {
    let mut refused = None;
    let mut permitted = Vec::new();
    for address in found {
        match rules.check_address(address.ip()) {
            Ok(()) => permitted.push(address),
            Err(not_public) => refused = Some(not_public),
        }
    }
    match refused {
        Some(not_public) if permitted.is_empty() => Err(not_public),
        _ => Ok(permitted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        SocketAddr::new(text.parse().unwrap(), 0)
    }

    #[test]
    fn only_the_public_addresses_of_a_name_are_connected_to() {
        let found = ["10.0.0.1", "1.1.1.1", "::1"].map(at);
        let permitted = permitted(&OutboundRules::default(), found.into_iter()).unwrap();
        assert_eq!(permitted, [at("1.1.1.1")]);
    }

    #[test]
    fn a_name_with_private_addresses_only_is_refused() {
        let found = ["169.254.169.254", "fd00::1"].map(at);
        assert!(permitted(&OutboundRules::default(), found.into_iter()).is_err());
    }

    #[tokio::test]
    async fn localhost_resolves_only_where_loopback_is_allowed() {
        let strict = GuardedResolver {
            rules: Arc::default(),
        };
        assert!(strict.resolve("localhost".parse().unwrap()).await.is_err());

        let allowed = ["127.0.0.1", "::1"].map(|text| text.parse().unwrap()).to_vec();
        let rules = OutboundRules {
            allowed,
            ..OutboundRules::default()
        };
        let lenient = GuardedResolver {
            rules: Arc::new(rules),
        };
        let found = lenient.resolve("localhost".parse().unwrap()).await.unwrap();
        assert!(found.count() > 0);
    }
}
