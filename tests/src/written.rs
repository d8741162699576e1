//! Files that are written from the code and checked in.

use std::{collections::BTreeMap, fs, io, path::Path};

/// The files of a folder, by name.
pub fn read(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let read = |entry: io::Result<fs::DirEntry>| {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok((name, fs::read_to_string(path)?))
    };
    fs::read_dir(folder)?.map(read).collect()
}

/// Makes these the files of a folder, and leaves no others.
pub fn write(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for name in read(folder)?.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    for (name, text) in files {
        write_if_changed(&folder.join(name), text)?;
    }
    Ok(())
}

fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    match fs::read_to_string(path) {
        Ok(old) if old == text => Ok(()),
        _ => fs::write(path, text),
    }
}
