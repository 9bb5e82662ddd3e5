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
//! Each record starts an execution, with the record as the input; with `ASL_INPUT=body` the input is the decoded
//! `data`, parsed if it is JSON. The executions for one partition key run one after another. Kinesis delivers
//! everything from the first failed record again, so only that record is reported, `{"batchItemFailures":
//! [{"itemIdentifier": "4959…"}]}`, and no later record is started. The event source mapping needs
//! `FunctionResponseTypes: [ReportBatchItemFailures]`. `ASL_BATCH=array` works as for a [queue](super::sqs).
//!
//! # Tumbling windows
//! With a `TumblingWindowInSeconds` the event has more members. It starts one execution, with the event as the input;
//! with `ASL_INPUT=body`, `Records` contains the decoded `data` of the records. At the end of a window there may be no
//! records.
//!
//! ```json
//! {"Records": [], "window": {"start": "2026-01-31T12:00:00Z", "end": "2026-01-31T12:02:00Z"}, "state": {"o-1": 282},
//!  "shardId": "shardId-000000000006", "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
//!  "isFinalInvokeForWindow": false, "isWindowTerminatedEarly": false}
//! ```
//!
//! The answer is `{"state": {…}, "batchItemFailures": []}`: Lambda passes the state to the next invocation for the
//! window. An output with one of these members is the answer itself, and any other object is the state. A failed
//! execution fails the invocation, so that Lambda delivers its records again, with the state from before. With
//! `ASL_ON_FAILURE=report` the state stays the same, and the records are not delivered again.

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
