//! A request to an HTTP API of API Gateway, payload format 2.0. A function URL's has the same shape.
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
//! The body is the input: decoded if it is base64, parsed if it is JSON, otherwise a string; `{}` if there is none.
//! The response is `{"statusCode": 200, "headers": {…}, "body": "…", "isBase64Encoded": false, "cookies": []}`: see
//! [`ResponseMapping`](crate::ResponseMapping).

use asl_value::{Array, Object, Value};

use super::http::{is_authorizer, request_context};

/// `cargo lambda watch` adds `httpMethod` and other members of payload 1.0, so this one has to be looked for first.
pub(super) fn matches(event: &Value) -> bool {
    event.get("version").and_then(Value::as_str) == Some("2.0")
        && request_context(event, "http").is_some_and(|http| http.as_object().is_some())
        && !is_authorizer(event)
}

/// A function URL of the emulator refuses a response without `cookies`.
pub(super) fn complete(mut response: Object) -> Value {
    if !response.contains_key("cookies") {
        response.insert("cookies", Value::Array(Array::new()));
    }
    Value::Object(response)
}
