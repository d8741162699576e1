//! Paints every motif into a folder: `cargo run -p paintings --example gallery -- FOLDER`.

use std::{error::Error, fs, path::PathBuf};

use paintings::Motif;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .ok_or("gallery FOLDER")?;
    fs::create_dir_all(&folder)?;
    for motif in Motif::ALL {
        fs::write(folder.join(format!("{}.jpg", motif.name())), motif.jpeg())?;
    }
    Ok(())
}
