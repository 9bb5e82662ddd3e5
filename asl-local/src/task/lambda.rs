//! Lambda functions, by their ARN or by `lambda:invoke`, over Lambda's Invoke API.

use asl_engine::{Failure, Task};
use asl_model::Pattern;
use asl_value::{Object, Value, json};

use super::LocalTasks;
use super::invoke::{Answer, Invocation, invoke as call};

/// `arn:aws:lambda:…:function:name`: the input is the event, the result the function's own.
pub(super) async fn by_arn(tasks: &LocalTasks, task: &Task<'_>) -> Result<Value, Failure> {
    let function = task.resource.as_str();
    let payload = task.arguments.to_json();
    let invocation = Invocation { function, payload, ..Invocation::default() };
    let answer = answer(tasks, &invocation).await?;
    Ok(parsed(answer.payload))
}

/// `arn:aws:states:::lambda:invoke`
pub(super) async fn invoke(tasks: &LocalTasks, task: &Task<'_>, pattern: Pattern) -> Result<Value, Failure> {
    let text = |name: &str| task.arguments.get(name).and_then(Value::as_str);
    let invocation = Invocation {
        function: text("FunctionName").unwrap_or_default(),
        qualifier: text("Qualifier"),
        payload: task.arguments.get("Payload").map_or_else(|| "{}".to_owned(), Value::to_json),
        headers: [
            ("x-amz-invocation-type", text("InvocationType")),
            ("x-amz-log-type", text("LogType")),
            ("x-amz-client-context", text("ClientContext")),
        ],
    };
    // The token may come back before the invocation has.
    let mut waiting =
        (pattern == Pattern::WaitForTaskToken).then(|| tasks.app.tokens.wait(super::token(task)));
    let answer = answer(tasks, &invocation).await?;
    let mut result = Object::new();
    result.insert("ExecutedVersion", answer.version.as_deref().unwrap_or("$LATEST").into());
    if let Some(log) = &answer.log {
        result.insert("LogResult", log.as_str().into());
    }
    result.insert("Payload", parsed(answer.payload));
    for (name, value) in tasks.metadata() {
        result.insert(name, value);
    }
    result.insert("StatusCode", answer.status.into());
    let result = Value::Object(result);
    match &mut waiting {
        None => Ok(result),
        Some(waiting) => {
            task.submitted(result);
            waiting.end(task).await
        }
    }
}

async fn answer(tasks: &LocalTasks, invocation: &Invocation<'_>) -> Result<Answer, Failure> {
    let Some(endpoint) = &tasks.app.config.lambda_endpoint else {
        return Err(Failure::new(
            "Lambda.SdkClientException",
            format!(
                "no Lambda endpoint to invoke `{}` at; set LAMBDA_ENDPOINT or mock the task",
                invocation.function
            ),
        ));
    };
    let answer = call(endpoint, &tasks.app.home.region, invocation).await.map_err(|problem| {
        let message = format!("Unable to execute HTTP request: {problem}");
        Failure::new("Lambda.SdkClientException", message)
    })?;
    if answer.status >= 300 {
        return Err(refused(tasks, &answer));
    }
    if answer.is_function_error {
        return Err(raised(answer.payload));
    }
    Ok(answer)
}

/// The function ended with an error: its type, and the whole payload as cause.
fn raised(payload: String) -> Failure {
    let parsed = Value::parse(&payload).unwrap_or_default();
    match parsed.get("errorType").and_then(Value::as_str) {
        Some(error) => Failure::new(error, payload),
        // UNRECORDED: an error payload without a type.
        None => Failure::new("Lambda.Unknown", payload),
    }
}

/// Lambda itself refused, in the words of the older SDK.
fn refused(tasks: &LocalTasks, answer: &Answer) -> Failure {
    let code = answer.error_type.as_deref().unwrap_or("ServiceException");
    let body = Value::parse(&answer.payload).unwrap_or_default();
    let message = ["Message", "message"].iter().find_map(|name| body.get(name)?.as_str());
    let cause = format!(
        "{} (Service: AWSLambda; Status Code: {}; Error Code: {code}; Request ID: {}; Proxy: null)",
        message.unwrap_or(&answer.payload),
        answer.status,
        answer.request_id.clone().unwrap_or_else(|| tasks.app.ids.uuid())
    );
    Failure::new(format!("Lambda.{code}"), cause)
}

/// The payload, which is JSON unless the function is odd; nothing is `null`.
fn parsed(payload: String) -> Value {
    if payload.is_empty() {
        return json!({});
    }
    Value::parse(&payload).unwrap_or_else(|_| payload.into())
}
