//! The protocols of AWS: requests from checked parameters, and outputs and errors from responses.

mod errors;
mod json;
mod query;
mod request;
mod rest;
mod scalar;
mod xml;

use asl_value::{Object, Value};

use crate::Names;
use crate::http::HttpAnswer;
use crate::table::{Member, Operation, Protocol, Service};

pub(crate) use errors::{WireError, error, request_id};
pub(crate) use request::Request;
pub(crate) use scalar::percent_encoded;

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
        Protocol::Json => Ok(json_output(service, operation, &json::parse(&response.body)?, names)),
        Protocol::RestJson | Protocol::RestXml => rest::read(service, structure, response, names),
        Protocol::Query | Protocol::Ec2 => {
            xml::read_result(&response.body, operation.result_wrapper, structure, names)
        }
        Protocol::Cbor => Err("CBOR".to_owned()),
    }
}

#[cfg(test)]
mod tests;
