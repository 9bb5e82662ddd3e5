//! The npm package: packed, and installed and used as by somebody without Rust.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, command, root, target, ui};

/// What Node.js calls the platform that CI has.
const PLATFORM: &str = "linux-x64";

/// Packs the package with an `asl`, installs it in an empty folder, and runs its guide there. Returns the archives.
pub(super) fn check(asl: &Path) -> Result<[PathBuf; 2]> {
    let folder = root()?.join("packages/npm");
    ui::install(&folder)?;
    for script in ["check", "test"] {
        command::run(ui::npm(&folder, &["run", "--silent", script]))?;
    }
    let e2e = folder.join("e2e");
    ui::install(&e2e)?;
    let out = target()?.join("packages/npm");
    std::fs::create_dir_all(&out)?;
    let program = stripped(asl, &out)?;
    let archives = pack(&folder, &program, &out)?;
    let mut run = Command::new("node");
    run.arg(e2e.join("e2e.mjs")).arg(out.join("fresh")).args(&archives);
    command::run(run)?;
    println!("the npm package works");
    Ok(archives)
}

/// A copy of a program without its symbols, which are most of a debug build.
fn stripped(program: &Path, out: &Path) -> Result<PathBuf> {
    let copy = out.join("asl");
    let mut strip = Command::new("strip");
    strip.arg("-o").arg(&copy).arg(program);
    command::run(strip)?;
    Ok(copy)
}

/// The archives of the package and of that for the platform.
fn pack(folder: &Path, program: &Path, out: &Path) -> Result<[PathBuf; 2]> {
    let (main, platform) = (out.join("main"), out.join("platform"));
    let mut make = Command::new("node");
    make.arg(folder.join("build.mjs")).arg(&main);
    command::run(make)?;
    let mut make = Command::new("node");
    make.arg(folder.join("build/platform.mjs")).arg(PLATFORM).args([program, &platform]);
    command::run(make)?;
    let mut pack = ui::npm(out, &["pack", "--silent"]);
    pack.args([&main, &platform]);
    let names = command::output(pack)?;
    match names.lines().collect::<Vec<_>>().as_slice() {
        [main, platform] => Ok([out.join(main), out.join(platform)]),
        _ => Err(format!("expected npm to print two archives, found {names}").into()),
    }
}
