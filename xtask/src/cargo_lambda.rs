//! `cargo lambda` from the Python package index, which has compiled binaries.

use std::path::PathBuf;
use std::process::Command;

use crate::{Result, python};

const CARGO_LAMBDA: &str = "cargo-lambda==1.9.2";

/// The program that emulates Lambda and invokes functions. Installed without its dependency, a C compiler of 400 MB.
pub(crate) fn emulator() -> Result<PathBuf> {
    Ok(python::environment("cargo-lambda", &["--no-deps", CARGO_LAMBDA])?.join("cargo-lambda"))
}

/// `cargo lambda build`, which links for the C library that Lambda has.
pub(crate) fn build() -> Result<Command> {
    let programs = python::environment("cargo-lambda-build", &[CARGO_LAMBDA])?;
    let mut build = Command::new(programs.join("cargo-lambda"));
    // `cargo lambda` looks for the compiler's Python here.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(programs).chain(std::env::split_paths(&path));
    build.args(["lambda", "build"]).env("PATH", std::env::join_paths(paths)?);
    Ok(build)
}
