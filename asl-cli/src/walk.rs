//! Which files a command looks at: those that are named, and those of folders that are.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use crate::command::Refusal;

/// Folders that hold what others wrote or a program made, besides hidden ones.
const SKIPPED: [&str; 2] = ["target", "node_modules"];
/// Bytes of a file in a folder; AWS accepts no definition and no template of this size.
const LARGEST: u64 = 4 << 20;

/// A file to look at.
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// Whether it is an argument itself, and not found in a folder that is.
    pub(crate) is_named: bool,
}

/// The files of the arguments, those of folders by name.
pub(crate) fn candidates(arguments: &[PathBuf]) -> Result<Vec<Candidate>, Refusal> {
    let mut found = Vec::new();
    for path in arguments {
        if path.is_dir() {
            walk(path, &mut found).map_err(|error| {
                Refusal::usage(format!("cannot read the folder `{}`: {error}", path.display()))
            })?;
        } else {
            found.push(Candidate { path: path.clone(), is_named: true });
        }
    }
    Ok(found)
}

/// Folders are as deep as the file system lets them be; links to folders are not followed.
fn walk(folder: &Path, found: &mut Vec<Candidate>) -> io::Result<()> {
    let mut folders = vec![folder.to_path_buf()];
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
            } else if is_candidate(&name)
                && fs::metadata(entry.path()).is_ok_and(|file| file.len() <= LARGEST)
            {
                found.push(Candidate { path: entry.path(), is_named: false });
            }
        }
        folders.extend(inner.into_iter().rev());
    }
    Ok(())
}

fn is_candidate(name: &str) -> bool {
    [".json", ".yaml", ".yml", ".template"].iter().any(|ending| name.ends_with(ending))
}
