//! `cargo xtask jsonata-differential`: random expressions, evaluated by asl-jsonata and by jsonata.js.

use crate::{Result, command, sdk_e2e};

/// The version whose language asl-jsonata has.
const JSONATA_JS: &str = "jsonata@2.2.2";

/// Compares `--runs N` expressions from `--from N`. The test in asl-jsonata lists what may differ.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (mut first, mut count) = (1_u64, 20_000_u64);
    for pair in options.chunks(2) {
        match pair {
            ["--runs", number] => count = number.parse()?,
            ["--from", number] => first = number.parse()?,
            other => return Err(format!("`{}` is no option of jsonata-differential", other.join(" ")).into()),
        }
    }
    let Some(folder) = sdk_e2e::javascript("jsonata", JSONATA_JS)? else {
        println!("skipped: there is no `npm`");
        return Ok(());
    };
    let test = ["test", "--package", "asl-jsonata", "--test", "it", "--", "--nocapture", "differential"];
    let mut test = command::cargo(&test)?;
    test.env("ASL_JSONATA_JS", folder.join("node_modules"))
        .env("ASL_JSONATA_SEEDS", format!("{first}+{count}"));
    command::run(test)
}
