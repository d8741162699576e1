//! Where a request comes from, as far as it is known. For limits and logs only.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{Extensions, HeaderMap, HeaderName, request::Parts};
use service_client::Service;

use super::admission::Admitted;
use crate::{Problem, chassis::Chassis};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of whoever asks, as far as it is known. For limits and logs only.
///
/// The gateway's word is taken when its token proves it; otherwise `CRAFTCHAIN_TRUSTED_HOPS` says whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let by_gateway = Admitted::of(parts)?.is_by(Service::Gateway);
        let told = forwarded_for(&parts.headers, 0).filter(|_| by_gateway);
        if told.is_some() {
            return Ok(Self(told));
        }
        let chassis = parts
            .extensions
            .get::<Arc<Chassis>>()
            .ok_or_else(|| Problem::internal("a route outside the chassis"))?;
        Ok(Self(chassis.admission.address(&parts.extensions, &parts.headers)))
    }
}

/// The address that the N-th trusted proxy from here saw; without any, the peer's.
pub(super) fn client_address(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted_hops: u8,
) -> Option<IpAddr> {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let Some(back) = usize::from(trusted_hops).checked_sub(1) else {
        return peer;
    };
    forwarded_for(headers, back).or(peer)
}

/// The entry of X-Forwarded-For that is `back` before the last.
fn forwarded_for(headers: &HeaderMap, back: usize) -> Option<IpAddr> {
    let values = headers.get_all(X_FORWARDED_FOR).iter();
    let entries = values.rev().filter_map(|value| value.to_str().ok());
    let entry = entries.flat_map(|value| value.rsplit(',')).nth(back)?.trim();
    entry.parse().ok()
}

/// Whoever has one IPv6 address has the other 2^64 of its network, too (RFC 6177).
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(forwarded: &[&str], trusted_hops: u8) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, value.parse().unwrap());
        }
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
        client_address(&extensions, &headers, trusted_hops)
            .unwrap()
            .to_string()
    }

    #[test]
    fn what_a_client_claims_counts_only_through_trusted_proxies() {
        assert_eq!(seen(&["1.1.1.1"], 0), "10.0.0.1");
        assert_eq!(seen(&["1.1.1.1, 2.2.2.2"], 1), "2.2.2.2");
        assert_eq!(seen(&["1.1.1.1, 2.2.2.2", "3.3.3.3"], 2), "2.2.2.2");
        assert_eq!(seen(&["1.1.1.1"], 2), "10.0.0.1", "fewer entries than proxies");
        assert_eq!(seen(&["unknown"], 1), "10.0.0.1");
        assert_eq!(seen(&["2001:db8::1"], 1), "2001:db8::1");
    }
}
