#![doc = include_str!("../README.md")]

use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// The kinds of file that may be read.
///
/// Use [`Regular`](Kind::Regular) for files that were found or that another file refers to, because a pipe could block
/// forever. Use [`RegularOrPipe`](Kind::RegularOrPipe) only for a file that the user named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Regular files only.
    Regular,
    /// Pipes as well, such as `<(jq …)` or `/dev/stdin`. Reading a pipe waits for its writer.
    RegularOrPipe,
}

/// Reads a whole file of at most `most_bytes`.
///
/// Use it instead of [`std::fs::read`] for any path that a user or another file supplies: a device, an endless stream or a
/// file of many gigabytes is an error, and uses neither time nor memory. It blocks, so call it outside the threads of an async
/// runtime.
///
/// ```
/// use asl_files::{Kind, read};
///
/// let manifest = read("Cargo.toml".as_ref(), Kind::Regular, 1 << 20)?;
/// assert!(manifest.starts_with(b"[package]"));
/// let error = read("Cargo.toml".as_ref(), Kind::Regular, 8).unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::FileTooLarge);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// The file cannot be opened or read, is of another kind, or is longer ([`ErrorKind::FileTooLarge`]).
pub fn read(path: &Path, kind: Kind, most_bytes: u64) -> io::Result<Vec<u8>> {
    let file = open(path, kind)?;
    // Refuse a large file before reading it. A file without a size, as in `/proc`, reports 0 here.
    match file.metadata()?.len() {
        length if length > most_bytes => Err(too_large(most_bytes)),
        _ => read_all(file, most_bytes),
    }
}

/// Reads the rest of a stream, at most `most_bytes`.
///
/// # Errors
/// The stream cannot be read, or is longer ([`ErrorKind::FileTooLarge`]).
pub fn read_all(stream: impl Read, most_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Reading one byte more than allowed shows whether the stream is too long.
    let read = stream.take(most_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if read as u64 > most_bytes { Err(too_large(most_bytes)) } else { Ok(bytes) }
}

/// Opens a file for reading. It never waits, except for the writer of a pipe if `kind` allows pipes.
///
/// # Errors
/// The file cannot be opened, or is of another kind.
pub fn open(path: &Path, kind: Kind) -> io::Result<File> {
    // Check before opening: opening a device may have side effects, and opening a pipe waits.
    let found = fs::metadata(path)?.file_type();
    let may_wait = kind == Kind::RegularOrPipe && is_pipe(found);
    if !may_wait {
        regular(found)?;
    }
    let file = opened(path, may_wait)?;
    // Check again: the file may have been replaced in the meantime.
    let is = file.metadata()?.file_type();
    if may_wait && is_pipe(is) { Ok(file) } else { regular(is).map(|()| file) }
}

/// Resolves the links of a path that must stay in a folder.
///
/// Use it for every path that a template, a definition or an object key supplies. A link may still be replaced between this
/// check and the opening of the file, so the folder should be writable for trusted users only.
///
/// # Errors
/// The file or the folder does not exist, or the path leads out of the folder, directly or through a link.
pub fn within(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let real = path.canonicalize()?;
    match real.starts_with(folder.canonicalize()?) {
        true => Ok(real),
        false => Err(io::Error::other(format!("it leads out of the folder `{}`", folder.display()))),
    }
}

fn regular(found: FileType) -> io::Result<()> {
    match found.is_file() {
        true => Ok(()),
        false if found.is_dir() => Err(ErrorKind::IsADirectory.into()),
        false => Err(io::Error::other("it is not a regular file")),
    }
}

fn too_large(most_bytes: u64) -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, format!("it is longer than {most_bytes} bytes"))
}

#[cfg(unix)]
fn is_pipe(found: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found)
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

#[cfg(unix)]
fn opened(path: &Path, may_wait: bool) -> io::Result<File> {
    use rustix::fs::OFlags;
    let flags = if may_wait { OFlags::NOCTTY } else { OFlags::NOCTTY | OFlags::NONBLOCK };
    let mut options = OpenOptions::new();
    // INVARIANT: the flags are those of `open(2)`, whose type is `int` on every system.
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits().cast_signed());
    options.read(true).open(path)
}

#[cfg(not(unix))]
fn opened(path: &Path, _: bool) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}
