//! The optimised integrations: what of them differs from the plain call of an operation.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>

mod agentcore;
mod bedrock;
pub(crate) mod ecs;
mod emr;
mod events;
pub(crate) mod lambda;
mod service;
mod sqs;

use asl_engine::{Failure, Task};
use asl_model::error_name;
use asl_value::{Object, Value};

use crate::arguments::Rules;
use crate::call::unusable;
use crate::error::role_refused;
use crate::{Answer, Aws, CallOptions, Caller, ErrorKind, Names, ServiceError};
pub(crate) use service::Service;

/// Starts the work of a task, and answers what a request-response task answers.
pub(crate) async fn start(
    aws: &Aws,
    task: &Task<'_>,
    service: &Service,
    action: &str,
) -> Result<Value, Failure> {
    match (service.name, action) {
        ("lambda", _) => lambda::invoke(aws, task, service).await,
        ("bedrock", "invokeModel") => bedrock::invoke_model(aws, task, service).await,
        ("bedrockagentcore", _) => agentcore::invoke_harness(aws, task, service).await,
        ("elasticmapreduce", _) => emr::call(aws, task, service, action).await,
        ("events", _) => events::put_events(aws, task, service).await,
        ("ecs", _) => ecs::run_task(aws, task, service).await,
        _ => {
            let answer = send(aws, task, service, action, task.arguments.clone()).await?;
            Ok(result(service, action, &task.arguments, &answer))
        }
    }
}

/// Refuses arguments that the operation does not take, or of another type than it does.
pub(crate) fn check(caller: &Caller, service: &str, action: &str, arguments: &Value) -> Result<(), String> {
    let Some(service) = Service::named(service) else { return Ok(()) };
    let (operation, params) = match (service.name, action) {
        ("bedrock", "invokeModel") => (action, bedrock::request(arguments)),
        ("elasticmapreduce", _) => match emr::request(action, arguments) {
            Some(request) => request,
            None => return Ok(()),
        },
        _ => (action, arguments.clone()),
    };
    let problems = caller.problems(service.sdk_name(operation), operation, &params, Names::Model)?;
    if problems.is_empty() {
        return Ok(());
    }
    let problems = match service.name {
        "elasticmapreduce" => emr::in_own_names(action, problems.join(", ")),
        _ => problems.join(", "),
    };
    Err(unusable(arguments, &problems))
}

/// What the optimised integrations make of an operation's parameters, by the id of its service.
pub(crate) fn rules(service_id: &str, operation: &str) -> Rules {
    let documents: &[&str] = match (service_id, operation) {
        ("Bedrock Runtime", "InvokeModel") => &["body"],
        ("EventBridge", "PutEvents") => &["Detail"],
        ("Lambda", "Invoke") => &["Payload"],
        ("SFN", "StartExecution") => &["input"],
        ("SNS", "Publish") => &["Message"],
        ("SQS", "SendMessage") => &["MessageBody"],
        _ => &[],
    };
    // Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html>, whose example passes
    // `"RetryStrategy": {"attempts": 5}` to AWS Batch. Of ECS it is observed that inner members too are in PascalCase alone.
    //
    // UNRECORDED: which optimised integrations take camelCase. Here Batch alone does, of inner structures alone.
    let takes_own_spelling = service_id == "Batch";
    Rules { names: Names::Model, are_types_fixed: true, documents, takes_own_spelling }
}

/// Calls an operation as an optimised integration does: the role of the task, the names of the model, the errors of the
/// older SDK.
pub(crate) async fn send(
    aws: &Aws,
    task: &Task<'_>,
    service: &Service,
    operation: &str,
    params: Value,
) -> Result<Answer, Failure> {
    let endpoint = if service.name == "sqs" { sqs::endpoint(&task.arguments) } else { None };
    let options = CallOptions { names: Names::Model, endpoint, ..CallOptions::of(task) };
    outcome(aws.caller().call(service.sdk_name(operation), operation, params, &options).await, task, service)
}

/// What came of a call, errors in the words of the integration.
fn outcome<T>(answer: Result<T, ServiceError>, task: &Task<'_>, service: &Service) -> Result<T, Failure> {
    answer.map_err(|error| role_refused(&error, task).unwrap_or_else(|| service.failure(&error)))
}

/// The result of a task.
fn result(service: &Service, action: &str, arguments: &Value, answer: &Answer) -> Value {
    let mut members = members(&answer.output);
    if let ("emr-serverless", "startApplication" | "stopApplication" | "deleteApplication") =
        (service.name, action)
        && let Some(id) = arguments.get("ApplicationId")
    {
        // The API answers nothing.
        members.insert("ApplicationId", id.clone());
    }
    with_metadata(members, answer)
}

fn members(output: &Value) -> Object {
    output.as_object().cloned().unwrap_or_default()
}

/// The result of an optimised integration: the output with what the older SDK tells of the response, sorted by name.
fn with_metadata(output: Object, answer: &Answer) -> Value {
    let mut all = Object::new();
    let mut each = Object::new();
    for (name, value) in &answer.headers {
        all.insert(name.as_str(), Value::from_iter([Value::from(value.as_str())]));
        each.insert(name.as_str(), value.as_str().into());
    }
    let http: Object = [
        ("AllHttpHeaders", Value::Object(all)),
        ("HttpHeaders", Value::Object(each)),
        ("HttpStatusCode", u32::from(answer.status).into()),
    ]
    .into_iter()
    .collect();
    let response: Object = [("RequestId", Value::from(answer.request_id.as_str()))].into_iter().collect();
    let mut members = output;
    members.insert("SdkHttpMetadata", Value::Object(http));
    members.insert("SdkResponseMetadata", Value::Object(response));
    Value::Object(sorted(members))
}

/// Members by their names, as the older SDK has them (recorded).
pub(crate) fn sorted(members: Object) -> Object {
    let mut members = members.into_members();
    members.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
    members.into_iter().collect()
}

impl Service {
    /// An error of the service in the words of the older SDK.
    pub(crate) fn failure(&self, error: &ServiceError) -> Failure {
        match error.kind {
            ErrorKind::Role => error.failure(),
            ErrorKind::Client => {
                Failure::new(format!("{}.SdkClientException", self.prefix), error.message.as_str())
            }
            _ if self.sdk.is_empty() => {
                let mut failure = error.failure();
                let class = failure.error.as_deref().and_then(|error| error.split_once('.'));
                if let Some((_, class)) = class {
                    failure.error = Some(format!("{}.{class}", self.prefix).into());
                }
                failure
            }
            _ => {
                let base = || format!("{}Exception", self.sdk.trim_end_matches("v2"));
                let exception = error.exception.as_ref().map_or_else(base, |exception| exception.to_string());
                let cause = format!(
                    "{} (Service: {}; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)",
                    error.message_or_null(),
                    self.sdk,
                    error.status,
                    error.code,
                    error.request_id
                );
                Failure::new(format!("{}.{exception}", self.prefix), cause)
            }
        }
    }
}

/// `States.TaskFailed` of a job, which is told as JSON.
pub(crate) fn job_failed(job: &Value) -> Failure {
    Failure::new(error_name::TASK_FAILED, job.to_json())
}

#[cfg(test)]
mod tests;
