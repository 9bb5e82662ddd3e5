//! Running other programs.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Result;

/// `cargo` with these arguments, in the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root()?).args(arguments);
    without_package_variables(&mut command);
    Ok(command)
}

/// Takes from a command what Cargo has set for this program.
pub(crate) fn without_package_variables(command: &mut Command) {
    // `cargo xtask` describes this package in them. The build script of ring asks to run again when they change, so Cargo
    // would compile ring, and all that uses it, again.
    for (name, _) in std::env::vars_os() {
        let of_package = ["CARGO_PKG_", "CARGO_MANIFEST_"];
        if name.to_str().is_some_and(|name| of_package.iter().any(|start| name.starts_with(start))) {
            command.env_remove(name);
        }
    }
}

/// Runs a `cargo build` that prints its messages as JSON. Returns the path of the program with this name.
pub(crate) fn built_program(build: Command, name: &str) -> Result<PathBuf> {
    program_in(&output(build)?, name)
}

/// The path of the program with this name among what a `cargo build` has printed.
pub(crate) fn program_in(messages: &str, name: &str) -> Result<PathBuf> {
    let mut programs = messages.lines().rev().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_it = message.pointer("/target/name")? == name;
        message.get("executable")?.as_str().filter(|_| is_it).map(PathBuf::from)
    });
    programs.next().ok_or_else(|| format!("cargo built no program {name}").into())
}

/// Runs a command to completion. Its output goes to the terminal.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

/// Runs a command to completion and returns its output.
pub(crate) fn output(mut command: Command) -> Result<String> {
    let done = command.stderr(Stdio::inherit()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if !done.status.success() {
        return Err(format!("{command:?}: {}", done.status).into());
    }
    Ok(String::from_utf8(done.stdout)?)
}
