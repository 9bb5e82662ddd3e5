//! `states:startExecution`: what a task asks for that starts another execution, and what it results in. The execution
//! itself is the host's business: it may run in this process or on a server.

use asl_model::{Pattern, error_name};
use asl_value::{Object, Timestamp, Value, json};

use crate::Failure;

/// What the task asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'t> {
    /// `StateMachineArn`; empty if there is none.
    pub machine_arn: &'t str,
    /// `Name`
    pub name: Option<&'t str>,
    /// `Input` as JSON text, which it is as a string and becomes as anything else; `None` as well if it is `null`.
    pub input: Option<String>,
}

impl<'t> Request<'t> {
    /// Reads the arguments of the task.
    ///
    /// ```
    /// use asl_engine::nested::Request;
    /// use asl_value::json;
    /// let arguments = json!({"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:a", "Input": [1]});
    /// assert_eq!(Request::of(&arguments).input.as_deref(), Some("[1]"));
    /// assert_eq!(Request::of(&json!({"Input": null})).input, None);
    /// ```
    pub fn of(arguments: &'t Value) -> Request<'t> {
        let text = |name: &str| arguments.get(name).and_then(Value::as_str);
        // UNRECORDED: `Input: null` of `states:startExecution` is no input, as recorded of `aws-sdk:sfn:startExecution`.
        let input = arguments.get("Input").filter(|input| !input.is_null()).map(|input| match input {
            Value::String(text) => text.to_string(),
            other => other.to_json(),
        });
        Request { machine_arn: text("StateMachineArn").unwrap_or_default(), name: text("Name"), input }
    }
}

/// The result of a task that does not wait for the execution, and the `TaskSubmitted` of one that does.
///
/// ```json
/// {"ExecutionArn": "…", "SdkHttpMetadata": {…}, "SdkResponseMetadata": {…}, "StartDate": 1457956800500}
/// ```
pub fn started(
    execution_arn: &str,
    started: Timestamp,
    metadata: impl IntoIterator<Item = (&'static str, Value)>,
) -> Value {
    let arn = [("ExecutionArn", Value::from(execution_arn))];
    let date = [("StartDate", Value::from(started.epoch_millis()))];
    Value::Object(arn.into_iter().chain(metadata).chain(date).collect())
}

/// The members that the result of an optimised integration has beside those of its service.
pub fn metadata(request_id: &str) -> [(&'static str, Value); 2] {
    let http = json!({
        "AllHttpHeaders": {"x-amzn-RequestId": [request_id]},
        "HttpHeaders": {"x-amzn-RequestId": request_id},
        "HttpStatusCode": 200
    });
    [("SdkHttpMetadata", http), ("SdkResponseMetadata", json!({"RequestId": request_id}))]
}

/// The result of a task that waited for the execution (`.sync`, `.sync:2`), from what `DescribeExecution` shows of it
/// then.
///
/// # Errors
/// `States.TaskFailed` if the execution has no output; the cause is the description.
pub fn ended(
    mut described: Object,
    input: &Value,
    output: Option<&Value>,
    pattern: Pattern,
) -> Result<Value, Failure> {
    for name in ["startDate", "stopDate"] {
        if let Some(seconds) = described.get(name).and_then(Value::as_f64) {
            described.insert(name, Value::from((seconds * 1000.0).round() as i64));
        }
    }
    let Some(output) = output else {
        for name in ["redriveCount", "redriveStatus", "redriveStatusReason", "outputDetails"] {
            described.remove(name);
        }
        let cause = Value::Object(pascal_case(&described)).to_json();
        return Err(Failure::new(error_name::TASK_FAILED, cause));
    };
    let mut described = pascal_case(&described);
    if pattern == Pattern::Sync2 {
        described.insert("Input", input.clone());
        described.insert("Output", output.clone());
    }
    Ok(Value::Object(described))
}

/// The failure of a task whose call of the API was refused, in the words of the older SDK.
pub fn refused(error: &str, message: &str, status: u32, request_id: &str) -> Failure {
    let suffix = if error.ends_with("Exception") { "" } else { "Exception" };
    let cause = format!(
        "{message} (Service: AWSStepFunctions; Status Code: {status}; Error Code: {error}; Request ID: {request_id}; \
         Proxy: null)"
    );
    Failure::new(format!("StepFunctions.{error}{suffix}"), cause)
}

/// An object with the names of its members in PascalCase and sorted, all the way down.
fn pascal_case(value: &Object) -> Object {
    let mut members: Vec<_> = value
        .iter()
        .map(|(name, value)| {
            let mut letters = name.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            let name: String = first.into_iter().chain(letters).collect();
            let value = match value {
                Value::Object(inner) => Value::Object(pascal_case(inner)),
                other => other.clone(),
            };
            (name, value)
        })
        .collect();
    members.sort_by(|(a, _), (b, _)| a.cmp(b));
    members.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_pascal_case_and_sorted() {
        let value = json!({"name": "a", "inputDetails": {"included": true}, "executionArn": "b"});
        let expected = r#"{"ExecutionArn":"b","InputDetails":{"Included":true},"Name":"a"}"#;
        let object = value.as_object().expect("an object");
        assert_eq!(Value::Object(pascal_case(object)).to_json(), expected);
    }
}
