//! Every crate and service explains itself once: its README is its documentation.

use std::fs;

use cargo_metadata::MetadataCommand;
use tests::repository;

#[test]
fn every_readme_is_its_packages_documentation() {
    let manifest = repository::root().join("Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .unwrap();
    for package in metadata.packages {
        let folder = package.manifest_path.parent().unwrap();
        let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        assert!(readme.starts_with("# "), "{} has no README.md", package.name);
        let library = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        let included = library.starts_with("#![doc = include_str!(\"../README.md\")]");
        assert!(included, "{} is not documented by its README.md", package.name);
    }
}
