//! The protocols of AWS: requests from checked parameters, and outputs and errors from responses.

mod errors;
mod json;
mod query;
mod rest;
mod xml;

use std::fmt::Write;

use asl_value::{Number, Object, Timestamp, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Names;
use crate::arguments::time;
use crate::http::{HttpAnswer, find_header};
use crate::http_date;
use crate::table::{Member, Operation, Protocol, Service, Shape, TimestampFormat};

pub(crate) use errors::{WireError, error, request_id};

/// A request without its host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// Percent-encoded, with a leading slash.
    pub(crate) path: String,
    /// Percent-encoded, without the question mark.
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// A prefix of the host: `data.`.
    pub(crate) host_prefix: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }

    /// Sets a header, unless it is set already.
    fn default_header(&mut self, name: &str, value: &str) {
        if self.header(name).is_none() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// The request of an operation with checked parameters.
///
/// # Errors
/// A parameter that a path, a header or a host cannot have.
pub(crate) fn request(
    service: &Service,
    operation: &Operation<'_>,
    input: &Value,
) -> Result<Request, String> {
    let host_prefix = rest::host_prefix(operation, input)?;
    let plain = |content_type: String, body: String, headers: Vec<(String, String)>| {
        let mut request = Request {
            method: "POST",
            path: "/".to_owned(),
            headers,
            body: body.into(),
            ..Request::default()
        };
        request.default_header("content-type", &content_type);
        request
    };
    let form = |dialect| {
        let body = query::write(service, operation, input, dialect);
        plain("application/x-www-form-urlencoded; charset=utf-8".to_owned(), body, Vec::new())
    };
    let request = match service.protocol() {
        Protocol::Json => {
            let target = format!("{}.{}", service.target_prefix(), operation.name);
            let body = json_request(service, operation, input);
            let content_type = format!("application/x-amz-json-{}", service.json_version());
            let headers = vec![("x-amz-target".to_owned(), target)];
            plain(content_type, Value::Object(body).to_json(), headers)
        }
        Protocol::RestJson | Protocol::RestXml => rest::write(service, operation, input)?,
        Protocol::Query => form(query::Dialect::Query),
        Protocol::Ec2 => form(query::Dialect::Ec2),
        Protocol::Cbor => {
            return Err(format!(
                "{} has only the CBOR protocol, which asl-aws does not support",
                service.id()
            ));
        }
    };
    Ok(Request { host_prefix, ..request })
}

/// The body of a request in the JSON protocols.
pub(crate) fn json_request(service: &Service, operation: &Operation<'_>, input: &Value) -> Object {
    let structure = operation.input.and_then(|input| Member::root(service, input).structure());
    let body = structure.zip(input.as_object());
    body.map(|(structure, object)| json::write_members(structure, object)).unwrap_or_default()
}

/// The output in the body of a response in the JSON protocols.
pub(crate) fn json_output(service: &Service, operation: &Operation<'_>, body: &Value, names: Names) -> Value {
    let structure = operation.output.and_then(|output| Member::root(service, output).structure());
    let output = structure.zip(body.as_object());
    Value::Object(
        output.map(|(structure, object)| json::read_members(structure, object, names)).unwrap_or_default(),
    )
}

/// The output of a successful operation.
///
/// # Errors
/// The response is not one of this protocol.
pub(crate) fn output(
    service: &Service,
    operation: &Operation<'_>,
    response: &HttpAnswer,
    names: Names,
) -> Result<Value, String> {
    let empty = Value::Object(Object::new());
    let Some(structure) = operation.output.and_then(|output| Member::root(service, output).structure())
    else {
        return Ok(empty);
    };
    match service.protocol() {
        Protocol::Json => Ok(json_output(service, operation, &parse_json(&response.body)?, names)),
        Protocol::RestJson | Protocol::RestXml => rest::read(service, structure, response, names),
        Protocol::Query | Protocol::Ec2 => {
            xml::read_result(&response.body, operation.result_wrapper, structure, names)
        }
        Protocol::Cbor => Err("CBOR".to_owned()),
    }
}

/// Parses JSON; an empty body is an empty object.
fn parse_json(body: &[u8]) -> Result<Value, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Object::new()));
    }
    Value::parse_slice(body).map_err(|error| format!("the response is not JSON: {error}"))
}

/// Percent-encodes everything except the unreserved characters of RFC 3986.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// A checked scalar as text in a form, a path, a query or XML. Times are in ISO 8601 unless the model says otherwise.
fn scalar_text(member: &Member<'_>, value: &Value) -> String {
    match (member.shape(), value) {
        (Shape::Timestamp, value) => {
            time(value).map(|time| written_time(time, member.timestamp)).unwrap_or_default()
        }
        (Shape::Blob(_), Value::String(text)) => STANDARD.encode(text.as_bytes()),
        (_, Value::String(text)) => text.to_string(),
        (_, value) => value.to_json(),
    }
}

/// A scalar in XML or in a header as Step Functions shows it.
fn scalar_value(member: &Member<'_>, text: &str) -> Option<Value> {
    Some(match member.shape() {
        Shape::Boolean => Value::Bool(text.trim().eq_ignore_ascii_case("true")),
        Shape::Integer(_) => Value::Number(text.trim().parse().ok()?),
        Shape::Float(_) => double(&text.trim().parse().ok()?)?,
        Shape::Timestamp => time(&Value::from(text.trim()))?.to_string().into(),
        Shape::Blob(_) => {
            STANDARD.decode(text.trim()).map_or_else(|_| text.into(), |bytes| text_of_blob(&bytes))
        }
        _ => text.into(),
    })
}

fn written_time(time: Timestamp, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Default | TimestampFormat::Iso8601 => time.to_string(),
        // Rust prints no exponent, and no fraction for a whole number.
        TimestampFormat::Unix => (time.epoch_millis() as f64 / 1000.0).to_string(),
        TimestampFormat::Rfc822 => http_date::print(time),
    }
}

/// A double stays a double, however the service writes it: `5` is shown as `5.0`.
fn double(number: &Number) -> Option<Value> {
    Number::from_f64(number.as_f64()).map(Value::Number)
}

/// Seconds since 1970, whole if there is no fraction.
fn epoch_seconds(time: Timestamp) -> Value {
    match time.epoch_millis() {
        millis if millis % 1000 == 0 => (millis / 1000).into(),
        millis => (millis as f64 / 1000.0).into(),
    }
}

/// Bytes in a response as a string.
///
/// UNRECORDED: bytes that are not UTF-8; here their base64.
fn text_of_blob(bytes: &[u8]) -> Value {
    std::str::from_utf8(bytes).map_or_else(|_| STANDARD.encode(bytes).into(), Value::from)
}

#[cfg(test)]
mod tests;
