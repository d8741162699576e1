//! The page at `/`: the newest pieces, the search, and where the rest is.
//!
//! It is one document from the binary, so that a phone on a slow network asks once. Its style and its script are named in
//! the policy by their hashes: nothing else runs on it, whatever an artisan writes into a listing.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};
use url::Url;

use crate::state::GatewayState;

const FRAME: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
/// One module, in this order.
const SCRIPT: &str = concat!(
    include_str!("page/words.js"),
    include_str!("page/api.js"),
    include_str!("page/pictures.js"),
    include_str!("page/pieces.js"),
    include_str!("page/suggestions.js"),
    include_str!("page/page.js"),
);

/// The page, ready to be sent.
#[derive(Clone)]
pub(crate) struct Page {
    body: bytes::Bytes,
    policy: HeaderValue,
    tag: HeaderValue,
}

impl Page {
    /// Pictures come from here or, when links are absolute, from where the public reaches the gateway.
    pub(crate) fn new(public_url: Option<&Url>) -> Result<Self, http::header::InvalidHeaderValue> {
        let body = FRAME
            .replace("<!--style-->", STYLE)
            .replace("<!--script-->", SCRIPT);
        let pictures = public_url.map_or(String::new(), |url| {
            format!(" {}", url.origin().ascii_serialization())
        });
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; img-src 'self' data:{pictures}; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'",
            hash(STYLE),
            hash(SCRIPT)
        );
        // Weak, since it is the same page whether it is compressed or not.
        let tag = format!("W/\"{}\"", hex::encode(&Sha256::digest(&body)[..8]));
        Ok(Self {
            body: body.into(),
            policy: policy.try_into()?,
            tag: tag.try_into()?,
        })
    }
}

/// As a policy names what stands in the document (CSP 3, 2.3.1).
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
];

/// The newest pieces, for people.
#[utoipa::path(get, path = "/", tag = "gateway",
    responses((status = 200, body = String, content_type = "text/html"), (status = 304)))]
pub(crate) async fn page(State(state): State<GatewayState>) -> Response {
    let Page { body, policy, tag } = state.page;
    let own = [(header::CONTENT_SECURITY_POLICY, policy), (header::ETAG, tag)];
    (HEADERS, own, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(public_url: Option<&str>) -> String {
        let url = public_url.map(|url| url.parse().unwrap());
        let page = Page::new(url.as_ref()).unwrap();
        page.policy.to_str().unwrap().to_owned()
    }

    #[test]
    fn pictures_may_come_from_where_absolute_links_lead() {
        assert!(policy(None).contains("img-src 'self' data:;"));
        let elsewhere = policy(Some("https://crafts.example/shop"));
        assert!(
            elsewhere.contains("img-src 'self' data: https://crafts.example;"),
            "{elsewhere}"
        );
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere_and_no_text_becomes_markup() {
        for forbidden in [
            "innerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "import ",
            "onclick=\"",
        ] {
            let found = [FRAME, SCRIPT].iter().any(|text| text.contains(forbidden));
            assert!(!found, "{forbidden}");
        }
        assert!(!FRAME.contains("style=\"") && !FRAME.contains("src=\"http"));
        assert!(!STYLE.contains("@import"));
        assert_eq!(FRAME.matches("<script").count(), 1);
    }
}
