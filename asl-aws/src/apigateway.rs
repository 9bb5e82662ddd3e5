//! `apigateway:invoke`: calls an API of API Gateway.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html>

use std::time::Duration;

use asl_engine::{Failure, Task};
use asl_value::{Text, Value};
use hyper::Uri;

use crate::arguments::unusable;
use crate::egress::{Reach, is_loopback, not_configured};
use crate::endpoint::is_host_of_aws;
use crate::http::HttpRequest;
use crate::http_task::{check_headers, given, is_leaving, plain, query_of, result, url_path};
use crate::path::text;
use crate::sign::{SigningScope, sign};
use crate::{CallOptions, Caller, trace};

/// API Gateway's own limit is 29 seconds, but accounts can raise it.
const MAX_TIME: Duration = Duration::from_secs(300);

pub(crate) async fn invoke(caller: &Caller, task: &Task<'_>) -> Result<Value, Failure> {
    let arguments = &task.arguments;
    let mut request = request(arguments, task.trace_header);
    if caller.config().reach_at("API Gateway", &request.url).is_none() {
        return Err(client_error(&not_configured("ApiEndpoint")));
    }
    // With `RESOURCE_POLICY`, the API's policy decides about the signature.
    if matches!(text(arguments, "AuthType"), "IAM_ROLE" | "RESOURCE_POLICY") {
        sign_request(caller, &mut request, &CallOptions::of(task))
            .await
            .map_err(|error| client_error(&error))?;
    }
    let answer = caller.outside(request, MAX_TIME).await;
    let answer = answer.map_err(|error| client_error(&format!("Unable to execute HTTP request: {error}")))?;
    if (200..300).contains(&answer.status) {
        return Ok(result(&answer));
    }
    Err(Failure::new(format!("ApiGateway.{}", answer.status), String::from_utf8_lossy(&answer.body).as_ref()))
}

async fn sign_request(
    caller: &Caller,
    request: &mut HttpRequest,
    options: &CallOptions<'_>,
) -> Result<(), String> {
    let keys = caller.keys("ApiGateway", options.role_arn).await.map_err(|error| error.message)?;
    let scope =
        SigningScope { service: "execute-api", region: &caller.config().region, has_unsigned_body: false };
    let signature = sign(&request.method, &request.url, &request.headers, &request.body, &keys, &scope)?;
    request.headers.extend(signature);
    Ok(())
}

fn client_error(message: &str) -> Failure {
    Failure::new("ApiGateway.SdkClientException", message)
}

/// What is wrong with the arguments before anything is sent.
///
/// Recorded: header values must be lists.
///
/// UNRECORDED: how AWS treats a path that leaves its stage, and an endpoint with more than a host.
pub(crate) fn check(reach: Reach, arguments: &Value) -> Result<(), String> {
    // UNRECORDED: the text about forbidden headers of `apigateway:invoke`; here that of `http:invoke`.
    check_headers(arguments, is_forbidden)?;
    let headers = arguments.get("Headers");
    let has_lists = headers.is_none_or(|headers| {
        headers.as_object().is_some_and(|headers| headers.values().all(|value| value.as_array().is_some()))
    });
    let is_valid = |field: &&str| match *field {
        "Headers" => has_lists,
        "ApiEndpoint" => {
            let endpoint = text(arguments, field);
            !endpoint.contains(['?', '#', '@', '\\']) && is_gateway(&url_of(endpoint), reach)
        }
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

fn url_of(endpoint: &str) -> String {
    if endpoint.contains("://") { endpoint.to_owned() } else { format!("https://{endpoint}") }
}

/// Whether an endpoint belongs to API Gateway: `a1b2c3.execute-api.eu-west-1.amazonaws.com`. No other receives requests or
/// signatures, except one on this machine in a test.
///
/// Source: the page says that custom domain names are not supported.
fn is_gateway(url: &str, reach: Reach) -> bool {
    let uri: Option<Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    let is_of_aws = host.split('.').nth(1) == Some("execute-api") && is_host_of_aws(host);
    reach.allows(url) && (is_of_aws || is_loopback(host))
}

/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html>, «Request format»
fn is_forbidden(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "authorization",
        "connection",
        "content-md5",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "www-authenticate",
    ];
    const BEGINNINGS: &[&str] = &["x-amz-", "x-amzn-", "x-forwarded-"];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

fn request(arguments: &Value, trace_header: Option<&Text>) -> HttpRequest {
    let endpoint = text(arguments, "ApiEndpoint");
    let mut url = url_of(endpoint);
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
    let method = text(arguments, "Method").to_owned();
    HttpRequest { method, url, headers, body: body.into_bytes(), ..HttpRequest::default() }
}
