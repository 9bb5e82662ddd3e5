//! `http:invoke`: calls any HTTPS endpoint, with the authorization of an EventBridge connection.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html>

mod connection;
mod encoding;
mod parameters;
mod token;

use std::time::Duration;

use asl_engine::{Failure, Task};
use asl_model::error_name;
use asl_value::{Object, Value, json};
use hyper::http::uri::Authority;

use crate::Caller;
use crate::arguments::unusable;
use crate::egress::{Reach, is_loopback};
use crate::http::{HttpAnswer, HttpRequest};
use crate::path::{at, text};
use encoding::{ArrayFormat, add_query, default_header, form, query, set_header};
pub(crate) use encoding::{is_leaving, plain, url_path};
use parameters::Parameters;

/// The longest that AWS waits for a response.
const MAX_TIME: Duration = Duration::from_secs(60);

/// The requested part of the response: one byte more than a state's data may have.
const RANGE: &str = "bytes=0-262144";

pub(crate) async fn invoke(caller: &Caller, task: &Task<'_>) -> Result<Value, Failure> {
    let arguments = &task.arguments;
    let connection = match connection_arn(arguments) {
        Some(arn) => connection::resolve(caller, task, arn).await?,
        None => connection::Connection::default(),
    };
    let request = request(caller, arguments, &connection.parameters).map_err(refused)?;
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

/// What is wrong with the arguments before anything is sent.
pub(crate) fn check(reach: Reach, arguments: &Value) -> Result<(), String> {
    let headers = arguments.get("Headers").and_then(Value::as_object);
    let names = headers.into_iter().flat_map(Object::keys);
    let forbidden: Vec<&str> = names.map(|name| name.as_str()).filter(|name| is_forbidden(name)).collect();
    if !forbidden.is_empty() {
        // UNRECORDED: the text about forbidden headers of an HTTP task.
        let list = forbidden.join(", ");
        return Err(unusable(arguments, &format!("The following headers are not supported: {list}")));
    }
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

fn request(caller: &Caller, arguments: &Value, connection: &Parameters) -> Result<HttpRequest, String> {
    let format = ArrayFormat::of(text(arguments, "Transform.RequestEncodingOptions.ArrayFormat"));
    let is_form = text(arguments, "Transform.RequestBodyEncoding") == "URL_ENCODED";
    let mut headers = vec![
        ("user-agent".to_owned(), format!("Amazon|StepFunctions|HttpInvoke|{}", caller.config().region)),
        ("range".to_owned(), RANGE.to_owned()),
    ];
    for (name, value) in given(arguments, "Headers") {
        set_header(&mut headers, &name, plain(&value));
    }
    // The connection takes precedence.
    for (name, value) in &connection.headers {
        set_header(&mut headers, name, value.clone());
    }
    let mut parameters = given(arguments, "QueryParameters");
    for (name, value) in &connection.query {
        parameters.retain(|(known, _)| known != name);
        parameters.push((name.clone(), value.clone()));
    }
    // Query parameters after a fragment would not be sent.
    let endpoint = text(arguments, "ApiEndpoint").split('#').next();
    let mut url = endpoint.unwrap_or_default().to_owned();
    add_query(&mut url, &query(&parameters, format));
    let body = match (arguments.get("RequestBody"), connection.body.is_empty()) {
        (None, true) => None,
        (Some(Value::String(body)), true) => Some(Value::String(body.clone())),
        (Some(Value::Object(body)), _) => Some(Value::Object(merged(body.clone(), &connection.body))),
        (None, false) => Some(Value::Object(merged(Object::new(), &connection.body))),
        (Some(body), true) => Some(body.clone()),
        (Some(_), false) => {
            // UNRECORDED: the text about a body that the connection's parameters cannot be merged into.
            let problem =
                "The field 'RequestBody' must be an object because the connection has body parameters";
            return Err(unusable(arguments, problem));
        }
    };
    let body = match body {
        None => None,
        Some(body) if is_form => {
            default_header(&mut headers, "content-type", "application/x-www-form-urlencoded");
            Some(form(&body, format))
        }
        Some(Value::String(text)) => {
            default_header(&mut headers, "content-type", "text/plain; charset=utf-8");
            Some(text.to_string())
        }
        Some(body) => {
            default_header(&mut headers, "content-type", "application/json");
            Some(body.to_json())
        }
    };
    let body = body.unwrap_or_default().into_bytes();
    let method = text(arguments, "Method").to_owned();
    Ok(HttpRequest { method, url, headers, body, ..HttpRequest::default() })
}

/// The members of an argument that is an object.
pub(crate) fn given(arguments: &Value, field: &str) -> Vec<(String, Value)> {
    let members = arguments.get(field).and_then(Value::as_object);
    members
        .into_iter()
        .flat_map(Object::iter)
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect()
}

/// `a=1&a=2&b=3`
pub(crate) fn query_of(arguments: &Value) -> String {
    query(&given(arguments, "QueryParameters"), ArrayFormat::Repeat)
}

fn merged(mut body: Object, more: &[(String, Value)]) -> Object {
    for (name, value) in more {
        body.insert(name.as_str(), value.clone());
    }
    body
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
