//! `.sync` and `.waitForTaskToken`, which a setting allows.

use asl_engine::{Engine, Failure, Registry, Task, TaskHandler};
use asl_lambda::{Adapter, Config, InitError, Invocation, handle};
use asl_value::{Timestamp, Value, json};

use crate::machine::program;

/// Begins what a task waits for, which never ends.
struct Begins;

#[async_trait::async_trait]
impl TaskHandler for Begins {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        task.submitted(json!({}));
        std::future::pending().await
    }
}

fn adapter(resource: &str, more: Value, vars: &[(&str, &str)]) -> Result<Adapter, InitError> {
    let mut state = json!({"Type": "Task", "Resource": format!("arn:aws:states:::{resource}"), "End": true});
    if let (Value::Object(state), Value::Object(more)) = (&mut state, more) {
        state.extend(more);
    }
    let definition = json!({"StartAt": "Job", "States": {"Job": state}});
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let engine = Engine::builder().tasks(Registry::new().fallback(Begins)).build();
    Adapter::new(program(&definition), engine, Config::from_vars(vars).expect("a configuration"))
}

#[test]
fn what_waits_is_refused_at_the_start() {
    for resource in
        ["glue:startJobRun.sync", "states:startExecution.sync:2", "sqs:sendMessage.waitForTaskToken"]
    {
        let error = adapter(resource, json!({}), &[]).unwrap_err();
        assert_eq!(error.error_type(), "InvalidDefinition");
        let message = format!(
            "Invalid State Machine Definition: 'Express state machine does not support the pattern of \
             `arn:aws:states:::{resource}`' (ASL_EXPRESS_PATTERNS=all allows it, in a function that waits)"
        );
        assert_eq!(error.to_string(), message);
        assert_eq!(error.lines().len(), 1);
    }
    assert!(adapter("sqs:sendMessage", json!({}), &[]).is_ok());
}

#[test]
fn what_outlasts_the_invocation_times_out() {
    let late = "the deadline of the execution passed in state `Job`";
    let callback = "sqs:sendMessage.waitForTaskToken";
    for (resource, more, error, cause) in [
        ("glue:startJobRun.sync", json!({}), "States.Timeout", late),
        (callback, json!({}), "States.Timeout", late),
        (callback, json!({"TimeoutSeconds": 3}), "States.Timeout", ""),
        (callback, json!({"HeartbeatSeconds": 2}), "States.Timeout", ""),
    ] {
        let adapter = adapter(resource, more, &[("ASL_EXPRESS_PATTERNS", "all")]).expect("an adapter");
        let deadline = Timestamp::EPOCH.plus(std::time::Duration::from_secs(1_000_000_000_000));
        let deadline = if cause.is_empty() { deadline } else { Timestamp::EPOCH };
        let invocation = Invocation::new("r-1").with_deadline(deadline);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let failed = runtime.block_on(handle(&adapter, json!({}), invocation)).unwrap_err();
        assert_eq!((failed.error_type.as_str(), failed.error_message.as_str()), (error, cause));
    }
}
