//! Parts of files: read from the middle, or written one by one before the file appears.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use asl_engine::ObjectPart;
use asl_files::{Kind, open};
use asl_value::{Text, Timestamp};

use crate::private_file;

/// How many bytes are read at a time.
const PART_BYTES: u64 = 1 << 20;

/// The prefix of a file that is written in parts. The file is not in a bucket's folder, so that no bucket lists it.
const UPLOAD: &str = ".upload-";

/// Reads some bytes of a file, which must be the one of the parts before.
pub(super) fn read(path: &Path, range: Range<u64>, tag: Option<&Text>) -> io::Result<ObjectPart> {
    let mut file = open(path, Kind::Regular)?;
    let (total, found) = version(&file)?;
    if tag.is_some_and(|tag| *tag != found) {
        return Err(io::Error::other("it has changed while it was read"));
    }
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    file.take(range.end.saturating_sub(range.start).min(PART_BYTES)).read_to_end(&mut bytes)?;
    Ok(ObjectPart::new(bytes, total, Some(found)))
}

/// The length of a file, and what changes when it is written to.
fn version(file: &File) -> io::Result<(u64, Text)> {
    let metadata = file.metadata()?;
    let modified = metadata.modified().map(Timestamp::from);
    let modified = modified.map_or_else(|_| String::new(), |modified| modified.to_string());
    Ok((metadata.len(), format!("{modified}-{}", metadata.len()).into()))
}

/// Makes an empty file that is written in parts, and returns its name.
pub(super) fn begin(folder: &Path) -> io::Result<Text> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{UPLOAD}{}-{number}", std::process::id());
        match private_file::options().write(true).create_new(true).open(folder.join(&name)) {
            Ok(_) => return Ok(name.into()),
            // Left by an earlier process.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// The path of a file that is written in parts.
pub(super) fn place(folder: &Path, upload: &Text) -> io::Result<PathBuf> {
    let is_known = upload.strip_prefix(UPLOAD).is_some_and(|rest| !rest.contains(['/', '\\']));
    if is_known { Ok(folder.join(upload.as_str())) } else { Err(io::Error::other("it is not an upload")) }
}

/// Writes a part.
pub(super) fn write(path: &Path, offset: u64, body: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    file.write_all(body.as_bytes())
}
