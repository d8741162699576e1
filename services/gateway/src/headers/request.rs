use std::{io::Write, net::IpAddr};

use http::{HeaderMap, HeaderName, HeaderValue, Uri, Version, header, uri::Authority};

use super::dropped::{drop_from_request, drop_named, options};
use crate::error::Refusal;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// What a client asked of this hop, and what this hop therefore asks of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    /// To change to the WebSocket protocol.
    pub(crate) upgrade: bool,
    /// For trailers after the answer.
    trailers: bool,
}

/// Where a request came from, for whoever asks behind this hop.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) address: Option<IpAddr>,
    https: bool,
    host: Option<HeaderValue>,
}

/// Refuses a request whose framing or authority two programs could read differently.
pub(crate) fn check_framing(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut encodings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let chunked = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"chunked");
    match (encodings.next(), encodings.next()) {
        (None, _) => Ok(()),
        (Some(only), None) if chunked(only) => Ok(()),
        _ => Err(Refusal::Framing),
    }
}

/// One authority, the same in the request's line and in `Host` (RFC 9112, 3.2).
pub(crate) fn check_host(uri: &Uri, version: Version, headers: &HeaderMap) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (host, another) = (hosts.next(), hosts.next());
    if another.is_some() {
        return Err(Refusal::Malformed("Host is there twice"));
    }
    let named = uri.authority();
    let Some(host) = host else {
        let needed = version == Version::HTTP_11 || (version == Version::HTTP_2 && named.is_none());
        return if needed {
            Err(Refusal::Malformed("Host is missing"))
        } else {
            Ok(())
        };
    };
    let host = Authority::try_from(host.as_bytes())
        .ok()
        .filter(|host| !host.as_str().contains('@'))
        .ok_or(Refusal::Malformed("Host is not a host"))?;
    match named {
        Some(named) if *named != host => Err(Refusal::Malformed("the target and Host name different hosts")),
        _ => Ok(()),
    }
}

impl Origin {
    /// What is known of the client. Behind trusted proxies they know the scheme and the host.
    pub(crate) fn of(
        uri: &Uri,
        headers: &HeaderMap,
        address: Option<IpAddr>,
        behind_proxies: bool,
        public_https: bool,
    ) -> Self {
        let told = |name: &HeaderName| headers.get(name).filter(|_| behind_proxies);
        let https = told(&X_FORWARDED_PROTO).map_or(public_https, |proto| {
            last(proto).is_some_and(|proto| proto.eq_ignore_ascii_case("https"))
        });
        let host = told(&X_FORWARDED_HOST)
            .or_else(|| headers.get(header::HOST))
            .cloned()
            .or_else(|| HeaderValue::from_str(uri.authority()?.as_str()).ok());
        Self { address, https, host }
    }

    /// Tells it to the next hop.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        if let Some(address) = self.address.and_then(written) {
            headers.insert(X_FORWARDED_FOR, address);
        }
        if let Some(host) = self.host {
            headers.insert(X_FORWARDED_HOST, host);
        }
        let scheme = if self.https { "https" } else { "http" };
        headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(scheme));
    }
}

/// The nearest proxy's entry of a list.
fn last(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()?.rsplit(',').next().map(str::trim)
}

/// The text of an address takes at most 45 bytes; it is written without an allocation of its own.
fn written(address: IpAddr) -> Option<HeaderValue> {
    let mut text = [0; 45];
    let mut rest = &mut text[..];
    write!(rest, "{address}").ok()?;
    let left = rest.len();
    HeaderValue::from_bytes(&text[..45 - left]).ok()
}

/// Removes all that is not for the services, and says what the client asked of this hop.
pub(crate) fn clean(headers: &mut HeaderMap) -> Asked {
    let names = |wanted: &str| {
        let values = headers.get_all(header::CONNECTION).iter();
        values
            .flat_map(options)
            .any(|option| option.eq_ignore_ascii_case(wanted))
    };
    let to_websocket = headers
        .get(header::UPGRADE)
        .is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let asked = Asked {
        upgrade: to_websocket && names("upgrade"),
        trailers: headers
            .get_all(header::TE)
            .iter()
            .flat_map(options)
            .any(|coding| coding.eq_ignore_ascii_case("trailers")),
    };
    drop_named(headers);
    drop_from_request(headers);
    join_cookies(headers);
    asked
}

impl Asked {
    /// Asks the next hop for the same.
    pub(crate) fn ask(self, headers: &mut HeaderMap) {
        if self.upgrade {
            upgraded(headers);
        }
        if self.trailers {
            headers.insert(header::TE, HeaderValue::from_static("trailers"));
            headers.append(header::CONNECTION, HeaderValue::from_static("te"));
        }
    }
}

/// Asks for the WebSocket protocol, or grants it.
pub(crate) fn upgraded(headers: &mut HeaderMap) {
    headers.insert(header::UPGRADE, WEBSOCKET);
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
}

/// HTTP/2 may split cookies; HTTP/1.1 may not (RFC 9113, 8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<&[u8]> = headers
        .get_all(header::COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    if cookies.len() < 2 {
        return;
    }
    if let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..])) {
        headers.insert(header::COOKIE, joined);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn an_upgrade_must_be_asked_for_twice() {
        let mut both = headers(&[("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket")]);
        assert!(clean(&mut both).upgrade);
        assert!(both.is_empty());
        for half in [("upgrade", "websocket"), ("connection", "upgrade")] {
            assert!(!clean(&mut headers(&[half])).upgrade);
        }
        let h2c = &mut headers(&[("connection", "upgrade, http2-settings"), ("upgrade", "h2c")]);
        assert!(!clean(h2c).upgrade);
    }

    #[test]
    fn one_host_and_the_same_everywhere() {
        let check = |uri: &str, lines: &[(&str, &str)]| {
            check_host(&uri.parse().unwrap(), Version::HTTP_11, &headers(lines)).is_ok()
        };
        assert!(check("/a", &[("host", "craft.example:8000")]));
        assert!(check("http://craft.example/a", &[("host", "Craft.example")]));
        assert!(!check("/a", &[]));
        assert!(!check("/a", &[("host", "a"), ("host", "a")]));
        assert!(!check("/a", &[("host", "a b")]));
        assert!(!check("/a", &[("host", "evil@craft.example")]));
        assert!(!check("http://evil.example/a", &[("host", "craft.example")]));
    }

    #[test]
    fn an_address_of_any_length_is_told() {
        for address in [
            "1.2.3.4",
            "::ffff:255.255.255.255",
            "2001:db8:1111:2222:3333:4444:5555:6666",
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(written(address).unwrap().to_str().unwrap(), address.to_string());
        }
    }

    #[test]
    fn cookies_of_http_2_become_one() {
        let mut split = headers(&[("cookie", "a=1"), ("cookie", "b=2")]);
        clean(&mut split);
        assert_eq!(split, headers(&[("cookie", "a=1; b=2")]));
    }
}
