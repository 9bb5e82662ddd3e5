//! [`ObjectStore`]: where distributed Maps read and write.

use std::ops::Range;
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

    /// Returns some bytes of an object, from the beginning of `range` on and not beyond its end: at least one, if there is
    /// any, and as many as suit the storage. So a large object is never in memory as a whole.
    ///
    /// `tag` is that of the parts that were read before: if the object is another one meanwhile, reading fails. The
    /// default calls [`get`](ObjectStore::get), and returns all that is left of the object.
    ///
    /// # Errors
    /// The object does not exist, cannot be read, or no longer has this tag.
    async fn read(
        &self,
        arguments: &Object,
        range: Range<u64>,
        tag: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        let _ = tag;
        let mut bytes = self.get(arguments, range.end).await?;
        let total_bytes = bytes.len() as u64;
        bytes.drain(..bytes.len().min(usize::try_from(range.start).unwrap_or(usize::MAX)));
        Ok(ObjectPart { bytes, total_bytes, tag: None })
    }

    /// Writes a text as an object: `{"Bucket": "b", "Key": "k"}`.
    ///
    /// # Errors
    /// The object cannot be written.
    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure>;

    /// Begins to write an object part after part, and returns a name for that. So a large object is never in memory as a
    /// whole. The default returns `None`: the storage takes objects only by [`put`](ObjectStore::put).
    ///
    /// # Errors
    /// The object cannot be written.
    async fn begin_upload(&self, arguments: &Object) -> Result<Option<Text>, Failure> {
        let _ = arguments;
        Ok(None)
    }

    /// Writes a part of an object, and returns its tag, which [`finish_upload`](ObjectStore::finish_upload) receives. A part
    /// may be written again, at least as long as before, and has at least 5 MiB unless it is the last.
    ///
    /// # Errors
    /// The part cannot be written.
    async fn upload(&self, arguments: &Object, upload: &Text, part: UploadPart) -> Result<Text, Failure> {
        let _ = (arguments, upload, part);
        Err(Failure::task("the storage takes objects only as a whole"))
    }

    /// Ends an upload: from now on the object consists of the parts with these tags, in their order.
    ///
    /// # Errors
    /// The object cannot be written.
    async fn finish_upload(&self, arguments: &Object, upload: &Text, tags: &[Text]) -> Result<(), Failure> {
        let _ = (arguments, upload, tags);
        Err(Failure::task("the storage takes objects only as a whole"))
    }

    /// Gives an upload up after a failure. One that a redrive goes on with is left as it is: the upload of an execution that
    /// keeps a checkpoint, or is stopped. Who never redrives it removes it, in S3 by a rule of the bucket.
    async fn abandon_upload(&self, arguments: &Object, upload: &Text) {
        let _ = (arguments, upload);
    }

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
    async fn read(
        &self,
        arguments: &Object,
        range: Range<u64>,
        tag: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        self.as_ref().read(arguments, range, tag).await
    }
    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        self.as_ref().put(arguments, body).await
    }
    async fn begin_upload(&self, arguments: &Object) -> Result<Option<Text>, Failure> {
        self.as_ref().begin_upload(arguments).await
    }
    async fn upload(&self, arguments: &Object, upload: &Text, part: UploadPart) -> Result<Text, Failure> {
        self.as_ref().upload(arguments, upload, part).await
    }
    async fn finish_upload(&self, arguments: &Object, upload: &Text, tags: &[Text]) -> Result<(), Failure> {
        self.as_ref().finish_upload(arguments, upload, tags).await
    }
    async fn abandon_upload(&self, arguments: &Object, upload: &Text) {
        self.as_ref().abandon_upload(arguments, upload).await;
    }
    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        self.as_ref().list(arguments, after).await
    }
}

/// Some bytes of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectPart {
    /// The bytes. None: the object ends before the range.
    pub bytes: Vec<u8>,
    /// How long the whole object is.
    pub total_bytes: u64,
    /// What changes when the object does, such as its ETag.
    pub tag: Option<Text>,
}

impl ObjectPart {
    /// These bytes of an object of `total_bytes`, which has this tag.
    pub fn new(bytes: Vec<u8>, total_bytes: u64, tag: Option<Text>) -> ObjectPart {
        ObjectPart { bytes, total_bytes, tag }
    }
}

/// A part of an object that is written in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadPart {
    /// Its place among the parts: 1 for the first.
    pub number: u32,
    /// How many bytes the parts before it have.
    pub offset: u64,
    /// The text.
    pub body: String,
}

impl UploadPart {
    /// The part with this place, after as many bytes.
    pub fn new(number: u32, offset: u64, body: String) -> UploadPart {
        UploadPart { number, offset, body }
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
