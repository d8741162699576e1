//! Addresses with which a stranger would like to reach the inside.

use std::time::Duration;

use http::Method;
use service_client::{Outbound, OutboundError, OutboundRequest, OutboundRules};
use tokio::time::Instant;
use url::Url;

/// Hosts of URLs that must never be connected to.
const INSIDE: &[&str] = &[
    // Loopback, in every notation that URLs know (WHATWG URL, 3.5).
    "127.0.0.1",
    "127.0.0.1:8001",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7F.0x0.0x0.0x1",
    "127.0.0.0x",
    "0177.0.0.1",
    "0177.0.0.01",
    "017700000001",
    "127.0.0.1.",
    "0x7f.1.",
    "%31%32%37.0.0.1",
    "１２７.0.0.1",
    "127。0。0。1",
    "①②⑦.0.0.1",
    // Unspecified, which Linux connects to loopback.
    "0.0.0.0",
    "0",
    "0x0",
    "0.1.2.3",
    // Private.
    "10.0.0.1",
    "10.1",
    "167772161",
    "012.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "0xac.0x10.0.1",
    "192.168.0.1",
    "192.168.1",
    "3232235521",
    "0xc0a80001",
    "192.0.0.192",
    "192.88.99.1",
    // Link-local and the metadata of clouds.
    "169.254.169.254",
    "169.254.169.254.",
    "169.254.43518",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.170.2",
    "168.63.129.16",
    "100.100.100.200",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    // Carrier-grade NAT, benchmarks, documentation, multicast, reserved, broadcast.
    "100.64.0.1",
    "100.127.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    // IPv6.
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]:443",
    "[fe80::1]",
    "[fec0::1]",
    "[fc00::1]",
    "[fdff:ffff::1]",
    "[ff02::1]",
    "[ff0e::1]",
    "[100::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[5f00::1]",
    // IPv4 inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo.
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:169.254.169.254]",
    "[::FFFF:A9FE:A9FE]",
    "[::ffff:8.8.8.8]",
    "[::127.0.0.1]",
    "[::a9fe:a9fe]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::10.0.0.1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2002:c0a8:1::1]",
    "[2001:0:7f00:1::]",
    "[2001::f5ff:fffe]",
    "[2001:10::1]",
    "[2001:20::1]",
    // Names for it.
    "localhost",
    "LocalHost",
    "localhost:8008",
    // Credentials that look like a host.
    "example.com@127.0.0.1",
    "example.com:443@127.0.0.1",
    "user@1.1.1.1",
    "user:password@1.1.1.1",
    ":x@1.1.1.1",
];

/// Not URLs at all, or none that are sent.
const NO_URLS: &[&str] = &[
    "https://[::1%25lo]/",
    "https://[fe80::1%eth0]/",
    "https://256.0.0.1/",
    "https://127.0.0.256/",
    "https://0x100000000/",
    "https://4294967296/",
    "https://1.2.3.4.5/",
    "https://127.0.0.1..1/",
    "https://",
    "https://%00/",
    "https://a b/",
    "//1.1.1.1/",
    "1.1.1.1",
];

const OTHER_SCHEMES: &[&str] = &[
    "file:///etc/passwd",
    "ftp://1.1.1.1/",
    "gopher://1.1.1.1/",
    "ws://1.1.1.1/",
    "wss://1.1.1.1/",
    "data:text/plain,x",
    "javascript:1",
    "unix:/run/docker.sock",
    "blob:https://1.1.1.1/x",
    "jar:https://1.1.1.1/",
    "dict://1.1.1.1/",
    "ldap://1.1.1.1/",
];

const OUTSIDE: &[&str] = &[
    "https://1.1.1.1/",
    "https://8.8.8.8:8443/hook?x=1",
    "https://134744072/",
    "https://[2606:4700:4700::1111]/",
    "https://[2a00:1450:4001::1]:443/",
    "https://example.com/",
    "https://example.com./",
    "https://172.32.0.1/",
    "https://xn--p1b6ci4b4b3a.xn--h2brj9c/",
];

async fn refused(outbound: &Outbound, url: Url) -> bool {
    let request = OutboundRequest::new(Method::GET, url, Instant::now() + Duration::from_secs(10));
    matches!(outbound.send(request).await, Err(OutboundError::Forbidden(_)))
}

#[tokio::test]
async fn the_inside_is_refused_however_it_is_written() {
    assert!(INSIDE.len() >= 60);
    let strict = Outbound::new(OutboundRules::default());
    let also_http = Outbound::new(OutboundRules {
        allow_http: true,
        ..OutboundRules::default()
    });
    for host in INSIDE {
        for (outbound, scheme) in [(&strict, "https"), (&also_http, "https"), (&also_http, "http")] {
            let text = format!("{scheme}://{host}/");
            let url = Url::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(refused(outbound, url).await, "{text}");
        }
    }
}

#[test]
fn what_is_no_url_is_none() {
    for text in NO_URLS {
        assert!(Url::parse(text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn other_schemes_are_refused() {
    let lenient = Outbound::new(OutboundRules {
        allow_http: true,
        ..OutboundRules::default()
    });
    for text in OTHER_SCHEMES {
        assert!(refused(&lenient, Url::parse(text).unwrap()).await, "{text}");
    }
}

#[test]
fn the_outside_is_allowed() {
    for text in OUTSIDE {
        OutboundRules::default()
            .check(&Url::parse(text).unwrap())
            .unwrap();
    }
}
