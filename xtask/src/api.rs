//! `cargo xtask api`: the public API of each published library, in `docs/api/CRATE.txt`.
//!
//! A change of the API then shows in the diff of the change that makes it. `cargo xtask ci` checks that the listings are
//! current.
//!
//! The listings are made from rustdoc's JSON, whose format is unstable: a stable toolchain writes it only with
//! `RUSTC_BOOTSTRAP`, and it changes between toolchains. With any format other than [`FORMAT`], the check is skipped. After
//! updating the toolchain, use the version of the crate `public-api` that reads the new format.

use std::path::PathBuf;
use std::process::Command;

use public_api::Builder;
use serde_json::Value;

use crate::metadata::{Metadata, Package};
use crate::{Result, command, root, target};

/// The version of rustdoc's JSON that this version of `public-api` reads: that of Rust 1.95.
const FORMAT: u64 = 57;

const FOLDER: &str = "docs/api";

/// The variable with the path of rustdoc, for a process of xtask that cargo runs instead of rustdoc.
const RUSTDOC: &str = "XTASK_RUSTDOC";

/// Writes the listings, or that of one crate.
pub(crate) fn write(only: Option<&str>) -> Result<()> {
    std::fs::create_dir_all(root()?.join(FOLDER))?;
    let metadata = Metadata::read()?;
    let packages: Vec<_> =
        libraries(&metadata).filter(|package| only.is_none_or(|name| name == package.name)).collect();
    document(&packages)?;
    for package in packages {
        let listing =
            listing(package)?.ok_or_else(|| format!("this rustdoc does not write format {FORMAT}"))?;
        let path = path(package)?;
        println!("{}: {} lines", path.display(), listing.lines().count());
        std::fs::write(path, listing)?;
    }
    Ok(())
}

/// Fails if a listing is not current.
pub(crate) fn check() -> Result<()> {
    let metadata = Metadata::read()?;
    let packages: Vec<_> = libraries(&metadata).collect();
    document(&packages)?;
    for package in packages {
        let Some(listing) = listing(package)? else {
            println!("skipped: this rustdoc does not write format {FORMAT}");
            return Ok(());
        };
        let path = path(package)?;
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let changes = changes(&committed, &listing);
        if !changes.is_empty() {
            let path = path.display();
            return Err(format!("{path} is not current, `cargo xtask api` writes it:\n{changes}").into());
        }
    }
    Ok(())
}

fn libraries(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    let ours = metadata.members().filter(|package| !package.is_vendored());
    ours.filter(|package| package.is_published() && package.is_library())
}

fn path(package: &Package) -> Result<PathBuf> {
    Ok(root()?.join(FOLDER).join(format!("{}.txt", package.name)))
}

/// Writes rustdoc's JSON of the packages, with all their features, in one go: what they depend on is then compiled once.
fn document(packages: &[&Package]) -> Result<()> {
    let mut doc = command::cargo(&["doc", "--quiet", "--no-deps", "--lib", "--all-features"])?;
    for package in packages {
        doc.args(["--package", &package.name]);
    }
    let real = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    doc.env(RUSTDOC, real).env("RUSTDOC", std::env::current_exe()?);
    doc.env("RUSTDOCFLAGS", "-Z unstable-options --output-format json --cap-lints allow");
    command::run(doc)
}

/// An item of the API per line; `None` if rustdoc wrote another format.
fn listing(package: &Package) -> Result<Option<String>> {
    let json = target()?.join("doc").join(format!("{}.json", package.name.replace('-', "_")));
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&json)?)?;
    if document.get("format_version").and_then(Value::as_u64) != Some(FORMAT) {
        return Ok(None);
    }
    let api = Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()?;
    Ok(Some(api.to_string()))
}

/// Runs rustdoc if cargo has started this process in place of rustdoc. Only rustdoc gets `RUSTC_BOOTSTRAP`: if all of cargo
/// did, it would rebuild the dependencies.
pub(crate) fn as_rustdoc() -> Option<Result<()>> {
    let mut rustdoc = Command::new(std::env::var_os(RUSTDOC)?);
    rustdoc.args(std::env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1");
    Some(command::run(rustdoc))
}

/// The lines that only one of the texts has.
fn changes(old: &str, new: &str) -> String {
    let lines = |marker: &str, of: &str, without: &str| {
        let without: Vec<&str> = without.lines().collect();
        let only = of.lines().filter(|line| !without.contains(line));
        only.map(|line| format!("{marker} {line}\n")).collect::<String>()
    };
    lines("-", old, new) + &lines("+", new, old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_named() {
        assert_eq!(changes("a\nb\n", "a\nb\n"), "");
        assert_eq!(changes("a\nb\n", "a\nc\n"), "- b\n+ c\n");
    }
}
