use http::Method;

/// What anybody may ask. Everything else needs a token.
///
/// `{}` is any segment and `{uuid}` one that looks like an id, so that `/media/uploads/...` is not a variant of
/// an image. A service checks again: what stands here too much shows nothing that the service would not show.
const PUBLIC: &[(Method, &str)] = &[
    (Method::POST, "/auth/signup"),
    (Method::POST, "/auth/login"),
    (Method::POST, "/auth/otp"),
    (Method::POST, "/auth/otp/verify"),
    (Method::POST, "/auth/refresh"),
    (Method::POST, "/auth/logout"),
    (Method::POST, "/auth/firebase"),
    (Method::POST, "/auth/password/forgot"),
    (Method::POST, "/auth/password/reset"),
    (Method::GET, "/auth/.well-known/jwks.json"),
    (Method::GET, "/auth/artisans/{}"),
    (Method::GET, "/products"),
    (Method::GET, "/products/categories"),
    (Method::GET, "/products/suggest"),
    (Method::GET, "/products/{}"),
    (Method::GET, "/products/{}/like"),
    (Method::POST, "/products/search"),
    (Method::GET, "/blockchain/provenance/{}"),
    (Method::GET, "/blockchain/passport/{}"),
    (Method::GET, "/media/{uuid}/{}"),
    (Method::OPTIONS, "/media/uploads"),
    (Method::GET, "/stories"),
    (Method::GET, "/stories/{}"),
];

/// Whether a request may come without a token. `path` is unversioned and in its one spelling.
pub(crate) fn is_public(method: &Method, path: &str) -> bool {
    let asked = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    PUBLIC
        .iter()
        .any(|(method, pattern)| method == asked && fits(pattern, path))
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let all_fit = pattern.split('/').all(|wanted| {
        segments.next().is_some_and(|segment| match wanted {
            "{}" => !segment.is_empty(),
            "{uuid}" => uuid::Uuid::try_parse(segment).is_ok(),
            literal => literal == segment,
        })
    });
    all_fit && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::prefix_of;

    #[test]
    fn a_pattern_fits_whole_segments_only() {
        let id = "0190f3e2-7b1c-7c3a-9f00-000000000000";
        for (method, path, public) in [
            (Method::GET, "/products", true),
            (Method::HEAD, "/products", true),
            (Method::POST, "/products", false),
            (Method::GET, "/products/", false),
            (Method::GET, "/products/1", true),
            (Method::GET, "/products/1/inventory", false),
            (Method::PUT, "/products/1", false),
            (Method::GET, "/auth/profile", false),
            (Method::GET, "/auth/artisans/1", true),
            (Method::PUT, "/auth/artisans/1/follow", false),
            (Method::GET, &format!("/media/{id}/thumb"), true),
            (Method::HEAD, "/media/uploads/1", false),
            (Method::GET, &format!("/media/{id}"), false),
            (Method::GET, "/orders", false),
        ] {
            assert_eq!(is_public(&method, path), public, "{method} {path}");
        }
    }

    #[test]
    fn what_is_public_is_routed() {
        for (_, pattern) in PUBLIC {
            assert!(prefix_of(pattern).is_some(), "{pattern}");
        }
    }
}
