//! What a developer reads after `cargo run`.

use std::io::{self, Write};

use service_client::Service as Peer;

use crate::Fleet;

/// Who listens where, where everything is kept, and where to begin.
pub(crate) fn show(fleet: &Fleet, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nCraftChain X\n")?;
    for member in &fleet.members {
        let service = member.service;
        let address = member.url.as_str().trim_end_matches('/');
        let about = service.about.trim_end_matches('.');
        writeln!(out, "  {:<14}{address:<24}{about}", service.name)?;
    }
    if let Some(gateway) = fleet.url(Peer::Gateway) {
        writeln!(out, "\n  {:<14}{gateway}docs", "API")?;
    }
    writeln!(out, "  {:<14}{}", "data", fleet.place())?;
    writeln!(out, "  {:<14}Ctrl-C\n", "stop")?;
    out.flush()
}
