//! The request of an HTTP task.

use asl_value::{Object, Value};

use super::encoding::{ArrayFormat, add_query, default_header, form, given, plain, query, set_header};
use super::parameters::Parameters;
use crate::arguments::unusable;
use crate::http::HttpRequest;
use crate::path::text;

/// The requested part of the response: one byte more than a state's data may have.
const RANGE: &str = "bytes=0-262144";

/// The request of a task, with what the connection adds.
pub(super) fn request(
    region: &str,
    arguments: &Value,
    connection: &Parameters,
) -> Result<HttpRequest, String> {
    let format = ArrayFormat::of(text(arguments, "Transform.RequestEncodingOptions.ArrayFormat"));
    let is_form = text(arguments, "Transform.RequestBodyEncoding") == "URL_ENCODED";
    let mut headers = vec![
        ("user-agent".to_owned(), format!("Amazon|StepFunctions|HttpInvoke|{region}")),
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
    let body = match body(arguments, connection)? {
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

/// The body of a task's request, with the connection's parameters merged in.
fn body(arguments: &Value, connection: &Parameters) -> Result<Option<Value>, String> {
    let merged = |body: Object| merged(body, &connection.body);
    Ok(match (arguments.get("RequestBody"), connection.body.is_empty()) {
        (Some(Value::Object(body)), false) => Some(Value::Object(merged(body.clone()))),
        (None, false) => Some(Value::Object(merged(Object::new()))),
        (Some(_), false) => {
            // UNRECORDED: the text about a body that the connection's parameters cannot be merged into.
            let problem =
                "The field 'RequestBody' must be an object because the connection has body parameters";
            return Err(unusable(arguments, problem));
        }
        (body, true) => body.cloned(),
    })
}

fn merged(mut body: Object, more: &[(String, Value)]) -> Object {
    for (name, value) in more {
        body.insert(name.as_str(), value.clone());
    }
    body
}
