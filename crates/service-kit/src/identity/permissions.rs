//! Which service may call which endpoint of which other. What is not in this table is refused.

use http::Method;
use service_client::Service;

struct Permission {
    caller: Service,
    callee: Service,
    method: Method,
    /// The route as declared: `/internal/users/{id}`.
    route: &'static str,
}

const fn may(caller: Service, method: Method, callee: Service, route: &'static str) -> Permission {
    Permission {
        caller,
        callee,
        method,
        route,
    }
}

const PERMISSIONS: &[Permission] = &[
    may(
        Service::Product,
        Method::GET,
        Service::Auth,
        "/internal/users/{id}",
    ),
    may(
        Service::Pricing,
        Method::GET,
        Service::Auth,
        "/internal/users/{id}",
    ),
    may(
        Service::Ml,
        Method::GET,
        Service::Product,
        "/internal/products/{id}",
    ),
    may(
        Service::Pricing,
        Method::GET,
        Service::Product,
        "/internal/products/{id}",
    ),
    may(
        Service::Product,
        Method::GET,
        Service::Ml,
        "/internal/analyses/{id}",
    ),
    may(
        Service::Product,
        Method::GET,
        Service::Media,
        "/internal/media/{file_id}",
    ),
    may(Service::Product, Method::POST, Service::Media, "/internal/media"),
    may(
        Service::Media,
        Method::GET,
        Service::Product,
        "/internal/images/{file_id}",
    ),
    may(
        Service::Media,
        Method::DELETE,
        Service::Product,
        "/internal/images/{file_id}",
    ),
    may(
        Service::Ml,
        Method::GET,
        Service::Media,
        "/internal/media/{file_id}/{variant}",
    ),
    may(Service::Storytelling, Method::POST, Service::Ml, "/ml/text"),
    may(Service::Storytelling, Method::POST, Service::Ml, "/ml/translate"),
    may(Service::Product, Method::POST, Service::Ml, "/ml/embeddings"),
];

/// Whether the table allows it.
pub(crate) fn allows(caller: Service, method: &Method, callee: &str, route: &str) -> bool {
    PERMISSIONS.iter().any(|permission| {
        permission.caller == caller
            && permission.callee.name() == callee
            && permission.method == method
            && permission.route == route
    })
}
