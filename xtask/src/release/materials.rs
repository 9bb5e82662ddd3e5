//! What a program is made of, as a CycloneDX bill of materials.
//!
//! Source: <https://cyclonedx.org/docs/1.6/json/>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::compiler::Compiler;
use super::platform::Platform;
use crate::metadata::{Metadata, Package};
use crate::{Result, command, root};

/// The libraries of the page that `asl serve` shows.
const PAGE: &str = "asl-local/ui/package-lock.json";
/// The crate that contains SQLite, and where it says which.
const SQLITE: (&str, &str) = ("libsqlite3-sys", "sqlite3/sqlite3.h");

/// A program and its components, with what each of them depends on.
pub(super) struct Materials {
    pub(super) name: String,
    program: String,
    /// The version of the compiler, which it takes to build the same program again.
    compiler: String,
    components: BTreeMap<String, Component>,
}

/// A component. Its key is the reference to it.
struct Component {
    name: String,
    version: String,
    licence: Option<String>,
    repository: Option<String>,
    /// An algorithm and a value.
    hash: Option<(&'static str, String)>,
    depends_on: Vec<String>,
    /// Its id in the metadata of Cargo, if it is a crate.
    package: Option<String>,
}

impl Materials {
    /// The crates that a program links, and what else is in them.
    pub(super) fn of(
        metadata: &Metadata,
        compiler: &Compiler,
        platform: &Platform,
        name: &str,
        packages: &[&str],
    ) -> Result<Materials> {
        let mut tree = command::cargo(&["tree", "--locked", "--edges", "normal", "--prefix", "depth"])?;
        tree.args(["--format", " {p}", "--target", platform.name]).args(packages);
        let tree = command::output(tree)?;
        let checksums = Lock::read()?.checksums();
        let mut components: BTreeMap<String, Component> = BTreeMap::new();
        let mut path: Vec<String> = Vec::new();
        for (depth, name, version) in tree.lines().filter_map(crate_of_line) {
            let reference = format!("pkg:cargo/{name}@{version}");
            path.truncate(depth);
            if let Some(parent) = path.last().and_then(|parent| components.get_mut(parent))
                && !parent.depends_on.contains(&reference)
            {
                parent.depends_on.push(reference.clone());
            }
            path.push(reference.clone());
            let package = metadata.packages.iter().find(|p| p.name == name && p.version == version);
            let package = package.ok_or_else(|| format!("Cargo does not know {reference}"))?;
            let hash = checksums.get(&(name.to_owned(), version.to_owned())).cloned();
            components.entry(reference).or_insert_with(|| Component::of_crate(package, hash));
        }
        let program = path.first().cloned().ok_or("Cargo printed no tree")?;
        let compiler = compiler.version.clone();
        let mut materials = Materials { name: name.to_owned(), program, compiler, components };
        materials.add_sqlite(metadata)?;
        if materials.has("asl-local") {
            materials.add_page()?;
        }
        Ok(materials)
    }

    /// Whether a crate is among the components.
    pub(super) fn has(&self, name: &str) -> bool {
        self.components.values().any(|component| component.name == name && component.package.is_some())
    }

    /// The ids of the crates in the metadata of Cargo.
    pub(super) fn packages(&self) -> impl Iterator<Item = &str> {
        self.components.values().filter_map(|component| component.package.as_deref())
    }

    fn add_sqlite(&mut self, metadata: &Metadata) -> Result<()> {
        let (holder, header) = SQLITE;
        let id = self.components.values().find(|component| component.name == holder);
        let Some(id) = id.and_then(|component| component.package.clone()) else { return Ok(()) };
        let package =
            metadata.packages.iter().find(|package| package.id == id).ok_or("no package of SQLite")?;
        let header = std::fs::read_to_string(package.folder().join(header))?;
        let version = header.lines().find_map(|line| line.strip_prefix("#define SQLITE_VERSION "));
        let version = version.ok_or("SQLite does not tell its version")?.trim().trim_matches('"').to_owned();
        let sqlite = Component {
            name: "sqlite".to_owned(),
            version,
            licence: Some("blessing".to_owned()),
            repository: Some("https://sqlite.org/src".to_owned()),
            hash: None,
            depends_on: Vec::new(),
            package: None,
        };
        self.add(&format!("pkg:cargo/{holder}@{}", package.version), "generic", sqlite);
        Ok(())
    }

    fn add_page(&mut self) -> Result<()> {
        let lock: PackageLock = serde_json::from_str(&std::fs::read_to_string(root()?.join(PAGE))?)?;
        let holder = self.components.keys().find(|reference| reference.starts_with("pkg:cargo/asl-local@"));
        let holder = holder.cloned().ok_or("no asl-local")?;
        for (path, library) in lock.packages {
            let Some((_, name)) = path.rsplit_once("node_modules/") else { continue };
            if library.dev {
                continue;
            }
            let component = Component {
                name: name.to_owned(),
                version: library.version,
                licence: library.license,
                repository: None,
                hash: None,
                depends_on: Vec::new(),
                package: None,
            };
            self.add(&holder, "npm", component);
        }
        Ok(())
    }

    /// Adds a component inside of another.
    fn add(&mut self, holder: &str, kind: &str, component: Component) {
        let reference = format!("pkg:{kind}/{}@{}", component.name.replace('@', "%40"), component.version);
        if let Some(holder) = self.components.get_mut(holder) {
            holder.depends_on.push(reference.clone());
        }
        self.components.insert(reference, component);
    }

    /// The bill of materials.
    pub(super) fn to_json(&self) -> Value {
        let libraries = self.components.iter().filter(|(reference, _)| **reference != self.program);
        let libraries: Vec<Value> =
            libraries.map(|(reference, component)| component.to_json("library", reference)).collect();
        let program = self.components.get(&self.program);
        let program = program.map(|component| {
            let mut program = component.to_json("application", &self.program);
            if let Some(members) = program.as_object_mut() {
                members.insert("name".to_owned(), self.name.as_str().into());
            }
            program
        });
        let dependencies: Vec<Value> = self
            .components
            .iter()
            .map(|(reference, component)| json!({"ref": reference, "dependsOn": component.depends_on}))
            .collect();
        json!({
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "tools": {"components": [{"type": "application", "name": "rustc", "version": self.compiler}]},
                "component": program,
            },
            "components": libraries,
            "dependencies": dependencies,
        })
    }
}

impl Component {
    fn of_crate(package: &Package, checksum: Option<String>) -> Component {
        Component {
            name: package.name.clone(),
            version: package.version.clone(),
            // The deprecated `/` means `OR`.
            licence: package.license.as_ref().map(|licence| licence.replace('/', " OR ")),
            repository: package.repository.clone(),
            hash: checksum.map(|checksum| ("SHA-256", checksum)),
            depends_on: Vec::new(),
            package: Some(package.id.clone()),
        }
    }

    fn to_json(&self, kind: &str, reference: &str) -> Value {
        let mut component = json!({
            "type": kind,
            "bom-ref": reference,
            "name": self.name,
            "version": self.version,
            "purl": reference,
        });
        if let Some(members) = component.as_object_mut() {
            let mut add = |name: &str, value: Option<Value>| {
                members.extend(value.map(|value| (name.to_owned(), value)));
            };
            add("licenses", self.licence.as_ref().map(|licence| json!([{"expression": licence}])));
            add("hashes", self.hash.as_ref().map(|(name, value)| json!([{"alg": name, "content": value}])));
            add(
                "externalReferences",
                self.repository.as_ref().map(|url| json!([{"type": "vcs", "url": url}])),
            );
        }
        component
    }
}

/// The depth, name and version in a line such as `2 serde v1.0.0 (proc-macro)`.
fn crate_of_line(line: &str) -> Option<(usize, &str, &str)> {
    let mut words = line.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?, words.next()?.strip_prefix('v')?))
}

/// `Cargo.lock`
#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

impl Lock {
    fn read() -> Result<Lock> {
        Ok(toml::from_str(&std::fs::read_to_string(root()?.join("Cargo.lock"))?)?)
    }

    fn checksums(self) -> BTreeMap<(String, String), String> {
        let known = self.package.into_iter();
        known.filter_map(|locked| Some(((locked.name, locked.version), locked.checksum?))).collect()
    }
}

/// npm's `package-lock.json`
#[derive(Deserialize)]
struct PackageLock {
    packages: BTreeMap<String, Library>,
}

#[derive(Deserialize)]
struct Library {
    #[serde(default)]
    version: String,
    license: Option<String>,
    /// Whether only development needs it.
    #[serde(default)]
    dev: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_tree_are_read() {
        assert_eq!(crate_of_line("0 asl-cli v0.1.0 (a b)"), Some((0, "asl-cli", "0.1.0")));
        assert_eq!(crate_of_line("12 serde v1.0.2 (*)"), Some((12, "serde", "1.0.2")));
        assert_eq!(crate_of_line(""), None);
    }
}
