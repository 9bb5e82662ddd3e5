//! Python virtual environments, in `target/venv`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, command, target};

/// Creates an environment with these packages. Returns the folder of its programs.
pub(crate) fn environment(name: &str, packages: &[&str]) -> Result<PathBuf> {
    install(name, packages, &packages.join(" "))
}

/// Creates an environment with the packages of a file, which has their digests. Returns the folder of its programs.
pub(crate) fn environment_of(name: &str, requirements: &Path) -> Result<PathBuf> {
    let pinned = std::fs::read_to_string(requirements)?;
    let file = requirements.display().to_string();
    install(name, &["--require-hashes", "--no-deps", "--requirement", &file], &pinned)
}

fn install(name: &str, packages: &[&str], wanted: &str) -> Result<PathBuf> {
    let folder = target()?.join("venv").join(name);
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let complete = folder.join("complete");
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]).arg(&folder);
    command::run(make)?;
    let mut install = python(&programs);
    install.args(["-m", "pip", "install", "--quiet"]).args(packages);
    command::run(install)?;
    std::fs::write(complete, wanted)?;
    Ok(programs)
}

/// The interpreter of an environment.
pub(crate) fn python(programs: &Path) -> Command {
    Command::new(programs.join("python"))
}
