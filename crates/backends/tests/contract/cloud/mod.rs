//! Google's implementations against stand-ins of this project's own: for what nobody wrote a server for.

mod keys;
