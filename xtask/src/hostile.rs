//! `cargo xtask hostile`: cases that mean harm, each of which must end soon and in bounded memory.

use crate::{Result, command};

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (mut cases, mut seed) = ("10000", "1");
    for pair in options.chunks(2) {
        match pair {
            ["--cases", number] => cases = number,
            ["--seed", number] => seed = number,
            other => return Err(format!("`{}` is no option of hostile", other.join(" ")).into()),
        }
    }
    let program = ["run", "--release", "--package", "asl-tests", "--bin", "hostile", "--", cases, seed];
    command::run(command::cargo(&program)?)
}
