//! A folder as the storage of distributed Maps: a sub-folder for each bucket.

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use asl_engine::{Failure, ObjectPage, ObjectStore};
use asl_value::{Object, Text, Timestamp, Value, json};
use async_trait::async_trait;

/// Buckets in a folder.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

/// Objects of a page, as S3 has them.
const PAGE: usize = 1000;

/// Folders inside one another that are looked into.
const DEEPEST: usize = 64;

impl Folder {
    pub(crate) fn new(path: &Path) -> Folder {
        Folder(path.to_owned())
    }

    /// The file of an object, which lies in the folder of its bucket.
    fn file(&self, arguments: &Object) -> Result<PathBuf, Failure> {
        let (bucket, key) = (text(arguments, "Bucket"), text(arguments, "Key"));
        let place = Path::new(bucket).join(key);
        let is_inside = place.components().all(|part| matches!(part, Component::Normal(_)));
        if bucket.is_empty() || bucket.contains(['/', '\\']) || key.is_empty() || !is_inside {
            return Err(failure(format!("`{bucket}/{key}` cannot be the name of a file")));
        }
        Ok(self.0.join(place))
    }
}

#[async_trait]
impl ObjectStore for Folder {
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        let file = self.file(arguments)?;
        let read = || {
            let mut bytes = Vec::new();
            let mut file = fs::File::open(&file)?.take(most_bytes.saturating_add(1));
            file.read_to_end(&mut bytes).map(|_| bytes)
        };
        read().map_err(|error| failure(format!("cannot read `{}`: {error}", file.display())))
    }

    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        let file = self.file(arguments)?;
        let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
        let written = folder.and_then(|()| fs::write(&file, body));
        written.map_err(|error| failure(format!("cannot write `{}`: {error}", file.display())))
    }

    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        let mut any = arguments.clone();
        any.insert("Key", "any".into());
        let bucket = self.file(&any)?.with_file_name("");
        let mut found = Vec::new();
        let listed = find(&bucket, "", DEEPEST, &mut found);
        listed.map_err(|error| failure(format!("cannot read `{}`: {error}", bucket.display())))?;
        found.sort();
        let prefix = text(arguments, "Prefix");
        let mut rest = found.into_iter().filter(|(key, _)| {
            key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after.as_str())
        });
        let page: Vec<_> = rest.by_ref().take(PAGE).collect();
        let next = rest.next().and(page.last()).map(|(key, _)| key.as_str().into());
        let objects = page.iter().map(|(key, file)| object(key, file)).collect::<io::Result<_>>();
        Ok(ObjectPage { objects: objects.map_err(|error| failure(error.to_string()))?, next })
    }
}

/// The files in a folder and below it, by their keys.
fn find(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let key = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if !entry.file_type()?.is_dir() {
            found.push((key, entry.path()));
        } else if depth > 0 {
            find(&entry.path(), &format!("{key}/"), depth - 1, found)?;
        }
    }
    Ok(())
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
mod tests {
    use super::*;

    #[test]
    fn objects_stay_in_the_folder_of_their_bucket() {
        let folder = Folder::new(Path::new("objects"));
        for (bucket, key, expected) in [
            ("b", "a/1.json", Some("objects/b/a/1.json")),
            ("b", "../c/1.json", None),
            ("b", "/etc/passwd", None),
            ("..", "a", None),
            ("b/c", "a", None),
            ("b", "", None),
            ("", "a", None),
        ] {
            let arguments = json!({"Bucket": bucket, "Key": key});
            let file = folder.file(arguments.as_object().expect("an object"));
            assert_eq!(file.ok().as_deref(), expected.map(Path::new), "{bucket} {key}");
        }
    }
}
