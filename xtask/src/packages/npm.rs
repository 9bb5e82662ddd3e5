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

/// Packs the package of a platform, such as `linux-x64`, which has the program.
pub(crate) fn pack_platform(platform: &str, program: &Path, out: &Path) -> Result<()> {
    let folder = target()?.join("packages/release-npm");
    let mut make = Command::new("node");
    make.arg(root()?.join("packages/npm/build/platform.mjs")).arg(platform).args([program, &folder]);
    command::run(make)?;
    pack_folder(&folder, out)
}

/// Packs the package that needs those of the platforms.
pub(crate) fn pack_main(out: &Path) -> Result<()> {
    let (npm, folder) = (root()?.join("packages/npm"), target()?.join("packages/release-npm"));
    ui::install(&npm)?;
    let mut make = Command::new("node");
    make.arg(npm.join("build.mjs")).arg(&folder);
    command::run(make)?;
    pack_folder(&folder, out)
}

fn pack_folder(folder: &Path, out: &Path) -> Result<()> {
    let mut pack = ui::npm(out, &["pack", "--silent"]);
    pack.arg(folder);
    command::run(pack)
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
