//! A request to an HTTP API of API Gateway, payload format 2.0.
//!
//! ```json
//! {
//!   "version": "2.0", "routeKey": "POST /orders", "rawPath": "/orders", "rawQueryString": "dry=1", "cookies": ["a=1"],
//!   "headers": {"content-type": "application/json"}, "queryStringParameters": {"dry": "1"},
//!   "requestContext": {
//!     "accountId": "123456789012", "apiId": "a1b2c3", "stage": "$default", "requestId": "JKJaXmPLvHcESHA=",
//!     "http": {"method": "POST", "path": "/orders", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "curl"}
//!   },
//!   "body": "{\"orderId\": \"o-1\"}", "isBase64Encoded": false
//! }
//! ```
//!
//! The body is the input: decoded if it is base64, parsed if it is JSON, otherwise a string; `{}` without a body.
//! The response is `{"statusCode": 200, "headers": {…}, "body": "…", "isBase64Encoded": false, "cookies": []}`: see
//! [`ResponseMapping`](crate::ResponseMapping). The `multiValueHeaders` of an output, which this gateway does not
//! support, become `headers`, and every `Set-Cookie` becomes one of the `cookies`.

use asl_value::Value;

use super::event::{request_context, text};
use super::properties::{Answer, Properties};
use super::request::{body, is_authorizer};
use crate::http::{HttpResponse, texts};

pub(super) const PROPERTIES: Properties =
    Properties { name: "http-api", matches, body, body_is_input: true, answer: Answer::Http(render) };

/// `cargo lambda watch` adds `httpMethod` and other members of payload 1.0, so this trigger must be matched first.
pub(super) fn matches(event: &Value) -> bool {
    text(event, "version").is_some_and(|version| version == "2.0")
        && request_context(event, "http").is_some_and(|http| http.as_object().is_some())
        && !is_authorizer(event)
}

/// A function URL of the emulator refuses a response without `cookies`.
pub(crate) fn render(response: HttpResponse, _: &Value) -> Value {
    let cookies = texts(&response.cookies);
    let headers = response.headers.joined();
    let mut members = response.into_members([("headers", headers.into())]);
    members.insert("cookies", cookies);
    Value::Object(members)
}
