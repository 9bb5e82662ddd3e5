//! The files that a command reads: those that are named, and those in named folders.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_files::{Kind, read, within};

use crate::refusal::Refusal;

/// Folders that are not searched, besides hidden ones: they hold dependencies or build output.
const SKIPPED: [&str; 2] = ["target", "node_modules"];
/// The size limit of a definition or a template: several times what AWS accepts.
pub(crate) const LARGEST: u64 = 8 << 20;

/// A file to read.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// The folder that the file must not leave. `None` for an argument.
    folder: Option<Arc<Path>>,
}

impl Candidate {
    /// A file named by an argument. It may be a pipe, or a link to anywhere.
    pub(crate) fn named(path: impl Into<PathBuf>) -> Candidate {
        Candidate { path: path.into(), folder: None }
    }

    /// A file found in a folder, which it must not leave.
    pub(crate) fn found(path: impl Into<PathBuf>, folder: impl Into<Arc<Path>>) -> Candidate {
        Candidate { path: path.into(), folder: Some(folder.into()) }
    }

    /// Whether an argument names the file itself, rather than a folder that contains it.
    pub(crate) fn is_named(&self) -> bool {
        self.folder.is_none()
    }

    /// Reads the content.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        match &self.folder {
            None => read(&self.path, Kind::RegularOrPipe, LARGEST),
            Some(folder) => read(&within(folder, &self.path)?, Kind::Regular, LARGEST),
        }
    }
}

/// The files of the arguments. The files of a folder are sorted by name.
pub(crate) fn candidates(arguments: &[PathBuf]) -> Result<Vec<Candidate>, Refusal> {
    let mut found = Vec::new();
    for path in arguments {
        if path.is_dir() {
            walk(path, &mut found).map_err(|error| {
                Refusal::usage(format!("cannot read the folder `{}`: {error}", path.display()))
            })?;
        } else {
            found.push(Candidate::named(path));
        }
    }
    Ok(found)
}

/// Searches folders to any depth. Links to folders are not followed.
fn walk(root: &Path, found: &mut Vec<Candidate>) -> io::Result<()> {
    let mut folders = vec![root.to_path_buf()];
    let root: Arc<Path> = root.into();
    while let Some(folder) = folders.pop() {
        let mut entries = fs::read_dir(&folder)?.collect::<io::Result<Vec<DirEntry>>>()?;
        entries.sort_by_key(DirEntry::file_name);
        let mut inner = Vec::new();
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            if entry.file_type()?.is_dir() {
                if !SKIPPED.contains(&&*name) {
                    inner.push(entry.path());
                }
            } else if is_candidate(&name) {
                found.push(Candidate::found(entry.path(), Arc::clone(&root)));
            }
        }
        folders.extend(inner.into_iter().rev());
    }
    Ok(())
}

fn is_candidate(name: &str) -> bool {
    [".json", ".yaml", ".yml", ".template"].iter().any(|ending| name.ends_with(ending))
}
