//! `cargo xtask fuzz-smoke`: a bounded run of what `cargo fuzz` runs without end.

use crate::{Result, command};

/// The number of texts, and the seed.
struct Options<'o> {
    runs: &'o str,
    seed: &'o str,
}

pub(crate) fn smoke(options: &[&str]) -> Result<()> {
    let Options { runs, seed } = read(options)?;
    let program = ["run", "--release", "--package", "asl-tests", "--bin", "fuzz_smoke", "--", runs, seed];
    command::run(command::cargo(&program)?)
}

fn read<'o>(options: &[&'o str]) -> Result<Options<'o>> {
    let mut read = Options { runs: "100000", seed: "1" };
    for pair in options.chunks(2) {
        match pair {
            ["--runs", number] => read.runs = number,
            ["--seed", number] => read.seed = number,
            other => return Err(format!("`{}` is no option of fuzz-smoke", other.join(" ")).into()),
        }
    }
    Ok(read)
}
