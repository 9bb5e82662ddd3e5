//! `http:invoke`: calls any HTTPS endpoint, with the authorization of an EventBridge connection.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html>

mod connection;
mod encoding;
mod parameters;
mod request;
mod token;

use std::time::Duration;

use asl_engine::{Failure, Task, TraceHeaders};
use asl_model::error_name;
use asl_value::{Object, Value, json};
use hyper::http::uri::Authority;

use crate::Caller;
use crate::arguments::unusable;
use crate::egress::{Reach, is_loopback};
use crate::http::HttpAnswer;
use crate::path::{at, text};
pub(crate) use encoding::{given, is_leaving, plain, query_of, url_path};
use request::request;

/// The longest that AWS waits for a response.
const MAX_TIME: Duration = Duration::from_secs(60);

pub(crate) async fn invoke(caller: &Caller, task: &Task<'_>) -> Result<Value, Failure> {
    let arguments = &task.arguments;
    let connection = match connection_arn(arguments) {
        Some(arn) => connection::resolve(caller, task, arn).await?,
        None => connection::Connection::default(),
    };
    let mut request = request(&caller.config().region, arguments, &connection.parameters).map_err(refused)?;
    if let Some(trace) = task.trace_headers {
        add_trace(&mut request.headers, trace);
    }
    let answer = caller.outside(request, MAX_TIME).await;
    // UNRECORDED: the cause of States.Http.Socket.
    let answer = answer.map_err(|error| Failure::new(error_name::HTTP_SOCKET, error.to_string()))?;
    if let (Some(key), 401 | 407) = (&connection.token_key, answer.status) {
        token::forget(caller, key).await;
    }
    let result = result(&answer);
    if (200..300).contains(&answer.status) {
        return Ok(result);
    }
    // UNRECORDED: the cause of States.Http.StatusCode.N.
    Err(Failure::new(format!("States.Http.StatusCode.{}", answer.status), result.to_json()))
}

/// Adds the trace of the task. Headers that the machine or its connection set stay as they are: the two belong together.
fn add_trace(headers: &mut Vec<(String, String)>, trace: &TraceHeaders) {
    if headers.iter().any(|(name, _)| matches!(name.as_str(), "traceparent" | "tracestate")) {
        return;
    }
    headers.push(("traceparent".to_owned(), trace.traceparent.to_string()));
    headers.extend(trace.tracestate.iter().map(|state| ("tracestate".to_owned(), state.to_string())));
}

/// What is wrong with the arguments before anything is sent.
pub(crate) fn check(reach: Reach, arguments: &Value) -> Result<(), String> {
    // UNRECORDED: the text about forbidden headers of an HTTP task.
    check_headers(arguments, is_forbidden)?;
    let endpoint = text(arguments, "ApiEndpoint");
    // Source: the page says that a connection is required. A test on this machine does not need one.
    let is_test = reach == Reach::InternetAndLoopback && is_loopback_url(endpoint);
    let missing = |name: &&&str| match **name {
        "Authentication" => !is_test && connection_arn(arguments).is_none(),
        name => arguments.get(name).is_none(),
    };
    if let Some(name) = ["ApiEndpoint", "Method", "Authentication"].iter().find(missing) {
        return Err(unusable(arguments, &format!("The field '{name}' is required but was missing")));
    }
    if !reach.allows(endpoint.split(['?', '#']).next().unwrap_or_default()) {
        // UNRECORDED: the text about an endpoint without TLS, or one that no task may call.
        return Err(unusable(arguments, "The value of the field 'ApiEndpoint' has an invalid format"));
    }
    Ok(())
}

/// Refuses headers that a task must not set.
pub(crate) fn check_headers(arguments: &Value, is_forbidden: fn(&str) -> bool) -> Result<(), String> {
    let headers = arguments.get("Headers").and_then(Value::as_object);
    let names = headers.into_iter().flat_map(Object::keys);
    let forbidden: Vec<&str> = names.map(|name| name.as_str()).filter(|name| is_forbidden(name)).collect();
    match forbidden.is_empty() {
        true => Ok(()),
        false => {
            let list = forbidden.join(", ");
            Err(unusable(arguments, &format!("The following headers are not supported: {list}")))
        }
    }
}

/// Whether a URL names this machine.
pub(crate) fn is_loopback_url(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    authority.parse::<Authority>().is_ok_and(|authority| is_loopback(authority.host()))
}

fn refused(problem: String) -> Failure {
    Failure::new(error_name::RUNTIME, problem)
}

fn connection_arn(arguments: &Value) -> Option<&str> {
    ["Authentication.ConnectionArn", "InvocationConfig.ConnectionArn"]
        .iter()
        .find_map(|path| at(arguments, path)?.as_str())
}

/// `{"Headers": {"content-type": ["application/json"]}, "ResponseBody": …, "StatusCode": 200, "StatusText": "OK"}`
pub(crate) fn result(answer: &HttpAnswer) -> Value {
    let mut headers = Object::new();
    for (name, value) in &answer.headers {
        let mut values: Vec<Value> =
            headers.get(name).and_then(Value::as_array).map(|known| known.to_vec()).unwrap_or_default();
        values.push(value.as_str().into());
        headers.insert(name.as_str(), Value::from(values));
    }
    let body = String::from_utf8_lossy(&answer.body);
    let body = Value::parse(&body).unwrap_or_else(|_| body.as_ref().into());
    json!({
        "Headers": Value::Object(headers),
        "ResponseBody": body,
        "StatusCode": u32::from(answer.status),
        "StatusText": answer.reason.as_str()
    })
}

/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#http-task-req-headers>
fn is_forbidden(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "a-im",
        "accept-charset",
        "accept-datetime",
        "accept-encoding",
        "authorization",
        "cache-control",
        "connection",
        "content-encoding",
        "content-md5",
        "date",
        "expect",
        "forwarded",
        "from",
        "host",
        "http2-settings",
        "max-forwards",
        "origin",
        "pragma",
        "proxy-authorization",
        "referer",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "warning",
    ];
    const BEGINNINGS: &[&str] = &["if-", "x-forwarded-", "x-amz-", "x-amzn-"];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}
