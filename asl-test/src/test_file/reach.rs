//! [`Reach`]: which files a test file may name.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use asl_files::within;

/// The folder of a test file, and the folder that the files which it names must be in: what they contain is printed if a
/// test fails, and a test file may come from a stranger.
pub(super) struct Reach<'a> {
    folder: &'a Path,
    root: PathBuf,
}

impl<'a> Reach<'a> {
    /// The root is the nearest folder above with `.git`, or else the current folder, or else the folder of the file.
    pub(super) fn of(file: &'a Path) -> Reach<'a> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let named = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let real = named.canonicalize().unwrap_or_else(|_| named.to_path_buf());
        let checkout = real.ancestors().find(|ancestor| ancestor.join(".git").exists());
        let current = || Path::new(".").canonicalize().ok().filter(|current| real.starts_with(current));
        let root = checkout.map(Path::to_path_buf).or_else(current).unwrap_or(real);
        Reach { folder, root }
    }

    /// The path of a file that the test file names. Whoever reads it reports that it does not exist.
    pub(super) fn path(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(name);
        match within(&self.root, &path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(format!("cannot read `{}`: {error}", path.display()))
            }
            _ => Ok(path),
        }
    }
}
