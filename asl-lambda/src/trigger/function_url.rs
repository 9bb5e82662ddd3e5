//! A request to the URL of the function. Event and response are those of an [HTTP API](super::http_api); only the
//! domain name differs.
//!
//! ```json
//! {
//!   "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "",
//!   "headers": {"content-type": "application/json"},
//!   "requestContext": {
//!     "accountId": "anonymous", "apiId": "abcdefghij", "domainName": "abcdefghij.lambda-url.eu-west-1.on.aws",
//!     "http": {"method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "curl"}
//!   },
//!   "body": "{\"orderId\": \"o-1\"}", "isBase64Encoded": false
//! }
//! ```
//!
//! A URL with the invoke mode `RESPONSE_STREAM` needs `ASL_INVOKE_MODE=response-stream`. The limit for the response is
//! then 200 MB instead of 6 MB.

use asl_value::Value;

use super::event::request_context;
use super::properties::{Answer, Properties};
use super::{http_api, request};

pub(super) const PROPERTIES: Properties = Properties {
    name: "function-url",
    matches,
    body: request::body,
    body_is_input: true,
    answer: Answer::Http(http_api::render),
};

fn matches(event: &Value) -> bool {
    let domain = request_context(event, "domainName").and_then(Value::as_str);
    domain.is_some_and(|domain| domain.contains(".lambda-url.")) && http_api::matches(event)
}
