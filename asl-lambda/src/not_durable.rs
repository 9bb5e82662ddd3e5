//! Events of durable executions, in a function that does not continue them.

use asl_engine::Failure;
use asl_model::error_name;
use asl_value::{Value, json};

/// Why the execution of this event cannot be continued. `None` for the event of an ordinary invocation, which has no token.
pub(crate) fn failure(event: &Value) -> Option<Failure> {
    event.get("DurableExecutionArn")?.as_str()?;
    event.get("CheckpointToken")?.as_str()?;
    let cause = match cfg!(feature = "durable") {
        true => "this function cannot call the API of durable executions",
        false => "this function is built without the feature `durable`, which continues durable executions",
    };
    Some(Failure::new(error_name::RUNTIME, cause))
}

/// The answer that ends the execution. After an error, Lambda would invoke the function again and again.
pub(crate) fn answer(failure: &Failure) -> Value {
    let Failure { error, cause, .. } = failure;
    let text = |text: &Option<_>| text.clone().unwrap_or_default();
    json!({"Status": "FAILED", "Error": {"ErrorType": (text(error)), "ErrorMessage": (text(cause))}})
}
