//! Messages of a queue of SQS.
//!
//! ```json
//! {"Records": [{
//!   "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
//!   "body": "{\"orderId\": \"o-1\"}",
//!   "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": "customer-7"}, "messageAttributes": {},
//!   "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders.fifo", "awsRegion": "eu-west-1"
//! }]}
//! ```
//!
//! Each message starts an execution, with its record as the input; with `ASL_INPUT=body` the input is its `body`,
//! parsed if it is JSON. The answer lists the messages that failed, which SQS delivers again: `{"batchItemFailures":
//! [{"itemIdentifier": "059f36b4-87a3-44ab-83d2-661975830a7d"}]}`. The event source mapping needs
//! `FunctionResponseTypes: [ReportBatchItemFailures]`. In a FIFO queue the executions of a message group run one after
//! another; after a failure, the rest of the group is reported as failed without being executed.
//!
//! With `ASL_BATCH=array` one execution gets the array of the records as its input. If it fails, the invocation fails,
//! and with it all messages. Its output may contain `batchItemFailures` itself.

use asl_value::{Text, Value};

use super::event::{has_records_of, parsed, text};
use super::invalid_body::InvalidBody;
use super::properties::{Answer, Batch, Properties};

pub(super) const PROPERTIES: Properties = Properties {
    name: "sqs",
    matches: |event| has_records_of(event, "aws:sqs"),
    body,
    body_is_input: false,
    answer: Answer::Batch(Batch { id: |record| text(record, "messageId"), group, is_stream: false }),
};

fn body(record: &Value) -> Result<Value, InvalidBody> {
    Ok(text(record, "body").map(parsed).unwrap_or_default())
}

/// In a standard queue, message groups serve fairness and do not imply an order.
fn group(record: &Value) -> Option<String> {
    let is_fifo = text(record, "eventSourceARN").is_some_and(|arn| arn.ends_with(".fifo"));
    let group: &Text = text(record.get("attributes")?, "MessageGroupId")?;
    is_fifo.then(|| group.to_string())
}
