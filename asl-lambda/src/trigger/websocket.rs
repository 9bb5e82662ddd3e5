//! A message to a WebSocket API of API Gateway, or the start or end of a connection.
//!
//! ```json
//! {
//!   "requestContext": {
//!     "routeKey": "order", "eventType": "MESSAGE", "connectionId": "L0SM9cOFvHcCIhw=", "messageId": "L0SM9eLFvHcCIhw=",
//!     "apiId": "a1b2c3", "stage": "prod", "domainName": "a1b2c3.execute-api.eu-west-1.amazonaws.com"
//!   },
//!   "body": "{\"action\": \"order\", \"orderId\": \"o-1\"}", "isBase64Encoded": false
//! }
//! ```
//!
//! The body is the input, as for an [HTTP API](super::http_api); with `ASL_INPUT=event` the machine also gets
//! `requestContext.connectionId`. The response is `{"statusCode": 200, "body": "…", …}`: its status accepts or refuses
//! a `$connect`, and its body is sent to the client if the route has a route response.

use asl_value::Value;

use super::event::request_context;
use super::properties::{Answer, Properties};
use super::request::{body, is_authorizer};
use super::rest_api;

pub(super) const PROPERTIES: Properties = Properties {
    name: "websocket",
    matches,
    body,
    body_is_input: true,
    answer: Answer::Http(rest_api::render),
};

fn matches(event: &Value) -> bool {
    request_context(event, "connectionId").is_some() && !is_authorizer(event)
}
