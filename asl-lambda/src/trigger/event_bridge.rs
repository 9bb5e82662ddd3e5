//! An event that a rule of EventBridge delivers, including rules with a schedule.
//!
//! ```json
//! {
//!   "version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "detail-type": "OrderPlaced", "source": "shop.orders",
//!   "account": "123456789012", "time": "2026-01-31T12:00:00Z", "region": "eu-west-1", "resources": [],
//!   "detail": {"orderId": "o-1"}
//! }
//! ```
//!
//! The event is the input, as for a state machine that is the target of a rule; with `ASL_INPUT=body` only its `detail`
//! is. EventBridge invokes the function asynchronously and ignores the answer. A failed execution fails the invocation,
//! so that Lambda retries it and then uses the destination or dead-letter queue of the function;
//! `ASL_ON_FAILURE=report` prevents this. EventBridge Scheduler sends only its configured input, which makes it a
//! [direct](super::direct) invocation.

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
