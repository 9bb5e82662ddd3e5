//! `cargo xtask ui`: builds the page of `asl serve`. `cargo xtask ui --check` fails if what is committed differs.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{Result, command, root};

/// The most that a browser may have to load: both files, compressed.
const MOST_BYTES: usize = 400 * 1000;

/// A build of the same sources gives the same bytes, so that the check can compare.
const FILES: [&str; 2] = ["app.js", "app.css"];

pub(crate) fn build() -> Result<()> {
    let folder = root()?.join("asl-local/ui");
    test(&folder)?;
    let dist = folder.join("dist");
    vite(&folder, &dist)?;
    report(&built(&dist)?)
}

/// Builds into another folder and compares.
pub(crate) fn check() -> Result<()> {
    let folder = root()?.join("asl-local/ui");
    test(&folder)?;
    let fresh = crate::target()?.join("ui");
    vite(&folder, &fresh)?;
    let (fresh, committed) = (built(&fresh)?, built(&folder.join("dist"))?);
    let stale: Vec<_> = fresh.iter().filter(|(name, bytes)| committed.get(*name) != Some(bytes)).collect();
    if let Some((name, _)) = stale.first() {
        return Err(format!("asl-local/ui/dist/{name} is not current, `cargo xtask ui` writes it").into());
    }
    report(&fresh)
}

/// Installs what the lock file says, checks the types and runs the tests.
fn test(folder: &Path) -> Result<()> {
    install(folder)?;
    command::run(npm(folder, &["run", "--silent", "check"]))?;
    command::run(npm(folder, &["run", "--silent", "test"]))
}

/// `npm ci` deletes and writes thousands of files, so run it only if the lock file differs from what is installed.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let lock = std::fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    command::run(npm(folder, &["ci", "--no-audit", "--no-fund"]))?;
    Ok(std::fs::write(stamp, lock)?)
}

fn vite(folder: &Path, out: &Path) -> Result<()> {
    let mut build = npm(folder, &["run", "--silent", "build", "--", "--logLevel", "warn", "--outDir"]);
    build.arg(out);
    command::run(build)
}

pub(crate) fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(arguments);
    npm
}

fn built(folder: &Path) -> Result<BTreeMap<&'static str, Vec<u8>>> {
    let read = |name: &'static str| {
        let path: PathBuf = folder.join(name);
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok((name, bytes))
    };
    FILES.into_iter().map(read).collect()
}

/// Prints the sizes, and fails if the sum is too large.
fn report(files: &BTreeMap<&'static str, Vec<u8>>) -> Result<()> {
    let mut sum = 0;
    for (name, bytes) in files {
        let compressed = compressed_bytes(bytes)?;
        println!("{name}: {} bytes, {compressed} with gzip", bytes.len());
        sum += compressed;
    }
    println!("together {sum} bytes with gzip, of at most {MOST_BYTES}");
    if sum > MOST_BYTES {
        Err(format!("the page has {sum} bytes, more than {MOST_BYTES}").into())
    } else {
        Ok(())
    }
}

fn compressed_bytes(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
