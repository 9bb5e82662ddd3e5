//! `cargo xtask guide-e2e`: the files and the commands of the guide about testing, as a reader would use them.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use crate::{Result, command, root, target};

const GUIDE: &str = "docs/guides/testing.md";

/// What CI runs besides the commands of the guide.
const OF_CI: &[&str] = &["command -v asl || cargo install --path asl/asl-cli"];

pub(crate) fn run() -> Result<()> {
    let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    let asl = command::built_program(command::cargo(&build)?, "asl")?;
    let folder = target()?.join("guide");
    let guide = std::fs::read_to_string(root()?.join(GUIDE))?;
    std::fs::create_dir_all(&folder)?;
    let mut commands = "set -e\n".to_owned();
    for Block { attribute, text } in blocks(&guide) {
        match attribute.strip_prefix("title=") {
            Some(name) => std::fs::write(folder.join(name), text)?,
            None if attribute == "run" => commands.push_str(&text),
            None => return Err(format!("{GUIDE}: a block is neither a file nor run: {text}").into()),
        }
    }
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

/// A fenced block of code, with what follows its language: `title=NAME`, `run`.
struct Block<'g> {
    attribute: &'g str,
    text: String,
}

fn blocks(guide: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let attribute = info.split_once(' ').map_or("", |(_, attribute)| attribute);
        found.push(Block { attribute, text: text.join("\n") + "\n" });
    }
    found
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
    fn blocks_have_attributes() {
        let found = blocks("a\n```json title=a.json\n{\n}\n```\n\n```sh run\nb\n```\n");
        let found: Vec<_> = found.iter().map(|block| (block.attribute, block.text.as_str())).collect();
        assert_eq!(found, [("title=a.json", "{\n}\n"), ("run", "b\n")]);
        assert!(check_ci("  - run: b\n", "set -e\nb\n").is_ok() && check_ci("  - run: c\n", "b\n").is_err());
    }
}
