use crate::Peers;

/// Calls to product.
#[derive(Debug, Clone, Copy)]
pub struct ProductClient<'a> {
    #[expect(
        dead_code,
        reason = "its calls follow with the wire types of the product service"
    )]
    peers: &'a Peers,
}

impl<'a> ProductClient<'a> {
    pub(crate) fn new(peers: &'a Peers) -> Self {
        Self { peers }
    }
}
