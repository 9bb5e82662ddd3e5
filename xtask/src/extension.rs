//! `cargo xtask extension`: the extension for Visual Studio Code.
//!
//! The sources are in `editors/vscode`. Its bundle is not committed: no build of the workspace needs it.

use std::path::{Path, PathBuf};

use crate::metadata::target;
use crate::{Result, command, root, ui};

/// Packs `target/extension/asl.vsix`, which `code --install-extension` installs.
pub(crate) fn build() -> Result<()> {
    let folder = folder()?;
    ui::install(&folder)?;
    pack(&folder)?;
    Ok(())
}

/// Checks the types, and runs the bundle with a small fake of the editor and the real `asl`.
pub(crate) fn check() -> Result<()> {
    let folder = folder()?;
    ui::install(&folder)?;
    command::run(ui::npm(&folder, &["run", "--silent", "check"]))?;
    let mut tests = ui::npm(&folder, &["run", "--silent", "test"]);
    tests.env("ASL_PROGRAM", asl()?);
    command::run(tests)
}

/// The package.
pub(crate) fn pack(folder: &Path) -> Result<PathBuf> {
    let package = target()?.join("extension/asl.vsix");
    let mut build = ui::npm(folder, &["run", "--silent", "build"]);
    build.arg("--").arg(&package);
    command::run(build)?;
    Ok(package)
}

pub(crate) fn folder() -> Result<PathBuf> {
    Ok(root()?.join("editors/vscode"))
}

/// The program `asl`, built.
pub(crate) fn asl() -> Result<PathBuf> {
    let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    command::built_program(command::cargo(&build)?, "asl")
}
