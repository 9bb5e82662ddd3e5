//! What users may rely on: the oldest compiler, and the API of the last release.

use std::process::Command;

use crate::metadata::Metadata;
use crate::{Result, command, root, target};

/// `cargo xtask msrv`: checks all that is published with the `rust-version` of the workspace, which rustup installs if need be.
pub(crate) fn msrv() -> Result<()> {
    let metadata = Metadata::read()?;
    let cli = metadata.members().find(|package| package.name == "asl-cli").ok_or("there is no asl-cli")?;
    let version = cli.rust_version.as_deref().ok_or("asl-cli has no rust-version")?;
    let mut install = Command::new("rustup");
    install.args(["toolchain", "install", version, "--profile", "minimal"]);
    command::run(install)?;
    let mut check = Command::new("rustup");
    check.args(["run", version, "cargo", "check", "--locked", "--workspace", "--all-features"]);
    // Tests may need a newer one, and so may tools that only maintainers run.
    check.args(["--exclude", "xtask"]).current_dir(root()?);
    // They are checked as dependencies, with the features that are used: others need a nightly compiler.
    for vendored in metadata.members().filter(|package| package.is_vendored()) {
        check.args(["--exclude", &vendored.name]);
    }
    check.env("CARGO_TARGET_DIR", target()?.join("msrv"));
    command::without_package_variables(&mut check);
    // `cargo` in the environment of a `cargo run` names the compiler that runs it.
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        check.env_remove(name);
    }
    command::run(check)?;
    println!("Rust {version} compiles the workspace");
    Ok(())
}

/// `cargo xtask semver`: fails if a library breaks its users with less than a new major version.
pub(crate) fn semver(tag: Option<&str>) -> Result<()> {
    let tag = match tag {
        Some(tag) => tag.to_owned(),
        None => {
            let mut tags = Command::new("git");
            tags.args(["tag", "--list", "v*", "--sort=-version:refname", "--merged"]).current_dir(root()?);
            match command::output(tags)?.lines().next() {
                Some(tag) => tag.to_owned(),
                None => {
                    println!("nothing has been released, so there is nothing to compare with");
                    return Ok(());
                }
            }
        }
    };
    let metadata = Metadata::read()?;
    let mut check = command::cargo(&["semver-checks", "--baseline-rev", &tag])?;
    let libraries = metadata.members().filter(|package| package.is_published() && package.is_library());
    for library in libraries.filter(|package| !package.is_vendored()) {
        check.args(["--package", &library.name]);
    }
    command::run(check).map_err(|error| format!("{error} (cargo install cargo-semver-checks)").into())
}
