//! What services ask of auth.

pub(crate) mod users;
