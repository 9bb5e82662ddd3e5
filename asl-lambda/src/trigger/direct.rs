//! Any event that no other trigger claims: a direct invocation, EventBridge Scheduler, a test in the console.
//!
//! ```json
//! {"orderId": "o-1", "items": [{"sku": "mug", "quantity": 2}]}
//! ```
//!
//! The event is the input and the output is the response. A failed execution fails the invocation with the error name as
//! `errorType` and the cause as `errorMessage`, so that a state machine that calls the function sees the very same error.
