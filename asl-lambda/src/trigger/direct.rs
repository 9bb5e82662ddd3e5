//! Any event that matches no other trigger: a direct invocation, a rule of IoT, EventBridge Scheduler, a Step Functions
//! task, a test in the console.
//!
//! ```json
//! {"orderId": "o-1", "items": [{"sku": "mug", "quantity": 2}]}
//! ```
//!
//! The event is the input, and the output is the answer. A failed execution fails the invocation with the error name as
//! `errorType` and the cause as `errorMessage`, so that a state machine that calls the function sees the same error.

use super::properties::{Answer, Properties};

pub(super) const PROPERTIES: Properties = Properties {
    name: "direct",
    matches: |_| true,
    body: |event| Ok(event.clone()),
    body_is_input: false,
    answer: Answer::Output(|_, output| output.clone()),
};
