use http::{HeaderMap, header};

use super::{
    dropped::{drop_from_response, drop_named},
    links::under_version,
};

/// Removes what was for this hop only; under `/v1`, makes links of the service's own lead back there.
pub(crate) fn hand_back(headers: &mut HeaderMap, versioned: bool) {
    drop_named(headers);
    drop_from_response(headers);
    if versioned {
        for name in [header::LOCATION, header::CONTENT_LOCATION, header::LINK] {
            if headers.contains_key(&name) {
                under_version(headers, &name);
            }
        }
    }
}
