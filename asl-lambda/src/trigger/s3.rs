//! Changes to the objects in a bucket of S3.
//!
//! ```json
//! {"Records": [{
//!   "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventTime": "2026-01-31T12:00:00.000Z",
//!   "eventName": "ObjectCreated:Put",
//!   "s3": {
//!     "s3SchemaVersion": "1.0", "configurationId": "orders", "bucket": {"name": "orders", "arn": "arn:aws:s3:::orders"},
//!     "object": {"key": "2026/o-1.json", "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e"}
//!   }
//! }]}
//! ```
//!
//! Each record starts an execution, with the record as the input; with `ASL_INPUT=body` the input is the `s3` member.
//! S3 invokes the function asynchronously: a failed execution fails the invocation, as for
//! [EventBridge](super::event_bridge).

use super::event::{has_records_of, part};
use super::properties::{Answer, Properties};

pub(super) const PROPERTIES: Properties = Properties {
    name: "s3",
    matches: |event| has_records_of(event, "aws:s3"),
    body: |record| Ok(part(record, "s3")),
    body_is_input: false,
    answer: Answer::Records,
};
