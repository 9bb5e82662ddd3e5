//! S3 as the storage of distributed Maps.

use asl_engine::{Failure, ObjectPage, ObjectStore};
use asl_value::{Object, Text, Timestamp, Value};
use async_trait::async_trait;

use crate::{Aws, CallOptions, ServiceError};

/// `ItemReader` and `ResultWriter` of a distributed Map: objects in S3.
#[async_trait]
impl ObjectStore for Aws {
    // The client has a limit of its own.
    async fn get(&self, arguments: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        let params = Value::Object(arguments.clone());
        let bytes = self.caller().bytes("s3", "getObject", params, &CallOptions::default()).await;
        bytes.map_err(failure)
    }

    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        let mut params = arguments.clone();
        params.insert("Body", body.into());
        let put = self.caller().call("s3", "putObject", params.into(), &CallOptions::default()).await;
        put.map(|_| ()).map_err(failure)
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
        Ok(ObjectPage {
            objects: objects.into_iter().flatten().map(item).collect(),
            next: next.map(Text::from),
        })
    }
}

fn failure(error: ServiceError) -> Failure {
    error.failure()
}

/// An object as an item. Observed on AWS: these members, in this order, with the time as a double.
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
