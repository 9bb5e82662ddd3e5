//! What the events of all HTTP triggers share.

use asl_value::{Object, Text, Value};

use super::event::from_base64;
use super::invalid_body::InvalidBody;

/// Whether the event is one of an authorizer: a request with these members. The emulator sends them as null with every
/// request.
pub(super) fn is_authorizer(event: &Value) -> bool {
    let has = |name| event.get(name).is_some_and(|value| !value.is_null());
    has("type") && (has("methodArn") || has("routeArn"))
}

/// A header of a request. The name is case-insensitive.
pub(crate) fn header<'v>(event: &'v Value, name: &str) -> Option<&'v Text> {
    let find = |member: &str| {
        let headers = event.get(member)?.as_object()?;
        let (_, value) = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        // In version 2 of VPC Lattice, `headers` contains lists.
        value.as_text().or_else(|| value.at(0)?.as_text())
    };
    // A load balancer with multi-value headers sends only these.
    find("headers").or_else(|| find("multiValueHeaders"))
}

/// `GET`
pub(crate) fn method(event: &Value) -> Option<&str> {
    let http = event.get("requestContext").and_then(|context| context.get("http"));
    let places = [http.and_then(|http| http.get("method")), event.get("httpMethod"), event.get("method")];
    places.into_iter().flatten().find_map(Value::as_str)
}

/// The body of a request: decoded, parsed if it is JSON, otherwise a string; `{}` if there is none.
pub(super) fn body(event: &Value) -> Result<Value, InvalidBody> {
    let body = match event.get("body") {
        None | Some(Value::Null) => return Ok(Value::Object(Object::new())),
        Some(Value::String(text)) if text.is_empty() => return Ok(Value::Object(Object::new())),
        Some(Value::String(text)) => text,
        // No gateway sends this, but handwritten events contain it.
        Some(parsed) => return Ok(parsed.clone()),
    };
    // Version 1 of VPC Lattice spells it differently.
    let is_base64 = ["isBase64Encoded", "is_base64_encoded"]
        .into_iter()
        .any(|name| event.get(name).and_then(Value::as_bool) == Some(true));
    let decoded = match is_base64 {
        true => match String::from_utf8(from_base64(body)?) {
            Ok(text) => text.into(),
            // JSON cannot represent binary data, such as an image: it stays base64.
            Err(_) => return Ok(Value::String(body.clone())),
        },
        false => body.clone(),
    };
    match Value::parse(&decoded) {
        Ok(parsed) => Ok(parsed),
        Err(error) if is_json(event) => Err(InvalidBody(error.to_string())),
        Err(_) => Ok(Value::String(decoded)),
    }
}

/// Whether the request declares its body as JSON: `application/json`, `application/problem+json; charset=utf-8`.
fn is_json(event: &Value) -> bool {
    header(event, "content-type").is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    })
}
