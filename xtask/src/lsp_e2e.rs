//! `cargo xtask lsp-e2e`: `asl lsp` with the client of a headless Neovim.
//!
//! The checks are in `tests/lsp/e2e.lua`: each capability once. The tables of cases are tests of asl-lsp.

pub(crate) mod figures;

use std::path::Path;
use std::process::Command;

use crate::{Result, command, root, target};

pub(crate) fn run() -> Result<()> {
    let editor = editor()?;
    let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    let program = command::built_program(command::cargo(&build)?, "asl")?;
    let folder = target()?.join("lsp-e2e");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let mut nvim = Command::new(editor);
    // Without a configuration, and without files of its own outside of the folder.
    nvim.current_dir(root()?).args(["--headless", "-u", "NONE", "-i", "NONE", "-n"]);
    // The script ends the editor; after an error in it, the second command does.
    nvim.args(["-c", "luafile tests/lsp/e2e.lua", "-c", "cquit 1"])
        .env("XDG_STATE_HOME", &folder)
        .env("XDG_CACHE_HOME", &folder);
    command::run({
        nvim.env("ASL_PROGRAM", program).env("EDITOR_FOLDER", folder);
        nvim
    })
}

/// Neovim. On Debian it is installed if it is missing, as on a clean machine.
fn editor() -> Result<&'static str> {
    const PROGRAM: &str = "/usr/bin/nvim";
    if Command::new("nvim").arg("--version").output().is_ok() {
        return Ok("nvim");
    }
    if !Path::new(PROGRAM).exists() {
        for arguments in
            [&["update", "-qq"][..], &["install", "-y", "-qq", "--no-install-recommends", "neovim"]]
        {
            let mut apt = Command::new("apt-get");
            apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
            command::run(apt)?;
        }
    }
    Ok(PROGRAM)
}
