//! `eks:call` and `eks:runJob`: the Kubernetes API of a cluster, as the role of the task.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html>

mod cluster;

use asl_engine::{Failure, Task};
use asl_model::Pattern;
use asl_value::{Object, Value, json};
use hyper::Uri;

use crate::arguments::unusable;
use crate::egress::{Reach, is_loopback};
use crate::endpoint::is_host_of_cluster;
use crate::http_task::{is_leaving, query_of, result, url_path};
use crate::path::text;
use crate::polling::{Unanswered, poll};
use crate::protocol::percent_encoded;
use crate::sync::failed;
use crate::{Caller, Config, Polling};
use cluster::{Cluster, ClusterError};

/// Pods of a job whose logs are read.
const MAX_PODS: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClusterAction {
    Call,
    RunJob,
}

/// What is wrong with the arguments before anything is sent.
pub(crate) fn check(config: &Config, action: ClusterAction, arguments: &Value) -> Result<(), String> {
    let own: &[&str] = match action {
        ClusterAction::Call => &["Method", "Path"],
        ClusterAction::RunJob => &["Job"],
    };
    for name in ["ClusterName", "CertificateAuthority", "Endpoint"].iter().chain(own) {
        if arguments.get(name).is_none() {
            return Err(unusable(arguments, &format!("The field '{name}' is required but was missing")));
        }
    }
    // The endpoint receives a token.
    let is_valid = |field: &&str| match *field {
        "Endpoint" => {
            let endpoint = text(arguments, field);
            !endpoint.contains(['?', '#', '@', '\\']) && is_cluster(config, endpoint)
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

/// Whether an endpoint may receive a token: that of a cluster of EKS, the configured one, or this machine in a test. The
/// authority in the arguments proves nothing about a host in the same arguments.
fn is_cluster(config: &Config, url: &str) -> bool {
    let uri: Option<Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    match config.reach_at("EKS", url) {
        Some(Reach::Everything) => true,
        _ => config.reach.allows(url) && (is_host_of_cluster(host) || is_loopback(host)),
    }
}

/// `earlier` is the answer of the cluster to an earlier process, which has started the job.
///
/// UNRECORDED: results and errors of `eks:call` and `eks:runJob`; here those of `apigateway:invoke`, as `EKS.404`.
pub(crate) async fn call(
    caller: &Caller,
    polling: Polling,
    task: &Task<'_>,
    action: ClusterAction,
    pattern: Pattern,
    earlier: Option<Value>,
) -> Result<Value, Failure> {
    let arguments = &task.arguments;
    let cluster = Cluster { caller, task };
    if action == ClusterAction::Call {
        let path = format!("/{}", url_path(text(arguments, "Path").trim_start_matches('/')));
        let (query, body) = (query_of(arguments), arguments.get("RequestBody"));
        let answer = cluster.ask(text(arguments, "Method"), &path, &query, body).await?;
        return Ok(result(&answer));
    }
    let namespace = Some(text(arguments, "Namespace")).filter(|name| !name.is_empty()).unwrap_or("default");
    let jobs = format!("/apis/batch/v1/namespaces/{}/jobs", percent_encoded(namespace));
    let started = match earlier {
        Some(started) => started,
        None => result(&cluster.ask("POST", &jobs, "", arguments.get("Job")).await?),
    };
    if pattern != Pattern::Sync {
        return Ok(started);
    }
    let name =
        started.get("ResponseBody").map(|job| text(job, "metadata.name").to_owned()).unwrap_or_default();
    task.submitted(started);
    if name.is_empty() {
        return Err(ClusterError::client("the cluster's answer has no name of the job".to_owned()).into());
    }
    let mut job = ended(&cluster, polling, &format!("{jobs}/{}", percent_encoded(&name))).await?;
    if arguments.get("LogOptions").and_then(|options| options.get("RetrieveLogs")) == Some(&Value::Bool(true))
    {
        job.insert("logs", logs(&cluster, namespace, &name).await?);
    }
    let is_complete = has_condition(&job, "Complete");
    let job = Value::Object(job);
    if is_complete { Ok(job) } else { Err(failed(&job)) }
}

/// The job once it is complete or has failed.
async fn ended(cluster: &Cluster<'_>, polling: Polling, path: &str) -> Result<Object, Failure> {
    let ask = || async move {
        match cluster.ask("GET", path, "", None).await {
            Ok(answer) => Ok(match Value::parse_slice(&answer.body) {
                Ok(Value::Object(job)) => {
                    let has_ended = ["Complete", "Failed"].iter().any(|kind| has_condition(&job, kind));
                    has_ended.then_some(job)
                }
                _ => None,
            }),
            Err(error) => Err(Unanswered { is_passing: error.is_passing(), failure: error.into() }),
        }
    };
    poll(polling, cluster.task, ask).await
}

fn has_condition(job: &Object, kind: &str) -> bool {
    let conditions = job.get("status").and_then(|status| status.get("conditions")).and_then(Value::as_array);
    conditions.is_some_and(|conditions| {
        conditions.iter().any(|known| text(known, "type") == kind && text(known, "status") == "True")
    })
}

/// `{"pods": {"example-x7k2": {"containers": {"pi": {"log": 3.14}}}}}`
async fn logs(cluster: &Cluster<'_>, namespace: &str, job: &str) -> Result<Value, Failure> {
    let options = cluster.task.arguments.get("LogOptions").cloned().unwrap_or_default();
    let is_raw = options.get("RawLogs") == Some(&Value::Bool(true));
    let given =
        query_of(&json!({"QueryParameters": options.get("LogParameters").cloned().unwrap_or_default()}));
    let path = format!("/api/v1/namespaces/{}/pods", percent_encoded(namespace));
    let query = format!("labelSelector=job-name%3D{}", percent_encoded(job));
    let found = cluster.ask("GET", &path, &query, None).await?;
    let found = Value::parse_slice(&found.body).unwrap_or_default();
    let items = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_array).map(|list| list.to_vec()).unwrap_or_default()
    };
    let mut pods = Object::new();
    for pod in items(&found, "items").iter().take(MAX_PODS) {
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
            let log = cluster.ask("GET", &path, &query, None).await?;
            let log = String::from_utf8_lossy(&log.body);
            let parsed = if is_raw { None } else { Value::parse(&log).ok() };
            containers.insert(container, json!({"log": parsed.unwrap_or_else(|| log.as_ref().into())}));
        }
        pods.insert(name, json!({"containers": Value::Object(containers)}));
    }
    Ok(json!({"pods": Value::Object(pods)}))
}
