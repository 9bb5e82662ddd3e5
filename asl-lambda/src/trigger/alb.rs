//! A request to an Application Load Balancer whose target is the function.
//!
//! ```json
//! {
//!   "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:…:targetgroup/orders/6d0ecf831eec9f09"}},
//!   "httpMethod": "POST", "path": "/orders", "queryStringParameters": {},
//!   "headers": {"content-type": "application/json"}, "body": "{\"orderId\": \"o-1\"}", "isBase64Encoded": false
//! }
//! ```
//!
//! Input and response are those of a [REST API](super::rest_api), with a `statusDescription`. A target group with
//! multi-value headers sends `multiValueHeaders` and reads only these in the response. Without them, a header has one
//! value: several values are joined with commas, and several cookies become `set-cookie`, `Set-cookie`, ….

use asl_value::{Object, Text, Value};

use super::event::request_context;
use super::properties::{Answer, Properties};
use super::request::body;
use crate::http::{HttpResponse, texts};

pub(super) const PROPERTIES: Properties =
    Properties { name: "alb", matches, body, body_is_input: true, answer: Answer::Http(render) };

fn matches(event: &Value) -> bool {
    request_context(event, "elb").is_some()
}

fn render(mut response: HttpResponse, event: &Value) -> Value {
    let given = response.description.take();
    let description = given.unwrap_or_else(|| description(response.status).into());
    let has_lists = event.get("multiValueHeaders").is_some_and(|headers| !headers.is_null());
    let headers = if has_lists { lists(&response) } else { one_a_name(&response) };
    let mut members =
        response.into_members([(if has_lists { "multiValueHeaders" } else { "headers" }, headers.into())]);
    members.insert("statusDescription", description.into());
    Value::Object(members)
}

fn lists(response: &HttpResponse) -> Object {
    let mut lists: Object =
        response.headers.iter().map(|(name, values)| (name.clone(), values.to_array())).collect();
    if !response.cookies.is_empty() {
        lists.insert("set-cookie", texts(&response.cookies));
    }
    lists
}

/// Headers for a gateway that accepts one value for each name. Cookies cannot be joined, so each gets another spelling
/// of the name: the gateway sends every member as a header, and the names of headers are case-insensitive.
///
/// UNRECORDED: whether a load balancer and VPC Lattice send all of them. The first is sent in any case.
pub(super) fn one_a_name(response: &HttpResponse) -> Object {
    let mut headers = response.headers.joined();
    for (spelling, cookie) in SPELLINGS.zip(&response.cookies) {
        headers.insert(spelled("set-cookie", spelling), cookie.into());
    }
    headers
}

/// The spellings of the nine letters in `set-cookie`.
const SPELLINGS: std::ops::Range<u32> = 0..1 << 9;

/// The name, with those letters in upper case whose bits are set.
fn spelled(name: &str, spelling: u32) -> Text {
    let mut bits = spelling;
    let spell = |letter: char| {
        let is_upper = letter.is_ascii_alphabetic() && bits & 1 == 1;
        bits >>= u32::from(letter.is_ascii_alphabetic());
        if is_upper { letter.to_ascii_uppercase() } else { letter }
    };
    name.chars().map(spell).collect::<String>().into()
}

/// `200 OK`
///
/// Source: <https://www.rfc-editor.org/rfc/rfc9110#section-15>
fn description(status: u16) -> String {
    let reason = match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => return status.to_string(),
    };
    format!("{status} {reason}")
}
