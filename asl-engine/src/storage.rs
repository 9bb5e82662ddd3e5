//! [`ObjectStore`]: where distributed Maps read from and write to.

use std::sync::Arc;

use asl_value::{Object, Text, Value};
use async_trait::async_trait;

use crate::Failure;

/// Objects in buckets, as Amazon S3 has them: what an `ItemReader` reads and a `ResultWriter` writes.
///
/// Arguments are those of the definition, by the names of S3's API: `Bucket`, `Key`, `Prefix`, and whatever else stands
/// there. A failure is reported as `States.ItemReaderFailed` or `States.ResultWriterFailed`, with its text as cause.
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
///         Ok(ObjectPage { objects, next: None })
///     }
/// }
/// ```
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// The bytes of an object: `{"Bucket": "b", "Key": "k", "VersionId": "v"}`. Of one that has more than `most_bytes`,
    /// the first `most_bytes` and one more are enough: that one tells that there are too many.
    ///
    /// # Errors
    /// There is no such object, or it cannot be read.
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure>;

    /// Writes a text as an object: `{"Bucket": "b", "Key": "k"}`.
    ///
    /// # Errors
    /// It cannot be written.
    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure>;

    /// Some of the objects whose keys begin with `Prefix`, in the order of their keys: those behind the page that
    /// answered `after`.
    ///
    /// # Errors
    /// There is no such bucket, or it cannot be read.
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

/// Some of the objects of a bucket.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ObjectPage {
    /// Each an item of the Map:
    /// `{"Etag": "\"…\"", "Key": "a/1.json", "LastModified": 1.719424582E9, "Size": 17, "StorageClass": "STANDARD"}`.
    pub objects: Vec<Value>,
    /// What the next page is asked for with; none if this is the last.
    pub next: Option<Text>,
}
