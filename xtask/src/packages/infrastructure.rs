//! SAM, CDK and Terraform: the files and the commands of their guide, with the construct and the module.

use std::path::PathBuf;
use std::process::Command;

use crate::{Result, command, root, target, templates, ui};

/// Packs the construct, synthesises the guide's program with it, and checks the module of Terraform.
pub(super) fn check(archives: &[PathBuf]) -> Result<()> {
    let folder = root()?.join("packages/cdk");
    ui::install(&folder)?;
    command::run(ui::npm(&folder, &["run", "--silent", "build"]))?;
    let out = target()?.join("packages/npm");
    let mut pack = ui::npm(&out, &["pack", "--silent"]);
    pack.arg(&folder);
    let construct = out.join(command::output(pack)?.trim());
    let made = target()?.join("packages/cdk");
    let mut run = Command::new("node");
    run.arg(folder.join("e2e/e2e.mjs")).arg(&made).args(archives).arg(construct);
    command::run(run)?;
    templates::check_synthesised(&made.join("project/cdk.out/Shop.template.json"))
}
