//! `cargo xtask release`: the programs as users download them, in `target/release-artifacts`. It publishes nothing.

mod compiler;
mod licences;
mod materials;
mod platform;
mod proof;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::metadata::{Metadata, target};
use crate::packages::{npm, python as wheel};
use crate::{Result, command, python, root, size};
use compiler::Compiler;
use licences::Licences;
use materials::Materials;
use platform::Platform;

/// zig is a C compiler and linker for musl, and cargo-zigbuild tells Cargo so.
const ZIG: &[&str] = &["cargo-zigbuild==0.24.1", "ziglang==0.17.1"];
/// Makes archives that depend on their content only.
const ARCHIVE: &str = "xtask/src/release/archive.py";

const FOLDER: &str = "release-artifacts";

/// Builds for the given platforms, or for Linux on both processors. With `--debug` the programs are not optimised, which checks
/// all the rest in less time.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (profile, names) = match options {
        ["--debug", names @ ..] => (Profile::Debug, names),
        names => (Profile::Release, names),
    };
    let names = if names.is_empty() { platform::LINUX.as_slice() } else { names };
    let platforms = names.iter().map(|name| Platform::of(name)).collect::<Result<Vec<_>>>()?;
    let metadata = Metadata::read()?;
    let cli = metadata.members().find(|package| package.name == "asl-cli").ok_or("there is no asl-cli")?;
    let folder = target()?.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    for platform in platforms {
        let asl = Built::new(&platform, profile, &metadata, "asl", &["--package", "asl-cli"])?;
        let staged = asl.stage(&folder, &format!("asl-{}-{}", cli.version, platform.name))?;
        proof::asl(&staged.join(&asl.file), &platform)?;
        archive(&staged, platform.archive)?;
        let wheel = wheel::wheel(&staged.join(&asl.file), Some(platform.wheel), &folder)?;
        println!("{}: {} bytes", wheel.display(), std::fs::metadata(&wheel)?.len());
        npm::pack_platform(platform.npm, &staged.join(&asl.file), &folder)?;
        // Once, though the platforms are built on different computers.
        if platform.name == platform::MAIN {
            npm::pack_main(&folder)?;
        }
        if platform.is_of_lambda() {
            let packages = ["--package", "asl-lambda", "--features", size::PREBUILT];
            let bootstrap = Built::new(&platform, profile, &metadata, "bootstrap", &packages)?;
            let staged = bootstrap.stage(&folder, &format!("bootstrap-{}-{}", cli.version, platform.name))?;
            let program = staged.join(&bootstrap.file);
            if profile == Profile::Release {
                size::check(&program, size::MOST_BYTES_WITH_AWS)?;
            }
            proof::bootstrap(&program, &platform)?;
            archive(&staged, "zip")?;
        }
    }
    let mut sums = Command::new("python3");
    sums.arg(root()?.join(ARCHIVE)).arg("sums").arg(&folder);
    command::run(sums)
}

/// How programs are built.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    Release,
    Debug,
}

/// A program for a platform, and what it is made of.
struct Built {
    program: PathBuf,
    /// Its file name.
    file: String,
    materials: Materials,
    licences: Licences,
}

impl Built {
    fn new(
        platform: &Platform,
        profile: Profile,
        metadata: &Metadata,
        name: &str,
        packages: &[&str],
    ) -> Result<Built> {
        let compiler = Compiler::here()?;
        let mut build = cargo_build(platform)?;
        let folders = compiler.folders(metadata)?;
        build.env("CARGO_ENCODED_RUSTFLAGS", compiler::flags(&folders));
        if profile == Profile::Release {
            build.arg("--release");
        }
        build.args(["--message-format", "json-render-diagnostics", "--bin", name]);
        build.args(["--target", platform.name]).args(packages);
        let program = command::built_program(build, name)?;
        // Debugging needs the folders.
        if profile == Profile::Release {
            proof::shows_no_folder(&program, &folders)?;
        }
        let materials = Materials::of(metadata, &compiler, platform, name, packages)?;
        let licences = Licences::of(metadata, &compiler, platform, &materials)?;
        let file = format!("{name}{}", platform.suffix);
        Ok(Built { program, file, materials, licences })
    }

    /// The folder that becomes an archive. A `bootstrap` stands at its root, as Lambda wants it.
    fn stage(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        let staged = folder.join(name);
        if staged.exists() {
            std::fs::remove_dir_all(&staged)?;
        }
        std::fs::create_dir_all(&staged)?;
        std::fs::copy(&self.program, staged.join(&self.file))?;
        for text in ["LICENSE-APACHE", "LICENSE-MIT"] {
            std::fs::copy(root()?.join(text), staged.join(text))?;
        }
        std::fs::write(staged.join("THIRD-PARTY-LICENSES.txt"), self.licences.text())?;
        let materials = serde_json::to_string_pretty(&self.materials.to_json())? + "\n";
        let bill = staged.join(format!("{}.cdx.json", self.materials.name));
        std::fs::write(&bill, materials)?;
        proof::bill_of_materials(&bill)?;
        Ok(staged)
    }
}

/// `cargo build`, with zig for musl, which no other compiler here can link.
fn cargo_build(platform: &Platform) -> Result<Command> {
    if !platform.is_musl() {
        return command::cargo(&["build"]);
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", platform.name]);
    command::run(rustup)?;
    let programs = zig()?;
    let mut build = Command::new(programs.join("cargo-zigbuild"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(programs).chain(std::env::split_paths(&path));
    build.arg("zigbuild").env("PATH", std::env::join_paths(paths)?).current_dir(root()?);
    command::without_package_variables(&mut build);
    Ok(build)
}

/// The folder of zig's programs.
fn zig() -> Result<PathBuf> {
    python::environment("zig", ZIG)
}

/// Packs a folder, beside it.
fn archive(folder: &Path, suffix: &str) -> Result<()> {
    let archive = PathBuf::from(format!("{}.{suffix}", folder.display()));
    let mut pack = Command::new("python3");
    pack.arg(root()?.join(ARCHIVE)).arg("pack").arg(folder).arg(&archive);
    command::run(pack)?;
    println!("{}: {} bytes", archive.display(), std::fs::metadata(&archive)?.len());
    Ok(())
}
