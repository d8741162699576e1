//! What ml keeps. A module that keeps something declares its collections and adds them here.

use backends::documents::Collection;

/// The collections of this service.
pub(crate) const COLLECTIONS: &[Collection] = &[
    crate::gallery::EXAMPLES,
    crate::demand::MARKED,
    crate::demand::MONTHLY,
    crate::market::OFFERS,
    crate::analyses::ANALYSES,
    crate::recommendations::BASKETS,
];
