use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Meant for the next hop only (RFC 9110, 7.6.1), or decided anew by it.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "te",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
];

/// Settled here: the body goes on when it comes, is framed anew by its own length, and without trailers.
const OF_BODIES: &[&str] = &["expect", "content-length", "trailer"];

/// Said by proxies, never by clients; what is true of them is said anew.
const OF_PROXIES: &[&str] = &[
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-remote-ip",
    "x-remote-addr",
    "x-remote-user",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
    "client-ip",
    "x-host",
    "x-user",
    "x-request-id",
    "proxy", // which CGI's heirs take for HTTP_PROXY
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

/// Who somebody is, as one service tells another; from outside these mean nothing.
const PREFIXES: &[&str] = &[
    "x-user-",
    "x-auth-",
    "x-authenticated-",
    "x-service-",
    "x-serverless-",
    "x-internal-",
    "x-forwarded-",
    "x-original-",
    "x-rewrite-",
    "x-envoy-",
    "x-goog-",
    "x-apigateway-",
    "x-endpoint-",
    "proxy-",
];

/// Said by one service for another, or by a server about itself; nobody else's business.
const OF_SERVICES: &[&str] = &[
    "via",
    "server",
    "x-powered-by",
    "alt-svc",
    "strict-transport-security",
    "x-request-timeout-ms",
];

/// Removes what a client's request must not carry to a service.
pub(super) fn drop_from_request(headers: &mut HeaderMap) {
    remove(headers, |name| {
        if name.contains('_') {
            return unwanted_in_request(&name.replace('_', "-")); // as CGI's heirs read it
        }
        unwanted_in_request(name)
    });
}

/// Removes what a service's answer must not carry outside.
pub(super) fn drop_from_response(headers: &mut HeaderMap) {
    remove(headers, |name| {
        HOP_BY_HOP.contains(&name) || OF_SERVICES.contains(&name) || has_inner_prefix(name)
    });
}

fn unwanted_in_request(name: &str) -> bool {
    [HOP_BY_HOP, OF_BODIES, OF_PROXIES]
        .iter()
        .any(|list| list.contains(&name))
        || has_inner_prefix(name)
}

/// Removes what `Connection` names; whoever sent it meant those for this hop only.
pub(super) fn drop_named(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(options)
        .filter_map(|option| HeaderName::from_bytes(option.as_bytes()).ok())
        .filter(|name| headers.contains_key(name))
        .collect();
    for name in named {
        headers.remove(name);
    }
}

/// The options of one `Connection` value.
pub(super) fn options(value: &HeaderValue) -> impl Iterator<Item = &str> {
    let text = value.to_str().unwrap_or_default();
    text.split(',').map(str::trim).filter(|option| !option.is_empty())
}

fn remove(headers: &mut HeaderMap, unwanted: impl Fn(&str) -> bool) {
    let doomed: Vec<HeaderName> = headers
        .keys()
        .filter(|name| unwanted(name.as_str()))
        .cloned()
        .collect();
    for name in doomed {
        headers.remove(name);
    }
}

fn has_inner_prefix(name: &str) -> bool {
    name.starts_with(['x', 'p']) && PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
