//! Wire types of the product service.
