//! Changes to a table of DynamoDB.
//!
//! ```json
//! {"Records": [{
//!   "eventID": "c4ca4238a0b923820dcc509a6f75849b", "eventName": "INSERT", "eventSource": "aws:dynamodb",
//!   "dynamodb": {
//!     "Keys": {"orderId": {"S": "o-1"}}, "NewImage": {"orderId": {"S": "o-1"}, "total": {"N": "42"}},
//!     "SequenceNumber": "4421584500000000017450439091", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES"
//!   },
//!   "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-31T00:00:00.000"
//! }]}
//! ```
//!
//! Each change starts an execution, with its record as the input; with `ASL_INPUT=body` the input is the `dynamodb`
//! member. The executions for one item run one after another. Failures are reported, and tumbling windows are answered,
//! as for [Kinesis](super::kinesis).

use asl_value::Value;

use super::event::{has_records_of, is_window_of, part, text};
use super::properties::{Answer, Batch, Properties};

pub(super) const PROPERTIES: Properties = Properties {
    name: "dynamodb",
    matches: |event| has_records_of(event, "aws:dynamodb") || is_window_of(event, "dynamodb"),
    body: |record| Ok(part(record, "dynamodb")),
    body_is_input: false,
    answer: Answer::Batch(Batch {
        id: |record| text(record.get("dynamodb")?, "SequenceNumber"),
        group: |record| record.get("dynamodb")?.get("Keys").map(Value::to_json),
        is_stream: true,
    }),
};
