//! `cargo xtask page-e2e`: the page of `asl serve` in a browser, from creating a machine to running it again.
//!
//! The scenarios are in `asl-local/ui/e2e`. They drive an installed Chromium, or that of the variable `CHROMIUM`, with the
//! content security policy on, and measure how a large execution responds. Screenshots are left in `target/page-e2e`.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::asl_serve::AslServe;
use crate::{Result, command, root, target, ui};

const ARGUMENTS: [&str; 3] =
    ["--mocks", "asl-local/ui/e2e/mocks.json", "asl-local/ui/e2e/machines/orders.asl.json"];

pub(crate) fn run() -> Result<()> {
    let folder = root()?.join("asl-local/ui");
    ui::install(&folder)?;
    let browser = browser()?;
    let server = AslServe::start(&ARGUMENTS, &[])?;
    let mut scenarios = ui::npm(&folder, &["run", "--silent", "e2e"]);
    scenarios.env("ASL_URL", &server.url).env("ASL_PROGRAM", &server.program);
    scenarios.env("CHROMIUM", browser).env("ASL_SHOTS", target()?.join("page-e2e"));
    command::run(scenarios)
}

/// The browser to drive. On Debian it is installed if it is missing, as on a clean machine.
pub(crate) fn browser() -> Result<OsString> {
    const PROGRAM: &str = "/usr/bin/chromium";
    if let Some(chosen) = std::env::var_os("CHROMIUM") {
        return Ok(chosen);
    }
    if !Path::new(PROGRAM).exists() {
        for arguments in
            [&["update", "-qq"][..], &["install", "-y", "-qq", "--no-install-recommends", "chromium"]]
        {
            let mut apt = Command::new("apt-get");
            apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
            command::run(apt)?;
        }
    }
    Ok(PROGRAM.into())
}
