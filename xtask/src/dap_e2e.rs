//! `cargo xtask dap-e2e`: `asl dap`, driven by the client that Visual Studio Code's debug adapters are tested with.
//!
//! The scenarios are in `asl-debug/e2e`.

use crate::{Result, command, extension, root, ui};

pub(crate) fn run() -> Result<()> {
    let folder = root()?.join("asl-debug/e2e");
    ui::install(&folder)?;
    let mut scenarios = ui::npm(&folder, &["run", "--silent", "e2e"]);
    scenarios.env("ASL_PROGRAM", extension::asl()?);
    scenarios.env("ASL_EXAMPLE", root()?.join("examples/order-processing"));
    command::run(scenarios)
}
