//! S3 as the object store of distributed Maps.

use std::ops::Range;

use asl_engine::{Failure, ObjectPage, ObjectPart, ObjectStore, UploadPart};
use asl_value::{Object, Text, Timestamp, Value, json};
use async_trait::async_trait;

use crate::http::HttpAnswer;
use crate::{Aws, CallOptions, ServiceError};

/// Objects in S3, for the `ItemReader` and `ResultWriter` of a distributed Map. Hand the [`Aws`] to the engine as its object
/// store.
///
/// Large objects are read in parts of 8 MiB, so that a failure repeats one part and not the object. If the object changes
/// in between, reading fails (by `If-Match`) instead of mixing two versions.
///
/// # Errors
/// As of an `aws-sdk:s3` task: `S3.NoSuchKeyException`, `S3.SdkClientException`.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>
#[async_trait]
impl ObjectStore for Aws {
    async fn get(&self, arguments: &Object, max_bytes: u64) -> Result<Vec<u8>, Failure> {
        let max = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        let first = match self.part(arguments, 0, max, None).await {
            // An empty object has no first byte to return.
            Err(error) if error.status == 416 => return Ok(Vec::new()),
            first => first.map_err(failure)?,
        };
        let (total, tag) = (total(&first), first.header("etag").map(Text::from));
        let mut object = first.body;
        let Some(total) = total else {
            object.truncate(max.saturating_add(1));
            return Ok(object);
        };
        let wanted = total.min(max.saturating_add(1));
        object.reserve_exact(wanted.saturating_sub(object.len()));
        while object.len() < wanted {
            let part = self.part(arguments, object.len(), max, tag.as_ref()).await.map_err(failure)?;
            if part.body.is_empty() {
                return Err(Failure::new("S3.SdkClientException", "the object ended before its last byte"));
            }
            object.extend_from_slice(&part.body);
        }
        Ok(object)
    }

    async fn read(
        &self,
        arguments: &Object,
        range: Range<u64>,
        tag: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        let bytes = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        // The last byte of the range.
        let (from, to) = (bytes(range.start), bytes(range.end.saturating_sub(1)));
        let part = match self.part(arguments, from, to, tag).await {
            // An empty object has no first byte to return.
            Err(error) if error.status == 416 && from == 0 => return Ok(ObjectPart::default()),
            Err(error) if error.status == 412 => return Err(Failure::new("S3.S3Exception", CHANGED)),
            part => part.map_err(failure)?,
        };
        let (total_bytes, tag) = (total(&part), part.header("etag").map(Text::from));
        match total_bytes {
            Some(total_bytes) => Ok(ObjectPart::new(part.body, total_bytes as u64, tag)),
            // A store without ranges has returned the whole object.
            None => {
                let rest = part.body.get(from..).unwrap_or_default().to_vec();
                Ok(ObjectPart::new(rest, part.body.len() as u64, tag))
            }
        }
    }

    async fn begin_upload(&self, arguments: &Object) -> Result<Option<Text>, Failure> {
        let output = self.s3("createMultipartUpload", arguments.clone()).await?;
        let upload = output.get("UploadId").and_then(Value::as_text).cloned();
        upload.map(Some).ok_or_else(|| Failure::new("S3.SdkClientException", "the upload has no name"))
    }

    async fn upload(&self, arguments: &Object, upload: &Text, part: UploadPart) -> Result<Text, Failure> {
        let mut params = arguments.clone();
        params.insert("UploadId", upload.into());
        params.insert("PartNumber", part.number.into());
        params.insert("Body", part.body.into());
        let output = self.s3("uploadPart", params).await?;
        let tag = output.get("ETag").and_then(Value::as_text).cloned();
        tag.ok_or_else(|| {
            Failure::new("S3.SdkClientException", "the response to a part of the upload has no ETag")
        })
    }

    async fn finish_upload(&self, arguments: &Object, upload: &Text, tags: &[Text]) -> Result<(), Failure> {
        let parts = tags.iter().zip(1..).map(|(tag, number)| json!({"ETag": tag, "PartNumber": number}));
        let mut params = arguments.clone();
        params.insert("UploadId", upload.into());
        params.insert("MultipartUpload", json!({"Parts": (parts.collect::<Value>())}));
        let output = self.s3("completeMultipartUpload", params).await?;
        // S3 begins its response before the object is there: an error may follow the status 200.
        let is_object = output.get("ETag").is_some();
        is_object.then_some(()).ok_or_else(|| {
            Failure::new("S3.SdkClientException", "S3 has not made an object of the parts of the upload")
        })
    }

    async fn abandon_upload(&self, arguments: &Object, upload: &Text) {
        let mut params = arguments.clone();
        params.insert("UploadId", upload.into());
        // S3 removes what is left by a rule of the bucket.
        let _ = self.s3("abortMultipartUpload", params).await;
    }

    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        let mut params = arguments.clone();
        params.insert("Body", body.into());
        self.s3("putObject", params).await.map(|_| ())
    }

    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        let mut params = arguments.clone();
        if let Some(after) = after {
            params.insert("ContinuationToken", after.into());
        }
        let answer = self.caller().call("s3", "listObjectsV2", params.into(), &CallOptions::default()).await;
        let output = answer.map_err(failure)?.output;
        let objects = output.get("Contents").and_then(Value::as_array);
        let next = output.get("NextContinuationToken").and_then(Value::as_str);
        Ok(ObjectPage::new(objects.into_iter().flatten().map(item).collect(), next.map(Text::from)))
    }
}

/// The size of a part: if one fails, it is requested again, and not the whole object.
const PART_BYTES: usize = 8 << 20;

/// How long the description of an error may be.
const MOST_ERROR_BYTES: usize = 64 << 10;

/// S3 says that a precondition did not hold.
const CHANGED: &str = "the object has changed while it was read";

impl Aws {
    async fn s3(&self, operation: &str, params: Object) -> Result<Value, Failure> {
        let answer = self.caller().call("s3", operation, params.into(), &CallOptions::default()).await;
        Ok(answer.map_err(failure)?.output)
    }

    /// A part of an object, which must still have this tag. A store without ranges returns the whole object, of which at most
    /// one byte more than `max_bytes` is read.
    async fn part(
        &self,
        arguments: &Object,
        from: usize,
        max_bytes: usize,
        tag: Option<&Text>,
    ) -> Result<HttpAnswer, ServiceError> {
        let mut params = arguments.clone();
        let to = from.saturating_add(PART_BYTES - 1).min(max_bytes);
        params.insert("Range", format!("bytes={from}-{to}").into());
        if let Some(tag) = tag {
            params.insert("IfMatch", tag.into());
        }
        let options = CallOptions::default();
        // An error is read as a whole, too.
        let most_bytes = max_bytes.max(MOST_ERROR_BYTES);
        self.caller().beginning("s3", "getObject", params.into(), &options, most_bytes).await
    }
}

/// The length of the whole object in the response with a part: `Content-Range: bytes 0-8388607/20971520`.
fn total(answer: &HttpAnswer) -> Option<usize> {
    let range = answer.header("content-range").filter(|_| answer.status == 206)?;
    range.rsplit_once('/')?.1.parse().ok()
}

fn failure(error: ServiceError) -> Failure {
    error.failure()
}

/// An object of a listing as an item. Observed on AWS: these members, in this order, with the time as a double.
fn item(object: &Value) -> Value {
    let members = [
        ("Etag", object.get("ETag").cloned()),
        ("Key", object.get("Key").cloned()),
        ("LastModified", object.get("LastModified").map(epoch_seconds)),
        ("Size", object.get("Size").cloned()),
        ("StorageClass", object.get("StorageClass").cloned()),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Object>().into()
}

fn epoch_seconds(time: &Value) -> Value {
    let seconds = time.as_str().and_then(Timestamp::parse).map(|time| time.epoch_millis() as f64 / 1000.0);
    seconds.map_or_else(|| time.clone(), Value::from)
}
