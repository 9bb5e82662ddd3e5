//! Where the repository is, and what its commands return.

use std::path::PathBuf;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The root of the repository.
pub(crate) fn root() -> Result<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run it as `cargo xtask`")?;
    Ok(PathBuf::from(package).parent().ok_or("no folder above the package")?.to_path_buf())
}
