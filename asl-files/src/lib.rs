#![doc = include_str!("../README.md")]

use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// What kinds of file may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Regular files: for what was found in a folder, and for what another file refers to.
    Regular,
    /// Pipes as well: for what a user names, as `<(jq …)` or `/dev/stdin`. Reading one waits for its writer.
    RegularOrPipe,
}

/// The content of a file of at most `most_bytes`.
///
/// # Errors
/// It cannot be opened or read, is of another kind or longer ([`ErrorKind::FileTooLarge`]).
pub fn read(path: &Path, kind: Kind, most_bytes: u64) -> io::Result<Vec<u8>> {
    let file = open(path, kind)?;
    // A file of some gigabytes is refused before it is read. What has no size has 0 here.
    match file.metadata()?.len() {
        length if length > most_bytes => Err(too_large(most_bytes)),
        _ => read_all(file, most_bytes),
    }
}

/// What is left of a stream, at most `most_bytes`.
///
/// # Errors
/// It cannot be read, or is longer ([`ErrorKind::FileTooLarge`]).
pub fn read_all(stream: impl Read, most_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more tells that there are too many.
    let read = stream.take(most_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if read as u64 > most_bytes { Err(too_large(most_bytes)) } else { Ok(bytes) }
}

/// Opens a file for reading. It waits for nobody, unless the file is a pipe and may be one.
///
/// # Errors
/// It cannot be opened, or is of another kind.
pub fn open(path: &Path, kind: Kind) -> io::Result<File> {
    // Opening a device may do something already, and a pipe is waited for.
    let found = fs::metadata(path)?.file_type();
    let may_wait = kind == Kind::RegularOrPipe && is_pipe(found);
    if !may_wait {
        regular(found)?;
    }
    let file = opened(path, may_wait)?;
    // Another file may have taken its place meanwhile.
    let is = file.metadata()?.file_type();
    if may_wait && is_pipe(is) { Ok(file) } else { regular(is).map(|()| file) }
}

/// Where a path really leads, which is in the folder.
///
/// # Errors
/// Either of them is not there, or the path leads out of the folder: by itself or by a link.
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
