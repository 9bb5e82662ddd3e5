//! What the events of all HTTP triggers have in common.

use asl_value::{Array, Object, Text, Value};

use super::{InvalidBody, from_base64};

/// An authorizer's event has all of a request and these. The emulator sends them as null with every request.
pub(super) fn is_authorizer(event: &Value) -> bool {
    let has = |name| event.get(name).is_some_and(|value| !value.is_null());
    has("type") && (has("methodArn") || has("routeArn"))
}

/// The body of a request: decoded, parsed if it is JSON, otherwise a string; `{}` if there is none.
pub(super) fn body(event: &Value) -> Result<Value, InvalidBody> {
    let body = match event.get("body") {
        None | Some(Value::Null) => return Ok(Value::Object(Object::new())),
        Some(Value::String(text)) if text.is_empty() => return Ok(Value::Object(Object::new())),
        Some(Value::String(text)) => text,
        // No gateway sends this, but people who write events by hand do.
        Some(parsed) => return Ok(parsed.clone()),
    };
    let decoded = match event.get("isBase64Encoded").and_then(Value::as_bool) {
        Some(true) => match String::from_utf8(from_base64(body)?) {
            Ok(text) => text.into(),
            // JSON has no bytes: a picture stays base64.
            Err(_) => return Ok(Value::String(body.clone())),
        },
        _ => body.clone(),
    };
    match Value::parse(&decoded) {
        Ok(parsed) => Ok(parsed),
        Err(error) if is_json(event) => Err(InvalidBody(error.to_string())),
        Err(_) => Ok(Value::String(decoded)),
    }
}

/// Whether the request says that its body is JSON: `application/json`, `application/problem+json; charset=utf-8`.
fn is_json(event: &Value) -> bool {
    crate::http::header(event, "content-type").is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    })
}

/// `cookies`, which only an HTTP API's response can have, as `multiValueHeaders` for the others.
pub(super) fn cookies_as_headers(response: &mut Object) {
    let Some(cookies) = response.remove("cookies").filter(|cookies| cookies.at(0).is_some()) else { return };
    let mut headers = match response.take("multiValueHeaders") {
        Some(Value::Object(headers)) => headers,
        _ => Object::new(),
    };
    headers.insert("set-cookie", cookies);
    response.insert("multiValueHeaders", headers.into());
}

/// `multiValueHeaders` as `headers`, values joined, for a gateway that has no others; the cookies are given back.
pub(super) fn headers_joined(response: &mut Object) -> Option<Array> {
    let many = response.remove("multiValueHeaders")?;
    let mut headers = match response.take("headers") {
        Some(Value::Object(headers)) => headers,
        _ => Object::new(),
    };
    let mut cookies = None;
    for (name, values) in many.as_object()? {
        let values = values.as_array()?;
        if name.eq_ignore_ascii_case("set-cookie") {
            cookies = Some(values.clone());
        } else {
            let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            headers.insert(name.clone(), Text::from(values.join(", ")).into());
        }
    }
    response.insert("headers", headers.into());
    cookies
}
