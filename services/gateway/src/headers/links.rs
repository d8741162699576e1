use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::target::{VERSION, prefix_of};

/// Puts `/v1` before the path-absolute targets of a header that lead to the public API.
///
/// Services write unversioned paths (or already canonical ones); who asked under `/v1` stays there.
pub(crate) fn under_version(headers: &mut HeaderMap, name: &HeaderName) {
    let rewritten: Vec<HeaderValue> = headers
        .get_all(name)
        .iter()
        .map(|value| rewrite(name, value).unwrap_or_else(|| value.clone()))
        .collect();
    headers.remove(name);
    for value in rewritten {
        headers.append(name, value);
    }
}

fn rewrite(name: &HeaderName, value: &HeaderValue) -> Option<HeaderValue> {
    let text = value.to_str().ok()?;
    let rewritten = if name == header::LINK {
        links(text)
    } else if is_ours(text) {
        format!("{VERSION}{text}")
    } else {
        return None;
    };
    HeaderValue::try_from(rewritten).ok()
}

/// Each `<target>` of a Link header (RFC 8288), outside of quoted parameters.
fn links(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2 * VERSION.len());
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        out.push(character);
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted && is_ours(&text[at + 1..]) => out.push_str(VERSION),
            _ => {}
        }
    }
    out
}

/// Whether text begins with an unversioned path of the public API.
fn is_ours(text: &str) -> bool {
    let end = text.find(['?', '#', '>']).unwrap_or(text.len());
    text.starts_with('/') && prefix_of(&text[..end]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(name: &HeaderName, text: &str) -> String {
        let value = HeaderValue::from_str(text).unwrap();
        let value = rewrite(name, &value).unwrap_or(value);
        value.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_location_of_the_api_moves_under_the_version() {
        for (written, seen) in [
            ("/products/1", "/v1/products/1"),
            ("/products?cursor=a", "/v1/products?cursor=a"),
            ("/v1/products/1", "/v1/products/1"),
            ("https://pay.example/products", "https://pay.example/products"),
            ("//evil.example/products", "//evil.example/products"),
            ("/docs", "/docs"),
            ("/productsx", "/productsx"),
            ("products/1", "products/1"),
        ] {
            assert_eq!(rewritten(&header::LOCATION, written), seen);
        }
    }

    #[test]
    fn each_target_of_a_link_header_moves_and_nothing_else() {
        for (written, seen) in [
            (
                r#"</products?cursor=a>; rel="next""#,
                r#"</v1/products?cursor=a>; rel="next""#,
            ),
            (
                r"</products>; rel=first, </v1/products?p=2>; rel=last, <https://x.example/orders>; rel=alternate",
                r"</v1/products>; rel=first, </v1/products?p=2>; rel=last, <https://x.example/orders>; rel=alternate",
            ),
            (
                r#"<https://x.example>; title="a \"</products>""#,
                r#"<https://x.example>; title="a \"</products>""#,
            ),
        ] {
            assert_eq!(rewritten(&header::LINK, written), seen);
        }
    }
}
