use std::{fs, path::Path};

use super::{folder::Folder, read};
use crate::{Error, Result, files, objects::ObjectInfo};

/// A walk through the names in byte order.
pub(super) struct Walk {
    prefix: String,
    after: Option<String>,
    max: usize,
    found: Vec<ObjectInfo>,
}

impl Walk {
    pub(super) fn new(prefix: &str, after: Option<&str>, max: usize) -> Self {
        Self {
            prefix: prefix.to_owned(),
            after: after.map(ToOwned::to_owned),
            max,
            found: Vec::new(),
        }
    }

    pub(super) fn through(mut self, folder: &Folder) -> Result<Vec<ObjectInfo>> {
        // The last whole folder of the prefix: nothing outside it can match.
        let start = self
            .prefix
            .rfind('/')
            .map_or(String::new(), |slash| self.prefix[..=slash].to_owned());
        let hidden = start
            .split_terminator('/')
            .any(|segment| segment.is_empty() || segment.starts_with('.'));
        if !hidden && !start.contains('\0') {
            self.folder(folder, &start)?;
        }
        Ok(self.found)
    }

    /// Walks one folder; `path` is empty or ends with a slash.
    fn folder(&mut self, folder: &Folder, path: &str) -> Result<()> {
        for entry in entries(&folder.path.join(path))? {
            if self.found.len() >= self.max {
                return Ok(());
            }
            let name = format!("{path}{entry}");
            if !self.may_hold(&name) {
                continue;
            }
            if name.ends_with('/') {
                self.folder(folder, &name)?;
            } else if self.wants(&name) {
                self.take(folder, &name)?;
            }
        }
        Ok(())
    }

    /// Whether `name` or something below it can be asked for.
    fn may_hold(&self, name: &str) -> bool {
        let matches = name.starts_with(&self.prefix) || self.prefix.starts_with(name);
        let late = self
            .after
            .as_deref()
            .is_none_or(|after| name > after || after.starts_with(name));
        matches && late
    }

    fn wants(&self, name: &str) -> bool {
        name.starts_with(&self.prefix) && self.after.as_deref().is_none_or(|after| name > after)
    }

    fn take(&mut self, folder: &Folder, name: &str) -> Result<()> {
        match read::open(folder, name, &folder.path.join(name)) {
            Ok((_, info)) => self.found.push(info),
            // Removed meanwhile.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// What is in a folder, folders with a slash behind them, sorted as whole names sort.
fn entries(path: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if super::absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(files::failure("read", path, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| files::failure("read", path, error))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if !name.starts_with('.') {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            names.push(if is_folder { name + "/" } else { name });
        }
    }
    names.sort_unstable();
    Ok(names)
}
