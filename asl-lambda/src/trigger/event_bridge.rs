//! An event that a rule of EventBridge delivers.
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
//! `ASL_ON_FAILURE=report` stops that.

use asl_value::Value;

pub(super) fn matches(event: &Value) -> bool {
    let has_text = |name| event.get(name).is_some_and(|value| value.as_str().is_some());
    has_text("detail-type") && has_text("source") && event.get("detail").is_some()
}

pub(super) fn body(event: &Value) -> Value {
    event.get("detail").cloned().unwrap_or_default()
}
