//! Records of a stream of Kinesis.
//!
//! ```json
//! {"Records": [{
//!   "kinesis": {
//!     "kinesisSchemaVersion": "1.0", "partitionKey": "customer-7", "data": "eyJvcmRlcklkIjogIm8tMSJ9",
//!     "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
//!     "approximateArrivalTimestamp": 1545084650.987
//!   },
//!   "eventSource": "aws:kinesis", "eventName": "aws:kinesis:record",
//!   "eventID": "shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
//!   "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders", "awsRegion": "eu-west-1"
//! }]}
//! ```
//!
//! Each record is an execution of its own; with `ASL_INPUT=body` its input is the `data`, decoded, and parsed if that is
//! JSON. Records of one partition key are executed one after the other. Kinesis delivers everything from the first failed
//! record on again, so that one alone is reported, `{"batchItemFailures": [{"itemIdentifier": "4959…"}]}`, and nothing
//! that comes after it is begun any more. The event source mapping needs
//! `FunctionResponseTypes: [ReportBatchItemFailures]`. `ASL_BATCH=array` is as for a [queue](super::sqs).
//!
//! # Tumbling windows
//! With a `TumblingWindowInSeconds` the event has more members, and is one execution, whose input is the event; with
//! `ASL_INPUT=body` its `Records` are their decoded `data`. At the end of a window it may have no records.
//!
//! ```json
//! {"Records": [], "window": {"start": "2026-01-31T12:00:00Z", "end": "2026-01-31T12:02:00Z"}, "state": {"o-1": 282},
//!  "shardId": "shardId-000000000006", "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
//!  "isFinalInvokeForWindow": false, "isWindowTerminatedEarly": false}
//! ```
//!
//! The answer is `{"state": {…}, "batchItemFailures": []}`: Lambda hands the state to the next invocation for the window. An
//! output with one of these members is that answer, and any other object is the state. A failed execution fails the
//! invocation, so that all its records come again with the state from before them; with `ASL_ON_FAILURE=report` that state
//! is kept and they do not.

use asl_value::Value;

use super::event::{decoded, has_records_of, is_window_of, text};
use super::invalid_body::InvalidBody;
use super::properties::{Answer, Batch, Properties};

pub(super) const PROPERTIES: Properties = Properties {
    name: "kinesis",
    matches: |event| has_records_of(event, "aws:kinesis") || is_window_of(event, "kinesis"),
    body,
    body_is_input: false,
    answer: Answer::Batch(Batch {
        id: |record| text(record.get("kinesis")?, "sequenceNumber"),
        group: |record| text(record.get("kinesis")?, "partitionKey").map(ToString::to_string),
        is_stream: true,
    }),
};

fn body(record: &Value) -> Result<Value, InvalidBody> {
    let data = record.get("kinesis").and_then(|kinesis| text(kinesis, "data"));
    data.map_or(Ok(Value::Null), decoded)
}
