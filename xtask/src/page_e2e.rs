//! `cargo xtask page-e2e`: the page of `asl serve` in a browser, from creating a machine to running it again.
//!
//! The scenarios are in `asl-local/ui/e2e`. They drive Debian's Chromium, or that of the variable `CHROMIUM`, with the
//! content security policy on, and measure how a large execution responds. Screenshots are left in `target/page-e2e`.

use crate::asl_serve::AslServe;
use crate::{Result, command, root, target, ui};

const ARGUMENTS: [&str; 3] =
    ["--mocks", "asl-local/ui/e2e/mocks.json", "asl-local/ui/e2e/machines/orders.asl.json"];

pub(crate) fn run() -> Result<()> {
    let folder = root()?.join("asl-local/ui");
    ui::install(&folder)?;
    let server = AslServe::start(&ARGUMENTS, &[])?;
    let mut scenarios = ui::npm(&folder, &["run", "--silent", "e2e"]);
    scenarios.env("ASL_URL", &server.url).env("ASL_PROGRAM", &server.program);
    scenarios.env("ASL_SHOTS", target()?.join("page-e2e"));
    command::run(scenarios)
}
