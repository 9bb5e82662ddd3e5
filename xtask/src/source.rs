//! The text files of the repository.

use std::path::Path;
use std::process::Command;

use crate::{Result, command};

/// A text file.
pub(crate) struct Source {
    /// The path from the root of the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// All text files that git tracks or would track.
    pub(crate) fn read_all() -> Result<Vec<Source>> {
        Source::read_all_of(&crate::root()?)
    }

    /// The text files of another checkout.
    pub(crate) fn read_all_of(root: &Path) -> Result<Vec<Source>> {
        let mut git = Command::new("git");
        git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let mut paths: Vec<String> =
            command::output(git)?.split_terminator('\0').map(str::to_owned).collect();
        paths.sort();
        paths.dedup();
        let mut sources = Vec::new();
        for path in paths {
            // Skip files that were deleted but not yet in git, and files that are not UTF-8.
            let Ok(bytes) = std::fs::read(root.join(&path)) else { continue };
            let Ok(text) = String::from_utf8(bytes) else { continue };
            sources.push(Source { path, text });
        }
        Ok(sources)
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it is code of the page.
    pub(crate) fn is_page(&self) -> bool {
        self.path.contains("/ui/src/") && [".ts", ".tsx", ".css"].iter().any(|end| self.path.ends_with(end))
    }

    /// Whether the file contains only tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with(".test.ts")
            || self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
    }

    /// The lines with their numbers, starting at 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Whether a line of Rust consists of a comment only.
pub(crate) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}
