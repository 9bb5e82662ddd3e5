//! The platforms that there are programs for.

use crate::Result;

/// What `cargo xtask release` builds without arguments. These programs are static: they run on any Linux.
pub(super) const LINUX: [&str; 2] = ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl"];

/// The one whose build makes what is the same for all of them.
pub(super) const MAIN: &str = "x86_64-unknown-linux-musl";

/// A platform by its name in Rust.
pub(super) struct Platform {
    pub(super) name: &'static str,
    /// The tag of a wheel. A static program runs with every C library.
    pub(super) wheel: &'static str,
    /// Its name in Node.js.
    pub(super) npm: &'static str,
    /// The kind of archive that users of the platform expect.
    pub(super) archive: &'static str,
    /// What the names of programs end with.
    pub(super) suffix: &'static str,
}

const ALL: [Platform; 5] = [
    Platform {
        name: "x86_64-unknown-linux-musl",
        wheel: "manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64",
        npm: "linux-x64",
        archive: "tar.gz",
        suffix: "",
    },
    Platform {
        name: "aarch64-unknown-linux-musl",
        wheel: "manylinux2014_aarch64.manylinux_2_17_aarch64.musllinux_1_1_aarch64",
        npm: "linux-arm64",
        archive: "tar.gz",
        suffix: "",
    },
    Platform {
        name: "x86_64-apple-darwin",
        wheel: "macosx_10_12_x86_64",
        npm: "darwin-x64",
        archive: "tar.gz",
        suffix: "",
    },
    Platform {
        name: "aarch64-apple-darwin",
        wheel: "macosx_11_0_arm64",
        npm: "darwin-arm64",
        archive: "tar.gz",
        suffix: "",
    },
    Platform {
        name: "x86_64-pc-windows-msvc",
        wheel: "win_amd64",
        npm: "win32-x64",
        archive: "zip",
        suffix: ".exe",
    },
];

impl Platform {
    pub(super) fn of(name: &str) -> Result<Platform> {
        let known = || ALL.iter().map(|platform| platform.name).collect::<Vec<_>>().join(", ");
        let found = ALL.into_iter().find(|platform| platform.name == name);
        found.ok_or_else(|| format!("`{name}` is none of the platforms {}", known()).into())
    }

    pub(super) fn is_musl(&self) -> bool {
        self.name.ends_with("-musl")
    }

    /// Whether functions of Lambda run there.
    pub(super) fn is_of_lambda(&self) -> bool {
        self.is_musl()
    }

    /// Whether its operating system is this one, by its name in Rust's standard library.
    pub(super) fn is_of(&self, system: &str) -> bool {
        self.name.contains(if system == "macos" { "darwin" } else { system })
    }

    /// The processor.
    pub(super) fn processor(&self) -> &str {
        self.name.split('-').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_known_by_name() {
        assert!(LINUX.iter().all(|name| Platform::of(name).unwrap().is_musl()));
        let mac = Platform::of("aarch64-apple-darwin").unwrap();
        assert_eq!((mac.processor(), mac.is_of("macos"), mac.is_of("linux")), ("aarch64", true, false));
        let refused = Platform::of("sparc").err().unwrap().to_string();
        assert!(
            refused.starts_with("`sparc` is none of the platforms x86_64-unknown-linux-musl, "),
            "{refused}"
        );
    }
}
