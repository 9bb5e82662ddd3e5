//! `states:startExecution`: executions of this very server.

use std::sync::Arc;

use asl_engine::{Failure, Task};
use asl_model::{Pattern, error_name};
use asl_value::{Object, Value};

use super::{LocalTasks, token};
use crate::api::execution::described;
use crate::error::ApiError;
use crate::execution::{Ended, Execution, Start, start};
use crate::history::pascal_case;

pub(super) async fn start_execution(
    tasks: &LocalTasks,
    task: &Task<'_>,
    pattern: Pattern,
) -> Result<Value, Failure> {
    let text = |name: &str| task.arguments.get(name).and_then(Value::as_str);
    let input = task.arguments.get("Input").map(|input| match input {
        Value::String(text) => text.to_string(),
        other => other.to_json(),
    });
    let request = Start {
        machine: text("StateMachineArn").unwrap_or_default(),
        name: text("Name"),
        input: input.as_deref(),
        ..Start::default()
    };
    // Before the execution starts, for it may hand the token back at once.
    let waiting = (pattern != Pattern::RequestResponse).then(|| tasks.app.tokens.wait(token(task)));
    let child = start(&tasks.app, &request).map_err(|error| refused(tasks, &error))?;
    let mut started = Object::new();
    started.insert("ExecutionArn", child.arn.as_str().into());
    for (name, value) in tasks.metadata() {
        started.insert(name, value);
    }
    started.insert("StartDate", child.started.epoch_millis().into());
    let started = Value::Object(started);
    let Some(mut waiting) = waiting else { return Ok(started) };
    task.submitted(started);
    if pattern == Pattern::WaitForTaskToken {
        return waiting.end(task).await;
    }
    let mut child = StoppedWithParent(Some(child));
    let Some(running) = child.0.as_ref() else { return Ok(Value::Null) };
    tokio::select! {
        biased;
        // Recorded: the token of a job's task ends it early.
        result = waiting.end(task) => result,
        ended = running.end() => {
            let result = result(tasks, running, &ended, pattern);
            child.0 = None;
            result
        }
    }
}

/// An execution is stopped with the task that waits for it.
struct StoppedWithParent(Option<Arc<Execution>>);

impl Drop for StoppedWithParent {
    fn drop(&mut self) {
        if let Some(child) = &self.0 {
            child.stop(None, None);
        }
    }
}

fn result(tasks: &LocalTasks, child: &Execution, ended: &Ended, pattern: Pattern) -> Result<Value, Failure> {
    let mut described = described(&tasks.app, child, true);
    for name in ["startDate", "stopDate"] {
        if let Some(seconds) = described.get(name).and_then(Value::as_f64) {
            described.insert(name, Value::from((seconds * 1000.0).round() as i64));
        }
    }
    let Some(output) = ended.outcome.output() else {
        for name in ["redriveCount", "redriveStatus", "redriveStatusReason", "outputDetails"] {
            described.remove(name);
        }
        let cause = Value::Object(pascal_case(&described)).to_json();
        return Err(Failure::new(error_name::TASK_FAILED, cause));
    };
    let mut described = pascal_case(&described);
    if pattern == Pattern::Sync2 {
        described.insert("Input", child.input.clone());
        described.insert("Output", output.clone());
    }
    Ok(Value::Object(described))
}

/// The error of the call, in the words of the older SDK.
fn refused(tasks: &LocalTasks, error: &ApiError) -> Failure {
    let suffix = if error.name().ends_with("Exception") { "" } else { "Exception" };
    let cause = format!(
        "{} (Service: AWSStepFunctions; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)",
        error.message(),
        error.http_status(),
        error.name(),
        tasks.app.ids.uuid()
    );
    Failure::new(format!("StepFunctions.{}{suffix}", error.name()), cause)
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[test]
    fn names_become_pascal_case_and_sorted() {
        let value = json!({"name": "a", "inputDetails": {"included": true}, "executionArn": "b"});
        let expected = r#"{"ExecutionArn":"b","InputDetails":{"Included":true},"Name":"a"}"#;
        let object = value.as_object().expect("an object");
        assert_eq!(Value::Object(pascal_case(object)).to_json(), expected);
    }
}
