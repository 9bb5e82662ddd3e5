//! `cargo xtask guide-e2e`: the files and the commands of the guide about testing, as a reader would use them.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use crate::{Result, command, guide, target};

const GUIDE: &str = "docs/guides/testing.md";

/// What CI runs besides the commands of the guide.
const OF_CI: &[&str] = &["command -v asl || cargo install --path asl/asl-cli"];

pub(crate) fn run() -> Result<()> {
    let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    let asl = command::built_program(command::cargo(&build)?, "asl")?;
    let folder = target()?.join("guide");
    let commands = guide::unpack(GUIDE, &folder)?;
    check_ci(&std::fs::read_to_string(folder.join("workflow.yml"))?, &commands)?;
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(commands).current_dir(&folder);
    // The guide is for a computer without settings for AWS.
    for name in ["AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_ACCOUNT_ID"] {
        shell.env_remove(name);
    }
    let programs = asl.parent().unwrap_or(Path::new("."));
    let path = std::env::var("PATH").unwrap_or_default();
    shell.env("PATH", format!("{}:{path}", programs.display()));
    command::run(shell)?;
    println!("the guide about testing works");
    Ok(())
}

/// Each step of CI is a command of the guide.
fn check_ci(workflow: &str, commands: &str) -> Result<()> {
    let known: HashSet<&str> = commands.lines().chain(OF_CI.iter().copied()).collect();
    let steps = workflow.lines().filter_map(|line| line.trim().strip_prefix("- run: "));
    match steps.filter(|step| !known.contains(step)).collect::<Vec<_>>().as_slice() {
        [] => Ok(()),
        unknown => Err(format!("{GUIDE}: CI runs what the guide does not: {unknown:?}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_the_guide_does_not_show_is_refused() {
        assert!(check_ci("  - run: b\n", "set -e\nb\n").is_ok() && check_ci("  - run: c\n", "b\n").is_err());
    }
}
