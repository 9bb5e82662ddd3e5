//! [`Stamp`]: whether a file has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file, and its state: `None` if it does not exist.
#[derive(PartialEq, Eq)]
pub(super) struct Stamp(PathBuf, Option<(SystemTime, u64)>);

impl Stamp {
    fn of(path: PathBuf) -> Stamp {
        let state = fs::metadata(&path).ok().and_then(|found| Some((found.modified().ok()?, found.len())));
        Stamp(path, state)
    }

    pub(super) fn is_current(&self) -> bool {
        *self == Stamp::of(self.0.clone())
    }
}

/// The files that were read for a test file. Taken before its cases run: a change while they run is one.
pub(super) fn of_files<'p>(files: impl Iterator<Item = &'p Path>) -> Vec<Stamp> {
    files.map(|path| Stamp::of(path.to_path_buf())).collect()
}

/// What a bad test file depends on is not known: it waits for any change in its folder.
pub(super) fn of_folder(bad: &Path) -> Vec<Stamp> {
    let folder = bad.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let found = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    found.chain([bad.to_path_buf()]).map(Stamp::of).collect()
}
