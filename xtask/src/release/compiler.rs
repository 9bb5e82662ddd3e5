//! [`Compiler`]: which one it is, and what it must not write into programs.

use std::process::Command;

use crate::metadata::Metadata;
use crate::{Result, command, root};

/// The compiler of Rust.
pub(super) struct Compiler {
    /// Its version, such as `1.95.0`.
    pub(super) version: String,
    /// The commit that it was built from.
    commit: String,
    /// Where it is installed.
    pub(super) sysroot: String,
}

/// A folder of this computer, and what a program has instead of it.
pub(super) struct Folder {
    pub(super) path: String,
    instead: String,
}

impl Compiler {
    pub(super) fn here() -> Result<Compiler> {
        let printed = rustc(&["--version", "--verbose"])?;
        let (version, commit) = version(&printed).ok_or("rustc does not tell its version")?;
        Ok(Compiler { version, commit, sysroot: rustc(&["--print", "sysroot"])?.trim().to_owned() })
    }

    /// The folders of the code that it compiles. Of those that fit, the last one counts.
    pub(super) fn folders(&self, metadata: &Metadata) -> Result<Vec<Folder>> {
        let folder = |path: String, instead: &str| Folder { path, instead: instead.to_owned() };
        let packages = metadata.packages.iter();
        let mut registries: Vec<String> =
            packages.filter_map(|package| Some(package.folder().parent()?.display().to_string())).collect();
        registries.sort();
        registries.dedup();
        let mut folders: Vec<Folder> =
            registries.into_iter().map(|registry| folder(registry, "registry")).collect();
        folders.push(folder(root()?.display().to_string(), "."));
        folders.push(folder(metadata.target_directory.clone(), "target"));
        // Where the source of the standard library is installed, programs have its place, and else this.
        let standard = format!("{}/lib/rustlib/src/rust", self.sysroot);
        folders.push(folder(standard, &format!("/rustc/{}", self.commit)));
        Ok(folders)
    }
}

/// The release and the commit in what `rustc --version --verbose` prints.
fn version(printed: &str) -> Option<(String, String)> {
    let line = |start: &str| printed.lines().find_map(|line| line.strip_prefix(start));
    Some((line("release: ")?.to_owned(), line("commit-hash: ")?.to_owned()))
}

/// Flags, in the form of `CARGO_ENCODED_RUSTFLAGS`, with which panics do not name these folders. So a program is the same
/// wherever it is built.
pub(super) fn flags(folders: &[Folder]) -> String {
    let flags =
        folders.iter().map(|folder| format!("--remap-path-prefix={}={}", folder.path, folder.instead));
    flags.collect::<Vec<_>>().join("\x1f")
}

fn rustc(arguments: &[&str]) -> Result<String> {
    let mut rustc = Command::new("rustc");
    rustc.args(arguments);
    command::output(rustc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_says_what_it_is() {
        let printed =
            "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\ncommit-hash: 5980\nrelease: 1.95.0\n";
        assert_eq!(version(printed), Some(("1.95.0".to_owned(), "5980".to_owned())));
        assert_eq!(version("rustc 1.95.0"), None);
    }

    #[test]
    fn folders_are_replaced() {
        let folder =
            |path: &str, instead: &str| Folder { path: path.to_owned(), instead: instead.to_owned() };
        let flags = flags(&[folder("/a b", "registry"), folder("/c", ".")]);
        assert_eq!(flags, "--remap-path-prefix=/a b=registry\x1f--remap-path-prefix=/c=.");
    }
}
