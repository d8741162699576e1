//! The dependency rule (docs/architecture.md): which package may know which.

use std::collections::BTreeSet;

use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");

/// Where a package stands; it may know what stands below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Knows nothing of anyone's I/O.
    Leaf,
    /// Speaks to others, or keeps things: knows leaves.
    Port,
    /// The chassis: knows ports and leaves.
    Chassis,
    /// Knows the chassis, ports and leaves; never another service.
    Service,
    /// Sees several services.
    Whole,
    /// Stands beside what is tested or built: knows nothing of ours, and only tests and build scripts know it.
    Prop,
}

const LEAVES: &[&str] = &[
    "shared-models",
    "config",
    "languages",
    "images",
    "paintings",
    "typeset",
];
const PORTS: &[&str] = &["service-client", "backends"];
const PROPS: &[&str] = &["emulators", "start-order"];
const WHOLES: &[&str] = &["fleet", "tests", "benches"];

/// What a leaf must not use: whatever does I/O.
const INPUT_AND_OUTPUT: &[&str] = &[
    "axum",
    "hyper",
    "hyper-util",
    "reqwest",
    "rusqlite",
    "tokio",
    "tower-http",
];

/// What only the ports may use: third parties are reached through them.
const FOR_PORTS: &[&str] = &[
    "firestore",
    "gcloud-sdk",
    "lettre",
    "redis",
    "reqwest",
    "rusqlite",
    "sqlx",
    "tonic",
];
const FOR_PORTS_PREFIXES: &[&str] = &["google-cloud-", "aws-sdk-", "azure_"];

impl Place {
    fn of(package: &Package) -> Self {
        let name = package.name.as_str();
        let folder = package.manifest_path.parent().and_then(|folder| folder.parent());
        match name {
            _ if LEAVES.contains(&name) => Self::Leaf,
            _ if PORTS.contains(&name) => Self::Port,
            "service-kit" => Self::Chassis,
            _ if WHOLES.contains(&name) => Self::Whole,
            _ if PROPS.contains(&name) => Self::Prop,
            _ if folder.is_some_and(|folder| folder.ends_with("services")) => Self::Service,
            _ => panic!(
                "{name} has no place in the dependency rule: give it one here and in docs/architecture.md"
            ),
        }
    }

    fn may_know(self, other: Self) -> bool {
        match self {
            // config and the leaves with content may use the wire types, which are a leaf, too.
            Self::Leaf | Self::Port => other == Self::Leaf,
            Self::Chassis => matches!(other, Self::Leaf | Self::Port),
            Self::Service => matches!(other, Self::Leaf | Self::Port | Self::Chassis),
            Self::Whole => true,
            Self::Prop => false,
        }
    }

    fn may_use(self, library: &str) -> bool {
        let for_ports = FOR_PORTS.contains(&library)
            || FOR_PORTS_PREFIXES
                .iter()
                .any(|prefix| library.starts_with(prefix));
        match self {
            Self::Leaf => !INPUT_AND_OUTPUT.contains(&library) && !for_ports,
            // The chassis also holds the harness with which services are tested over HTTP.
            Self::Chassis => !for_ports || library == "reqwest",
            Self::Service => !for_ports,
            Self::Port | Self::Whole | Self::Prop => true,
        }
    }
}

fn packages() -> Vec<Package> {
    let metadata = MetadataCommand::new().manifest_path(MANIFEST).no_deps().exec();
    metadata.unwrap().packages
}

#[test]
fn every_arrow_between_packages_points_down() {
    let packages = packages();
    let place_of = |name: &str| {
        packages
            .iter()
            .find(|package| package.name == name)
            .map(Place::of)
    };
    let mut arrows = 0;
    for package in &packages {
        for dependency in &package.dependencies {
            let Some(other) = place_of(&dependency.name) else {
                continue;
            };
            let place = Place::of(package);
            let (from, to) = (&package.name, &dependency.name);
            let is_prop = other == Place::Prop && dependency.kind != DependencyKind::Normal;
            assert!(
                place.may_know(other) || is_prop,
                "{from} ({place:?}) must not know {to} ({other:?})"
            );
            arrows += 1;
        }
    }
    assert!(arrows > 10, "only {arrows} arrows were looked at");
}

/// Tests may use what they like: a server to call, a file to look into.
#[test]
fn libraries_for_the_network_and_for_files_are_used_where_they_belong() {
    let used_by_code = |dependency: &&Dependency| dependency.kind != DependencyKind::Development;
    for package in packages() {
        let place = Place::of(&package);
        for dependency in package.dependencies.iter().filter(used_by_code) {
            let (name, library) = (&package.name, &dependency.name);
            assert!(
                place.may_use(library),
                "{name} ({place:?}) must not use {library}"
            );
        }
    }
}

#[test]
fn a_package_is_called_like_its_folder() {
    let mut seen = BTreeSet::new();
    for package in packages() {
        let folder = package
            .manifest_path
            .parent()
            .and_then(|folder| folder.file_name());
        assert_eq!(folder, Some(package.name.as_str()));
        assert!(
            seen.insert(package.name.to_string()),
            "{} is there twice",
            package.name
        );
    }
}

/// Versions and features are declared once, in the workspace.
#[test]
fn every_dependency_is_declared_in_the_workspace() {
    let root = std::fs::read_to_string(MANIFEST).unwrap();
    for package in packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        for dependency in &package.dependencies {
            let name = &dependency.name;
            let inherited = [
                format!("{name}.workspace = true"),
                format!("{name} = {{ workspace = true"),
            ];
            let inherits = inherited.iter().any(|line| manifest.contains(line));
            assert!(inherits, "{} declares {name} by itself", package.name);
            assert!(
                root.contains(&format!("\n{name} = ")),
                "{name} is not declared in the root"
            );
        }
    }
}
