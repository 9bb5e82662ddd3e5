//! `cargo xtask guide-e2e`: the files and the commands of the pages in `docs/start` and `docs/reference`, and of the guide
//! about testing, as a reader would use them. Each page has a folder of its own in `target/guide`.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use crate::guide::Page;
use crate::source::Source;
use crate::{Result, command, target};

/// The page of which each block is a file or commands. CI of its reader runs the same commands.
const GUIDE: &str = "docs/guides/testing.md";

/// The other pages, of which only some blocks are used.
const FOLDERS: [&str; 2] = ["docs/start/", "docs/reference/"];

/// Pages that `cargo xtask packages` runs.
const OF_PACKAGES: &[&str] = &["docs/start/python.md"];

/// What CI runs besides the commands of the guide.
const OF_CI: &[&str] = &["command -v asl || cargo install --path asl/asl-cli"];

/// Runs the pages whose path contains `filter`.
pub(crate) fn run(filter: &str) -> Result<()> {
    let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    let asl = command::built_program(command::cargo(&build)?, "asl")?;
    let sources = Source::read_all()?;
    let is_in_folder = |path: &str| FOLDERS.iter().any(|folder| path.starts_with(folder));
    let is_ours = |path: &str| path == GUIDE || is_in_folder(path) && !OF_PACKAGES.contains(&path);
    let is_page = |path: &str| is_ours(path) && path.contains(filter);
    let pages = sources.iter().filter(|source| is_page(&source.path)).map(Page::read);
    let mut count = 0;
    for page in pages.filter(Page::does_something) {
        if page.path == GUIDE {
            check_whole(&page)?;
        }
        try_page(&page, asl.parent().unwrap_or(Path::new(".")))?;
        count += 1;
    }
    match count {
        0 => Err(format!("no page to run in `{filter}`").into()),
        _ => Ok(()),
    }
}

fn try_page(page: &Page, programs: &Path) -> Result<()> {
    let name = page.path.trim_start_matches("docs/").trim_end_matches(".md").replace('/', "-");
    let folder = target()?.join("guide").join(name);
    let mut shell = Command::new("bash");
    // The pages are for a computer without settings for AWS.
    for name in ["AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_ACCOUNT_ID"] {
        shell.env_remove(name);
    }
    let path = std::env::var("PATH").unwrap_or_default();
    shell.env("PATH", format!("{}:{path}", programs.display()));
    page.run(&folder, shell)
}

/// Each block is a file or commands, and each step of CI is a command.
fn check_whole(page: &Page) -> Result<()> {
    if let Some(text) = page.unused() {
        return Err(format!("{GUIDE}: a block is neither a file nor run: {text}").into());
    }
    match page.files().find(|(name, _)| *name == "workflow.yml") {
        Some((_, workflow)) => check_ci(workflow, &page.script()),
        None => Err(format!("{GUIDE}: no workflow.yml").into()),
    }
}

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
    fn steps_of_ci_are_commands_of_the_guide() {
        assert!(check_ci("  - run: b\n", "set -e\nb\n").is_ok() && check_ci("  - run: c\n", "b\n").is_err());
    }
}
