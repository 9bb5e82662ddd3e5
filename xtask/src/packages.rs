//! `cargo xtask packages`: the packages for other languages, built from an `asl` and used as on a computer without Rust.

mod checks;
mod container;
mod infrastructure;
pub(crate) mod npm;
pub(crate) mod python;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, extension, target};

/// Checks the packages with this program, a release build, or with a debug build.
pub(crate) fn run(program: Option<&str>) -> Result<()> {
    let (asl, build) = match program {
        Some(program) => (std::path::absolute(program)?, Build::Release),
        None => (extension::asl()?, Build::Debug),
    };
    python::check(&asl, build)?;
    let archives = npm::check(&asl)?;
    checks::check(&archives)?;
    container::check(&asl)?;
    infrastructure::check(&archives)
}

/// How a program was built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    Debug,
    /// Fast enough for the limits on times.
    Release,
}

/// An account of a user who has no Rust, no `asl` and no settings.
pub(crate) struct CleanAccount {
    home: PathBuf,
    path: OsString,
}

impl CleanAccount {
    /// An account with an empty home in the target directory. `programs` are folders of programs that come first.
    pub(crate) fn new(name: &str, programs: &[&Path]) -> Result<CleanAccount> {
        let home = target()?.join("packages").join(name);
        if home.exists() {
            std::fs::remove_dir_all(&home)?;
        }
        std::fs::create_dir_all(&home)?;
        let system = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from);
        let folders: Vec<PathBuf> =
            programs.iter().map(|folder| folder.to_path_buf()).chain(system).collect();
        let found = |program: &&&str| folders.iter().any(|folder| folder.join(program).exists());
        if let Some(program) = ["cargo", "rustc", "asl"].iter().find(found) {
            return Err(format!("the clean account has `{program}`").into());
        }
        Ok(CleanAccount { home, path: std::env::join_paths(folders)? })
    }

    /// The home.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// A command of this account, in its home.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let of_others = ["CARGO", "RUST", "AWS_", "ASL_", "SFN_", "VIRTUAL_ENV", "PYTHON", "NODE_"];
            if of_others.iter().any(|start| name.to_string_lossy().starts_with(start)) {
                command.env_remove(name);
            }
        }
        command.env("HOME", &self.home).env("PATH", &self.path).current_dir(&self.home);
        command
    }
}
