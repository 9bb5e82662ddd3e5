//! `cargo xtask scaffold`: what `asl new` makes is valid, passes its own tests and answers its own event; what
//! `asl new --durable` makes is valid and resolves.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, command, root, target};

const NAME: &str = "scaffold-check";

pub(crate) fn run() -> Result<()> {
    // Outside this workspace, like a user's project.
    let folder = std::env::temp_dir().join(format!("{NAME}-{}", std::process::id()));
    let checked = in_a_workspace(&folder).and_then(|project| check(&project)).and_then(|()| durable(&folder));
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

/// The sources of a durable project are compiled and tested as the example `order-approval` of asl-lambda. Here its manifest
/// must resolve, with the features that it asks for.
fn durable(folder: &Path) -> Result<()> {
    let project = folder.join("durable-check");
    let path = project.to_str().ok_or("the path of the temporary folder is not UTF-8")?;
    asl(&["new", "durable-check", "--durable", "--path", path])?;
    asl(&["validate", "--target", "durable", &format!("{path}/workflow.asl.json")])?;
    std::fs::copy(root()?.join("Cargo.lock"), project.join("Cargo.lock"))?;
    let tree = command::output(cargo(&project, &["tree", "--offline", "--edges", "features"])?)?;
    let features = [
        ("asl-lambda", "aws"),
        ("asl-lambda", "durable"),
        ("asl-durable", "aws"),
        ("asl-durable", "emulator"),
    ];
    match features.iter().all(|(name, feature)| tree.contains(&format!("{name} feature \"{feature}\""))) {
        true => println!("a new durable project resolves"),
        false => return Err(format!("a feature is missing in:\n{tree}").into()),
    }
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
