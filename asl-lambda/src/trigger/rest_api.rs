//! A request to a REST API of API Gateway with Lambda proxy integration, payload format 1.0.
//!
//! ```json
//! {
//!   "resource": "/orders", "path": "/orders", "httpMethod": "POST",
//!   "headers": {"Content-Type": "application/json"}, "multiValueHeaders": {"Content-Type": ["application/json"]},
//!   "queryStringParameters": null, "multiValueQueryStringParameters": null, "pathParameters": null,
//!   "requestContext": {
//!     "accountId": "123456789012", "apiId": "a1b2c3", "stage": "prod", "requestId": "deef4878-7910-11e6-8f14-25afc3e9ae33",
//!     "httpMethod": "POST", "path": "/prod/orders", "resourcePath": "/orders", "identity": {"sourceIp": "192.0.2.1"}
//!   },
//!   "body": "{\"orderId\": \"o-1\"}", "isBase64Encoded": false
//! }
//! ```
//!
//! Input and response are those of an [HTTP API](super::http_api), without `cookies`.

use asl_value::Value;

use super::http::{is_authorizer, request_context};

pub(super) fn matches(event: &Value) -> bool {
    let has_text = |name| event.get(name).is_some_and(|value| value.as_str().is_some());
    let is_web_socket = request_context(event, "connectionId").is_some();
    has_text("httpMethod")
        && has_text("resource")
        && event.get("requestContext").is_some_and(|context| context.as_object().is_some())
        && !is_web_socket
        && !is_authorizer(event)
}
