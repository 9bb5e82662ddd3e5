//! [`ObjectStore`]: where distributed Maps read and write.

use std::sync::Arc;

use asl_value::{Object, Text, Value};
use async_trait::async_trait;

use crate::Failure;

/// Objects in buckets, like those of Amazon S3: what an `ItemReader` reads and a `ResultWriter` writes.
///
/// The arguments are those of the definition, by the names of S3's API: `Bucket`, `Key`, `Prefix`, and any others. The
/// engine reports a failure as `States.ItemReaderFailed` or `States.ResultWriterFailed`, with the same cause.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
/// use asl_engine::{Failure, ObjectPage, ObjectStore};
/// use asl_value::{json, Object, Text};
///
/// #[derive(Default)]
/// struct OneBucket(Mutex<BTreeMap<String, Vec<u8>>>);
///
/// #[async_trait::async_trait]
/// impl ObjectStore for OneBucket {
///     async fn get(&self, arguments: &Object, _: u64) -> Result<Vec<u8>, Failure> {
///         let key = arguments.get("Key").and_then(|key| key.as_str()).unwrap_or_default();
///         self.0.lock().unwrap().get(key).cloned().ok_or_else(|| Failure::new("NoSuchKey", "no such key"))
///     }
///     async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
///         let key = arguments.get("Key").and_then(|key| key.as_str()).unwrap_or_default();
///         self.0.lock().unwrap().insert(key.to_owned(), body.into_bytes());
///         Ok(())
///     }
///     async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
///         let objects = self.0.lock().unwrap().keys().map(|key| json!({"Key": key.as_str()})).collect();
///         Ok(ObjectPage::new(objects, None))
///     }
/// }
/// ```
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Returns the bytes of an object: `{"Bucket": "b", "Key": "k", "VersionId": "v"}`. If there are more than
    /// `most_bytes`, return `most_bytes` and one more, which is how the engine knows that there are too many.
    ///
    /// # Errors
    /// The object does not exist or cannot be read.
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure>;

    /// Writes a text as an object: `{"Bucket": "b", "Key": "k"}`.
    ///
    /// # Errors
    /// The object cannot be written.
    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure>;

    /// Returns some of the objects whose keys begin with `Prefix`, in the order of their keys. `after` is the `next` of
    /// the page before.
    ///
    /// # Errors
    /// The bucket does not exist or cannot be read.
    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure>;
}

#[async_trait]
impl<S: ObjectStore + ?Sized> ObjectStore for Arc<S> {
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        self.as_ref().get(arguments, most_bytes).await
    }
    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        self.as_ref().put(arguments, body).await
    }
    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        self.as_ref().list(arguments, after).await
    }
}

/// One page of the objects of a bucket.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ObjectPage {
    /// The objects, each of which is an item of the Map:
    /// `{"Etag": "\"…\"", "Key": "a/1.json", "LastModified": 1.719424582E9, "Size": 17, "StorageClass": "STANDARD"}`.
    pub objects: Vec<Value>,
    /// The token of the next page; `None` on the last page.
    pub next: Option<Text>,
}

impl ObjectPage {
    /// A page with these objects. `next` is the token of the next page; `None` on the last page.
    pub fn new(objects: Vec<Value>, next: Option<Text>) -> ObjectPage {
        ObjectPage { objects, next }
    }
}
