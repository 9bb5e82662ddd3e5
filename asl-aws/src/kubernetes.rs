//! `eks:call` and `eks:runJob`: the Kubernetes API of a cluster, as the role of the task.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html>

use std::time::Duration;

use asl_engine::{Failure, Task};
use asl_model::Pattern;
use asl_value::{Object, Value, json};

use crate::call::unusable;
use crate::egress::Reach;
use crate::http::{HttpAnswer, HttpRequest, send_trusting};
use crate::http_task::{is_leaving, plain, query_of, result, url_path};
use crate::optimised::job_failed;
use crate::path::text;
use crate::protocol::percent_encoded;
use crate::{Aws, CallOptions};

const MOST_TIME: Duration = Duration::from_secs(60);

/// Questions in a row that may go unanswered.
const MOST_UNANSWERED: u32 = 10;

/// Pods of a job whose logs are read.
const MOST_PODS: usize = 50;

/// What is wrong with the arguments before anything is asked.
pub(crate) fn check(reach: Reach, action: &str, arguments: &Value) -> Result<(), String> {
    let own: &[&str] = if action == "call" { &["Method", "Path"] } else { &["Job"] };
    for name in ["ClusterName", "CertificateAuthority", "Endpoint"].iter().chain(own) {
        if arguments.get(name).is_none() {
            return Err(unusable(arguments, &format!("The field '{name}' is required but was missing")));
        }
    }
    // A token is sent there.
    let is_valid = |field: &&str| match *field {
        "Endpoint" => {
            reach.allows(text(arguments, field)) && !text(arguments, field).contains(['?', '#', '@'])
        }
        "Path" => !is_leaving(text(arguments, field)),
        _ => !text(arguments, field).contains(['/', '%', '?', '#', '.']),
    };
    match ["Endpoint", "Path", "Namespace"].iter().find(|field| !is_valid(field)) {
        Some(field) if arguments.get(field).is_some() => {
            Err(unusable(arguments, &format!("The value of the field '{field}' has an invalid format")))
        }
        _ => Ok(()),
    }
}

/// UNRECORDED: results and errors of `eks:call` and `eks:runJob`; here those of `apigateway:invoke`, as `EKS.404`.
pub(crate) async fn call(
    aws: &Aws,
    task: &Task<'_>,
    action: &str,
    pattern: Pattern,
) -> Result<Value, Failure> {
    let arguments = &task.arguments;
    if action == "call" {
        let path = format!("/{}", url_path(text(arguments, "Path").trim_start_matches('/')));
        let (query, body) = (query_of(arguments), arguments.get("RequestBody"));
        let answer = ask(aws, task, text(arguments, "Method"), &path, &query, body).await?;
        return Ok(result(&answer));
    }
    let namespace = Some(text(arguments, "Namespace")).filter(|name| !name.is_empty()).unwrap_or("default");
    let jobs = format!("/apis/batch/v1/namespaces/{}/jobs", percent_encoded(namespace));
    let started = ask(aws, task, "POST", &jobs, "", arguments.get("Job")).await?;
    let started = result(&started);
    if pattern != Pattern::Sync {
        return Ok(started);
    }
    let name =
        started.get("ResponseBody").map(|job| text(job, "metadata.name").to_owned()).unwrap_or_default();
    task.submitted(started);
    if name.is_empty() {
        return Err(Failure::new(CLIENT, "the cluster's answer has no name of the job"));
    }
    let job = ended(aws, task, &format!("{jobs}/{}", percent_encoded(&name))).await?;
    let Value::Object(mut job) = job else { return Ok(job) };
    if arguments.get("LogOptions").and_then(|options| options.get("RetrieveLogs")) == Some(&Value::Bool(true))
    {
        job.insert("logs", logs(aws, task, namespace, &name).await?);
    }
    match has_condition(&job, "Complete") {
        true => Ok(Value::Object(job)),
        false => Err(job_failed(&Value::Object(job))),
    }
}

/// The job when it is complete or has failed.
async fn ended(aws: &Aws, task: &Task<'_>, path: &str) -> Result<Value, Failure> {
    let mut time = aws.polling().first;
    let mut unanswered = 0;
    loop {
        task.sleep(time).await;
        time = time.mul_f64(1.5).min(aws.polling().longest);
        match ask(aws, task, "GET", path, "", None).await {
            Ok(answer) => {
                unanswered = 0;
                let job = Value::parse_slice(&answer.body).unwrap_or_default();
                let has_ended =
                    |job: &Object| ["Complete", "Failed"].iter().any(|kind| has_condition(job, kind));
                if job.as_object().is_some_and(has_ended) {
                    return Ok(job);
                }
            }
            Err(failure) if unanswered < MOST_UNANSWERED && is_passing(&failure) => unanswered += 1,
            Err(failure) => return Err(failure),
        }
    }
}

fn has_condition(job: &Object, kind: &str) -> bool {
    let conditions = job.get("status").and_then(|status| status.get("conditions")).and_then(Value::as_array);
    conditions.is_some_and(|conditions| {
        conditions.iter().any(|known| text(known, "type") == kind && text(known, "status") == "True")
    })
}

/// Whether it is worth asking again.
fn is_passing(failure: &Failure) -> bool {
    let error = failure.error.as_deref().unwrap_or_default();
    error == "EKS.429" || error.starts_with("EKS.5") || error == CLIENT
}

/// `{"pods": {"example-x7k2": {"containers": {"pi": {"log": 3.14}}}}}`
async fn logs(aws: &Aws, task: &Task<'_>, namespace: &str, job: &str) -> Result<Value, Failure> {
    let options = task.arguments.get("LogOptions").cloned().unwrap_or_default();
    let is_raw = options.get("RawLogs") == Some(&Value::Bool(true));
    let given =
        query_of(&json!({"QueryParameters": options.get("LogParameters").cloned().unwrap_or_default()}));
    let path = format!("/api/v1/namespaces/{}/pods", percent_encoded(namespace));
    let query = format!("labelSelector=job-name%3D{}", percent_encoded(job));
    let found = ask(aws, task, "GET", &path, &query, None).await?;
    let found = Value::parse_slice(&found.body).unwrap_or_default();
    let items = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_array).map(|list| list.to_vec()).unwrap_or_default()
    };
    let mut pods = Object::new();
    for pod in items(&found, "items").iter().take(MOST_PODS) {
        let name = text(pod, "metadata.name");
        let mut containers = Object::new();
        for container in items(pod.get("spec").unwrap_or(&Value::Null), "containers") {
            let container = text(&container, "name");
            let path = format!("{path}/{}/log", percent_encoded(name));
            let query = format!(
                "container={}{}{given}",
                percent_encoded(container),
                if given.is_empty() { "" } else { "&" }
            );
            let log = ask(aws, task, "GET", &path, &query, None).await?;
            let log = String::from_utf8_lossy(&log.body);
            let parsed = if is_raw { None } else { Value::parse(&log).ok() };
            containers.insert(container, json!({"log": parsed.unwrap_or_else(|| log.as_ref().into())}));
        }
        pods.insert(name, json!({"containers": Value::Object(containers)}));
    }
    Ok(json!({"pods": Value::Object(pods)}))
}

const CLIENT: &str = "EKS.SdkClientException";

/// One exchange with the cluster, over TLS with the cluster's own authority.
async fn ask(
    aws: &Aws,
    task: &Task<'_>,
    method: &str,
    path: &str,
    query: &str,
    body: Option<&Value>,
) -> Result<HttpAnswer, Failure> {
    let arguments = &task.arguments;
    let failed = |message: &str| Failure::new(CLIENT, message);
    let token = aws.caller().token_of_cluster(text(arguments, "ClusterName"), &CallOptions::of(task)).await;
    let token = token.map_err(|error| failed(&error.message))?;
    let question = if query.is_empty() { "" } else { "?" };
    let url = format!("{}{path}{question}{query}", text(arguments, "Endpoint").trim_end_matches('/'));
    let mut headers = vec![
        ("authorization".to_owned(), format!("Bearer {token}")),
        ("user-agent".to_owned(), "Amazon|StepFunctions".to_owned()),
    ];
    let body = body.map(plain).unwrap_or_default();
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let request = HttpRequest {
        method: method.to_owned(),
        url,
        headers,
        body: body.into_bytes(),
        ..HttpRequest::default()
    };
    let reach = aws.caller().config().reach;
    let answer = send_trusting(text(arguments, "CertificateAuthority"), request, MOST_TIME, reach).await;
    let answer = answer.map_err(|error| failed(&format!("Unable to execute HTTP request: {error}")))?;
    match (200..300).contains(&answer.status) {
        true => Ok(answer),
        false => {
            let cause = String::from_utf8_lossy(&answer.body);
            Err(Failure::new(format!("EKS.{}", answer.status), cause.as_ref()))
        }
    }
}
