//! `cargo xtask scaffold`: what `asl new` makes is valid, passes its own tests and answers its own event.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, command, root, target};

const NAME: &str = "scaffold-check";

pub(crate) fn run() -> Result<()> {
    // Outside this workspace, like a user's project.
    let folder = std::env::temp_dir().join(format!("{NAME}-{}", std::process::id()));
    let checked = in_a_workspace(&folder).and_then(|project| check(&project));
    // If the folder cannot be removed, there is nothing else to do.
    let _ = std::fs::remove_dir_all(&folder);
    checked
}

/// Creates the project inside a workspace that does not list it, which is the harder case.
fn in_a_workspace(folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder.join("member/src"))?;
    std::fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"member\"]\n")?;
    std::fs::write(folder.join("member/Cargo.toml"), "[package]\nname = \"member\"\nedition = \"2024\"\n")?;
    std::fs::write(folder.join("member/src/lib.rs"), "")?;
    Ok(folder.join(NAME))
}

fn check(project: &Path) -> Result<()> {
    let path = project.to_str().ok_or("the path of the temporary folder is not UTF-8")?;
    // The default checkout is the one that contains the command.
    asl(&["new", NAME, "--path", path])?;
    asl(&["validate", "--type", "EXPRESS", &format!("{path}/workflow.asl.json")])?;

    // Use the same versions as here, so that nothing else is downloaded.
    std::fs::copy(root()?.join("Cargo.lock"), project.join("Cargo.lock"))?;
    command::run(cargo(project, &["test", "--quiet"])?)?;
    let printed = command::output(cargo(project, &["run", "--quiet", "--", "events/http-api.json"])?)?;
    for expected in ["Discount (Task)", "\"statusCode\": 200", "13500"] {
        if !printed.contains(expected) {
            return Err(format!("`{expected}` is missing in:\n{printed}").into());
        }
    }
    println!("a new project passes its tests and answers its event");
    Ok(())
}

fn asl(arguments: &[&str]) -> Result<()> {
    let before = ["run", "--quiet", "--package", "asl-cli", "--bin", "asl", "--"];
    command::run(command::cargo(&[&before, arguments].concat())?)
}

/// Builds in the target directory of this workspace, so that builds share compiled dependencies.
fn cargo(project: &Path, arguments: &[&str]) -> Result<Command> {
    let mut cargo = command::cargo(arguments)?;
    let target = target()?.join("scaffold");
    cargo.current_dir(project).env("CARGO_TARGET_DIR", target);
    Ok(cargo)
}
