//! A message of a topic of SNS.
//!
//! ```json
//! {"Records": [{
//!   "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:orders:2bcf",
//!   "Sns": {
//!     "Type": "Notification", "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
//!     "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders", "Subject": null, "Message": "{\"orderId\": \"o-1\"}",
//!     "Timestamp": "2026-01-31T12:00:00.000Z", "MessageAttributes": {}
//!   }
//! }]}
//! ```
//!
//! Each record (SNS sends one) starts an execution, with the record as the input; with `ASL_INPUT=body` the input is
//! the `Message`, parsed if it is JSON. SNS invokes the function asynchronously: a failed execution fails the
//! invocation, as for [EventBridge](super::event_bridge).

use asl_value::Value;

use super::event::{has_records_of, parsed, text};
use super::invalid_body::InvalidBody;
use super::properties::{Answer, Properties};

pub(super) const PROPERTIES: Properties = Properties {
    name: "sns",
    matches: |event| has_records_of(event, "aws:sns"),
    body,
    body_is_input: false,
    answer: Answer::Records,
};

fn body(record: &Value) -> Result<Value, InvalidBody> {
    Ok(record.get("Sns").and_then(|sns| text(sns, "Message")).map(parsed).unwrap_or_default())
}
