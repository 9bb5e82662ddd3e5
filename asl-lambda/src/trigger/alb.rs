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
//! multi-value headers sends `multiValueHeaders` and heeds no others in the response; one without knows one value a
//! header, so of several cookies only the first gets through.

use asl_value::{Array, Object, Value};

use super::http::{body, cookies_as_headers, headers_joined};
use super::{Answer, Source, request_context};

pub(super) const SOURCE: Source =
    Source { name: "alb", matches, body, body_is_input: true, answer: Answer::Http(complete) };

fn matches(event: &Value) -> bool {
    request_context(event, "elb").is_some()
}

fn complete(mut response: Object, event: &Value) -> Value {
    cookies_as_headers(&mut response);
    if event.get("multiValueHeaders").is_some_and(|headers| !headers.is_null()) {
        let mut many = Object::new();
        if let Some(Value::Object(headers)) = response.remove("headers") {
            for (name, value) in headers {
                many.insert(name, Value::Array(Array::from(vec![value])));
            }
        }
        if let Some(Value::Object(headers)) = response.take("multiValueHeaders") {
            for (name, values) in headers {
                many.insert(name, values);
            }
        }
        response.insert("multiValueHeaders", many.into());
    } else if let Some(cookie) = headers_joined(&mut response).and_then(|cookies| cookies.first().cloned())
        && let Some(Value::Object(mut headers)) = response.take("headers")
    {
        headers.insert("set-cookie", cookie);
        response.insert("headers", headers.into());
    }
    if !response.contains_key("statusDescription") {
        let status = response.get("statusCode").and_then(Value::as_i64).unwrap_or_default();
        response.insert("statusDescription", description(status).into());
    }
    Value::Object(response)
}

/// `200 OK`
///
/// Source: <https://www.rfc-editor.org/rfc/rfc9110#section-15>
fn description(status: i64) -> String {
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
