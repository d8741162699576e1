use std::path::Path;

use tempfile::TempDir;

/// A folder of its own, which stays for who looks into a failure.
pub struct Folder(Option<TempDir>);

impl Folder {
    /// An empty one.
    #[expect(clippy::new_without_default, reason = "it makes something on the disk")]
    pub fn new() -> Self {
        Self(Some(tempfile::tempdir().expect("a folder for the test")))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.as_ref().expect("it stays until it is dropped").path()
    }
}

impl Drop for Folder {
    #[expect(clippy::print_stderr, reason = "who looks into a failure needs it")]
    fn drop(&mut self) {
        if let Some(folder) = self.0.take().filter(|_| std::thread::panicking()) {
            eprintln!("what was left is in {}", folder.keep().display());
        }
    }
}
