//! The size limits of functions: a smaller function starts faster. `cargo xtask size`: what durable executions add.

use std::path::Path;

use crate::{Result, command};

pub(crate) const MOST_BYTES: u64 = 4 << 20;
pub(crate) const MOST_BYTES_WITH_AWS: u64 = 10_000_000;
/// What durable executions may add to the prebuilt function.
const MOST_DURABLE_BYTES: u64 = 300_000;

/// The features of the prebuilt function.
pub(crate) const PREBUILT: &str = "aws,durable";

/// Builds the prebuilt function without and with durable executions, and fails if they add too much.
pub(crate) fn run() -> Result<()> {
    let without = built("aws")?;
    let with = built(PREBUILT)?;
    let added = with.saturating_sub(without);
    println!("the prebuilt function: {with} bytes, {without} without durable executions, which add {added}");
    match added > MOST_DURABLE_BYTES {
        true => Err(format!("durable executions add {added} bytes, more than {MOST_DURABLE_BYTES}").into()),
        false => Ok(()),
    }
}

/// The size of the prebuilt function with these features, as users build it.
fn built(features: &str) -> Result<u64> {
    let mut cargo = command::cargo(&["build", "--release", "--message-format", "json-render-diagnostics"])?;
    cargo.args(["--package", "asl-lambda", "--bin", "bootstrap", "--features", features]);
    Ok(std::fs::metadata(command::built_program(cargo, "bootstrap")?)?.len())
}

/// Fails if a deployed program is larger than this.
pub(crate) fn check(program: &Path, most_bytes: u64) -> Result<()> {
    let bytes = std::fs::metadata(program)?.len();
    match bytes > most_bytes {
        true => Err(format!("{}: {bytes} bytes, more than {most_bytes}", program.display()).into()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_fails() {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/size.rs");
        assert!(check(&program, MOST_BYTES).is_ok());
        let problem = check(&program, 10).unwrap_err().to_string();
        assert!(problem.ends_with("more than 10"), "{problem}");
    }
}
