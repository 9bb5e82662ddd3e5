//! `apigateway:invoke`: an API of API Gateway.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html>

use std::time::Duration;

use asl_engine::{Failure, Task};
use asl_value::{Text, Value};

use crate::call::unusable;
use crate::http::HttpRequest;
use crate::http_task::{given, is_leaving, plain, query_of, result, url_path};
use crate::path::text;
use crate::{Aws, CallOptions, trace};

/// API Gateway's own limit is 29 seconds, unless it is raised.
const MOST_TIME: Duration = Duration::from_secs(300);

pub(crate) async fn invoke(aws: &Aws, task: &Task<'_>) -> Result<Value, Failure> {
    let arguments = &task.arguments;
    let mut request = request(arguments, task.trace_header);
    // With a resource policy it is the policy of the API that decides about the signature.
    if matches!(text(arguments, "AuthType"), "IAM_ROLE" | "RESOURCE_POLICY") {
        let signed = aws.caller().sign(&mut request, "execute-api", &CallOptions::of(task)).await;
        signed.map_err(|error| client_error(&error.message))?;
    }
    let answer = aws.caller().http(request, MOST_TIME).await;
    let answer = answer.map_err(|error| client_error(&format!("Unable to execute HTTP request: {error}")))?;
    if (200..300).contains(&answer.status) {
        return Ok(result(&answer));
    }
    Err(Failure::new(format!("ApiGateway.{}", answer.status), String::from_utf8_lossy(&answer.body).as_ref()))
}

fn client_error(message: &str) -> Failure {
    Failure::new("ApiGateway.SdkClientException", message)
}

/// Recorded: header values must be lists. UNRECORDED: what AWS makes of a path that leaves its stage, and of an endpoint
/// with more than a host.
pub(crate) fn check(arguments: &Value) -> Result<(), String> {
    let headers = arguments.get("Headers");
    let has_lists = headers.is_none_or(|headers| {
        headers.as_object().is_some_and(|headers| headers.values().all(|value| value.as_array().is_some()))
    });
    let is_valid = |field: &&str| match *field {
        "Headers" => has_lists,
        "ApiEndpoint" => !text(arguments, field).contains(['?', '#', '@', '\\']),
        field => !is_leaving(text(arguments, field)),
    };
    match ["Headers", "ApiEndpoint", "Stage", "Path"].iter().find(|field| !is_valid(field)) {
        None => Ok(()),
        Some(field) => {
            let problem = format!("The value of the field '{field}' has an invalid format");
            Err(unusable(arguments, &problem))
        }
    }
}

fn request(arguments: &Value, trace_header: Option<&Text>) -> HttpRequest {
    let endpoint = text(arguments, "ApiEndpoint");
    let mut url = if endpoint.contains("://") { endpoint.to_owned() } else { format!("https://{endpoint}") };
    for part in ["Stage", "Path"] {
        let part = text(arguments, part).trim_start_matches('/');
        if !part.is_empty() {
            url.push('/');
            url.push_str(&url_path(part));
        }
    }
    let query = query_of(arguments);
    if !query.is_empty() {
        url = format!("{url}?{query}");
    }
    let mut headers = vec![("user-agent".to_owned(), "Amazon|StepFunctions".to_owned())];
    headers.extend(trace_header.map(|header| trace::header(header)));
    for (name, values) in given(arguments, "Headers") {
        let values = values.as_array().map(|values| values.to_vec()).unwrap_or_default();
        headers.extend(values.iter().map(|value| (name.to_ascii_lowercase(), plain(value))));
    }
    let body = match arguments.get("RequestBody") {
        None | Some(Value::Null) => String::new(),
        Some(body) => plain(body),
    };
    if !body.is_empty() && !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    HttpRequest { method: text(arguments, "Method").to_owned(), url, headers, body: body.into_bytes() }
}
