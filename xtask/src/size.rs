//! The size limits of functions: a smaller function starts faster.

use std::path::Path;

use crate::Result;

pub(crate) const MOST_BYTES: u64 = 4 << 20;
pub(crate) const MOST_BYTES_WITH_AWS: u64 = 10_000_000;

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
