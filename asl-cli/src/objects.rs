//! A folder as the storage of distributed Maps: a sub-folder for each bucket.

use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use asl_engine::{Failure, ObjectPage, ObjectPart, ObjectStore, UploadPart};
use asl_files::{Kind, open, within};
use asl_value::{Object, Text, Timestamp, Value, json};
use async_trait::async_trait;

use crate::private_file;

mod part;

/// Buckets in a folder. Links are followed as long as they stay in the folder. Anything other than a regular file is ignored.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

/// How many objects S3 lists per page.
const PAGE: usize = 1000;

/// How deep nested folders are searched.
const DEEPEST: usize = 64;

impl Folder {
    pub(crate) fn new(path: &Path) -> Folder {
        Folder(path.to_owned())
    }

    /// The path of an object in the folder of its bucket. It may still be a link.
    fn place(&self, arguments: &Object) -> Result<PathBuf, Failure> {
        let (bucket, key) = (text(arguments, "Bucket"), text(arguments, "Key"));
        let place = Path::new(bucket).join(key);
        let is_inside = place.components().all(|part| matches!(part, Component::Normal(_)));
        if bucket.is_empty() || bucket.contains(['/', '\\']) || key.is_empty() || !is_inside {
            return Err(failure(format!("`{bucket}/{key}` cannot be the name of a file")));
        }
        Ok(self.0.join(place))
    }

    /// The path with all links resolved.
    fn resolved(&self, place: &Path) -> io::Result<PathBuf> {
        within(&self.0, place)
    }

    fn read_whole(&self, place: &Path, most_bytes: u64) -> io::Result<Vec<u8>> {
        let file = open(&self.resolved(place)?, Kind::Regular)?;
        let mut bytes = Vec::new();
        // Read one byte more than allowed, to notice a file that is too long. It may grow while it is read.
        file.take(most_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write(&self, place: &Path, body: &str) -> io::Result<()> {
        let real = self.target(place)?;
        private_file::write(&real, body)
    }

    /// The file to write to, in a folder that exists, with all links resolved.
    fn target(&self, place: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.0)?;
        let folder = place.parent().unwrap_or(&self.0);
        // Resolve links before creating folders, because an existing one may be a link, and again afterwards, because one may
        // have been replaced.
        let existing = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok());
        self.resolved(existing.unwrap_or(&self.0))?;
        fs::create_dir_all(folder)?;
        let name = place.file_name().unwrap_or_default();
        let mut real = self.resolved(folder)?.join(name);
        if real.symlink_metadata().is_ok() {
            real = self.resolved(&real)?;
            regular(fs::metadata(&real)?.is_file())?;
        }
        Ok(real)
    }

    /// The objects of a bucket by their keys.
    fn find(&self, bucket: &Path) -> io::Result<Vec<(String, PathBuf)>> {
        let mut found = Vec::new();
        self.find_below(&self.resolved(bucket)?, "", DEEPEST, &mut found)?;
        found.sort();
        Ok(found)
    }

    fn find_below(
        &self,
        folder: &Path,
        prefix: &str,
        depth: usize,
        found: &mut Vec<(String, PathBuf)>,
    ) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let key = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() && depth > 0 {
                self.find_below(&entry.path(), &format!("{key}/"), depth - 1, found)?;
            } else if kind.is_file() {
                found.push((key, entry.path()));
            } else if kind.is_symlink()
                && let Ok(real) = self.resolved(&entry.path())
                && real.is_file()
            {
                found.push((key, real));
            }
        }
        Ok(())
    }

    /// Runs blocking work outside the threads of the executions.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let folder = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&folder)).await;
        done.map_err(|error| failure(error.to_string()))?
    }
}

#[async_trait]
impl ObjectStore for Folder {
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        let place = self.place(arguments)?;
        self.apart(move |folder| {
            let bytes = folder.read_whole(&place, most_bytes);
            bytes.map_err(|error| failure(format!("cannot read `{}`: {error}", place.display())))
        })
        .await
    }

    async fn read(
        &self,
        arguments: &Object,
        range: Range<u64>,
        tag: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        let (place, tag) = (self.place(arguments)?, tag.cloned());
        self.apart(move |folder| {
            let read = folder.resolved(&place).and_then(|file| part::read(&file, range, tag.as_ref()));
            read.map_err(|error| failure(format!("cannot read `{}`: {error}", place.display())))
        })
        .await
    }

    async fn begin_upload(&self, arguments: &Object) -> Result<Option<Text>, Failure> {
        self.place(arguments)?;
        self.apart(|folder| {
            let name = fs::create_dir_all(&folder.0).and_then(|()| part::begin(&folder.0));
            name.map(Some)
                .map_err(|error| failure(format!("cannot write to `{}`: {error}", folder.0.display())))
        })
        .await
    }

    async fn upload(&self, _: &Object, upload: &Text, part: UploadPart) -> Result<Text, Failure> {
        let upload = part::place(&self.0, upload).map_err(|error| failure(error.to_string()))?;
        self.apart(move |_| {
            let written = part::write(&upload, part.offset, &part.body);
            written.map_err(|error| failure(format!("cannot write `{}`: {error}", upload.display())))?;
            Ok(part.number.to_string().into())
        })
        .await
    }

    async fn finish_upload(&self, arguments: &Object, upload: &Text, _: &[Text]) -> Result<(), Failure> {
        let place = self.place(arguments)?;
        let upload = part::place(&self.0, upload).map_err(|error| failure(error.to_string()))?;
        self.apart(move |folder| {
            let moved = folder.target(&place).and_then(|real| fs::rename(&upload, real));
            moved.map_err(|error| failure(format!("cannot write `{}`: {error}", place.display())))
        })
        .await
    }

    async fn abandon_upload(&self, _: &Object, upload: &Text) {
        if let Ok(upload) = part::place(&self.0, upload) {
            let _ = self.apart(move |_| Ok(fs::remove_file(upload))).await;
        }
    }

    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        let place = self.place(arguments)?;
        self.apart(move |folder| {
            let written = folder.write(&place, &body);
            written.map_err(|error| failure(format!("cannot write `{}`: {error}", place.display())))
        })
        .await
    }

    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        let mut any = arguments.clone();
        any.insert("Key", "any".into());
        let bucket = self.place(&any)?.with_file_name("");
        let prefix = text(arguments, "Prefix").to_owned();
        let after = after.cloned();
        self.apart(move |folder| {
            let found = folder.find(&bucket);
            let found =
                found.map_err(|error| failure(format!("cannot read `{}`: {error}", bucket.display())))?;
            let mut rest = found.into_iter().filter(|(key, _)| {
                key.starts_with(&prefix) && after.as_ref().is_none_or(|after| key.as_str() > after.as_str())
            });
            let page: Vec<_> = rest.by_ref().take(PAGE).collect();
            let next = rest.next().and(page.last()).map(|(key, _)| key.as_str().into());
            let objects = page.iter().map(|(key, file)| object(key, file)).collect::<io::Result<_>>();
            Ok(ObjectPage::new(objects.map_err(|error| failure(error.to_string()))?, next))
        })
        .await
    }
}

fn regular(is_file: bool) -> io::Result<()> {
    if is_file { Ok(()) } else { Err(io::Error::other("it is not a regular file")) }
}

fn object(key: &str, file: &Path) -> io::Result<Value> {
    let metadata = fs::metadata(file)?;
    // Whole seconds, as S3 lists them.
    let modified = (Timestamp::from(metadata.modified()?).epoch_millis() / 1000) as f64;
    Ok(json!({"Key": key, "LastModified": modified, "Size": metadata.len(), "StorageClass": "STANDARD"}))
}

fn text<'a>(arguments: &'a Object, name: &str) -> &'a str {
    arguments.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn failure(cause: String) -> Failure {
    Failure::new("S3.S3Exception", cause)
}

#[cfg(test)]
mod tests;
