//! Writes what every service's Firestore database must index to `infrastructure/firestore/`.

use tests::{indexes, written};

fn main() -> std::io::Result<()> {
    written::write(&indexes::folder(), &indexes::declared())
}
