//! The workspace and its dependencies, from `cargo metadata`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{Result, command};

/// The workspace and everything it depends on.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    workspace_members: HashSet<String>,
    pub(crate) target_directory: String,
}

#[derive(Deserialize, Clone, Default)]
pub(crate) struct Package {
    #[serde(default)]
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) rust_version: Option<String>,
    #[serde(default)]
    pub(crate) license: Option<String>,
    #[serde(default)]
    pub(crate) manifest_path: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) documentation: Option<String>,
    #[serde(default)]
    pub(crate) repository: Option<String>,
    #[serde(default)]
    pub(crate) readme: Option<String>,
    #[serde(default)]
    pub(crate) categories: Vec<String>,
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    /// `[package.metadata]`
    #[serde(default)]
    pub(crate) metadata: serde_json::Value,
    /// The registries that the package may be published to. `[]` for none.
    #[serde(default)]
    pub(crate) publish: Option<Vec<String>>,
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
}

#[derive(Deserialize, Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dev`, `build` or nothing.
    pub(crate) kind: Option<String>,
}

#[derive(Deserialize, Clone)]
pub(crate) struct Target {
    kind: Vec<String>,
}

impl Metadata {
    pub(crate) fn read() -> Result<Metadata> {
        let text =
            command::output(command::cargo(&["metadata", "--format-version", "1", "--all-features"])?)?;
        Ok(serde_json::from_str(&text)?)
    }

    /// The packages of this repository.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }
}

/// The target directory of cargo, which also holds everything that commands produce.
pub(crate) fn target() -> Result<PathBuf> {
    Ok(PathBuf::from(Metadata::read()?.target_directory))
}

impl Package {
    pub(crate) fn is_published(&self) -> bool {
        self.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }

    /// Whether the package is a modified copy of a dependency.
    pub(crate) fn is_vendored(&self) -> bool {
        std::path::Path::new(&self.manifest_path).components().any(|part| part.as_os_str() == "vendor")
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> PathBuf {
        PathBuf::from(&self.manifest_path).parent().map(Path::to_path_buf).unwrap_or_default()
    }

    pub(crate) fn is_library(&self) -> bool {
        self.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "lib"))
    }
}
