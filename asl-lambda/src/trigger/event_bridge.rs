//! An event that a rule of EventBridge delivers, one with a schedule included.
//!
//! ```json
//! {
//!   "version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "detail-type": "OrderPlaced", "source": "shop.orders",
//!   "account": "123456789012", "time": "2026-01-31T12:00:00Z", "region": "eu-west-1", "resources": [],
//!   "detail": {"orderId": "o-1"}
//! }
//! ```
//!
//! The event is the input, as it is for a state machine that is a rule's target; with `ASL_INPUT=body` only its `detail`
//! is. EventBridge invokes the function asynchronously and nobody reads the response: a failed execution fails the
//! invocation, which makes Lambda try again and then use the function's destination or dead-letter queue.
//! `ASL_ON_FAILURE=report` stops that. (EventBridge Scheduler sends the input that it is given and nothing else: a
//! [direct](super::direct) invocation.)

use asl_value::Value;

use super::event::{part, text};
use super::properties::{Answer, Properties};

pub(super) const PROPERTIES: Properties = Properties {
    name: "event-bridge",
    matches,
    body: |event| Ok(part(event, "detail")),
    body_is_input: false,
    answer: Answer::Nothing,
};

fn matches(event: &Value) -> bool {
    text(event, "detail-type").is_some() && text(event, "source").is_some() && event.get("detail").is_some()
}
