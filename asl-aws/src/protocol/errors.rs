//! [`WireError`]: error responses of services.

use asl_value::Value;

use super::xml;
use crate::http::HttpAnswer;
use crate::table::{Protocol, Service};

/// An error response, as received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WireError {
    /// `ResourceNotFoundException`, `AWS.SimpleQueueService.NonExistentQueue`
    pub(crate) code: String,
    /// The error's name in the model, if the response has that too.
    pub(crate) shape: Option<String>,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
    pub(crate) extended_request_id: Option<String>,
}

/// Reads an error response.
pub(crate) fn error(service: &Service, response: &HttpAnswer) -> WireError {
    let mut error = match service.protocol() {
        Protocol::Json | Protocol::RestJson | Protocol::Cbor => json_error(response),
        Protocol::RestXml | Protocol::Query | Protocol::Ec2 => xml_error(response),
    };
    error.extended_request_id = error.extended_request_id.or_else(|| header(response, "x-amz-id-2"));
    error
}

/// The id that a service gave a request.
pub(crate) fn request_id(response: &HttpAnswer) -> Option<String> {
    header(response, "x-amzn-requestid").or_else(|| header(response, "x-amz-request-id"))
}

fn header(response: &HttpAnswer, name: &str) -> Option<String> {
    response.header(name).map(str::to_owned)
}

fn json_error(response: &HttpAnswer) -> WireError {
    let body = Value::parse_slice(&response.body).unwrap_or_default();
    let text = |names: &[&str]| names.iter().find_map(|name| body.get(name)?.as_str()).map(str::to_owned);
    let shape = header(response, "x-amzn-errortype").or_else(|| text(&["__type", "code", "Code"]));
    let shape = shape.map(|name| bare(&name).to_owned());
    // Sent by services that used to have the query protocol: the code there, then whose fault it is.
    let code = response.header("x-amzn-query-error").and_then(|text| text.split(';').next());
    let code = code.filter(|code| !code.is_empty()).map(str::to_owned);
    WireError {
        code: code.or_else(|| shape.clone()).unwrap_or_default(),
        shape,
        message: text(&["message", "Message", "errorMessage"]).unwrap_or_default(),
        request_id: request_id(response),
        extended_request_id: None,
    }
}

/// `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://…` → `ResourceNotFoundException`
fn bare(name: &str) -> &str {
    let name = name.split(':').next().unwrap_or_default();
    name.rsplit('#').next().unwrap_or_default()
}

fn xml_error(response: &HttpAnswer) -> WireError {
    let read = xml::with_root(&response.body, |root| {
        let find =
            |name: &str| root.descendants().find(|node| node.is_element() && node.tag_name().name() == name);
        let error = find("Error").unwrap_or(root);
        let text = |name: &str| xml::child(error, name).map(xml::text);
        WireError {
            code: text("Code").unwrap_or_default(),
            shape: None,
            message: text("Message").unwrap_or_default(),
            request_id: find("RequestId").or_else(|| find("RequestID")).map(xml::text),
            extended_request_id: find("HostId").map(xml::text),
        }
    });
    let error = read.unwrap_or_default();
    WireError { request_id: request_id(response).or(error.request_id), ..error }
}
