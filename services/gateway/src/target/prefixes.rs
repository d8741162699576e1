use service_client::Service;

/// A prefix of the public API and the service behind it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Prefix {
    /// `/products`
    pub(crate) path: &'static str,
    /// `/products/*`, for the access log.
    pub(crate) route: &'static str,
    pub(crate) service: Service,
}

macro_rules! prefixes {
    ($($name:literal => $service:ident),* $(,)?) => {
        /// The whole public API.
        pub(crate) const PREFIXES: &[Prefix] = &[$(Prefix {
            path: concat!("/", $name),
            route: concat!("/", $name, "/*"),
            service: Service::$service,
        }),*];
    };
}

prefixes! {
    "products" => Product,
    "auth" => Auth,
    "carts" => Product,
    "orders" => Product,
    "payouts" => Product,
    "ml" => Ml,
    "pricing" => Pricing,
    "analytics" => Analytics,
    "blockchain" => Blockchain,
    "notifications" => Notification,
    "media" => Media,
    "stories" => Storytelling,
    "books" => Storytelling,
}

/// The prefix that a path begins with; nothing when it is not of the public API.
pub(crate) fn prefix_of(path: &str) -> Option<&'static Prefix> {
    let end = path.get(1..)?.find('/').map_or(path.len(), |slash| slash + 1);
    let first = &path[..end];
    let prefix = PREFIXES.iter().find(|prefix| prefix.path == first)?;
    (!is_inside(path)).then_some(prefix)
}

/// The chain's own interface is for the services, in whatever letters it is written.
fn is_inside(path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    let first = segments.next();
    let second = segments.next().unwrap_or_default();
    first == Some("blockchain") && second.eq_ignore_ascii_case("rpc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_at_a_slash() {
        assert_eq!(prefix_of("/products").unwrap().service, Service::Product);
        assert_eq!(
            prefix_of("/books/1/render").unwrap().service,
            Service::Storytelling
        );
        for unknown in [
            "/",
            "",
            "/product",
            "/productsx",
            "/PRODUCTS",
            "/internal",
            "/internal/users/1",
        ] {
            assert_eq!(prefix_of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_chains_interface_is_not_routed() {
        for inside in ["/blockchain/rpc", "/blockchain/rpc/", "/blockchain/RPC/x"] {
            assert_eq!(prefix_of(inside), None, "{inside}");
        }
        assert!(prefix_of("/blockchain/rpcs").is_some());
    }

    #[test]
    fn every_service_but_this_one_is_behind_a_prefix() {
        for service in Service::ALL {
            let behind = PREFIXES.iter().any(|prefix| prefix.service == service);
            assert_eq!(behind, service != Service::Gateway, "{service}");
        }
    }
}
