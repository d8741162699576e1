//! Wire types of the auth service.
