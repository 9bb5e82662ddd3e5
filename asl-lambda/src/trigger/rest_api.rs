//! A request to a REST API of API Gateway with Lambda proxy integration, payload format 1.0. An HTTP API that is
//! configured for this format sends the same.
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
//! Input and response are those of an [HTTP API](super::http_api), except for the headers: those with several values,
//! and all `cookies`, are in `multiValueHeaders`. The response has no other members, because this gateway turns them
//! into a 502.

use asl_value::{Object, Value};

use super::event::text;
use super::properties::{Answer, Properties};
use super::request::{body, is_authorizer};
use crate::http::{HttpResponse, Values, texts};

pub(super) const PROPERTIES: Properties =
    Properties { name: "rest-api", matches, body, body_is_input: true, answer: Answer::Http(render) };

fn matches(event: &Value) -> bool {
    text(event, "httpMethod").is_some()
        && text(event, "resource").is_some()
        && event.get("requestContext").is_some_and(|context| context.as_object().is_some())
        && !is_authorizer(event)
}

pub(super) fn render(response: HttpResponse, _: &Value) -> Value {
    let (mut one, mut many) = (Object::new(), Object::new());
    for (name, values) in response.headers.iter() {
        match values {
            Values::One(value) => one.insert(name.clone(), value.into()),
            Values::Many(values) => many.insert(name.clone(), texts(values)),
        };
    }
    if !response.cookies.is_empty() {
        many.insert("set-cookie", texts(&response.cookies));
    }
    Value::Object(match many.is_empty() {
        true => response.into_members([("headers", one.into())]),
        false => response.into_members([("headers", one.into()), ("multiValueHeaders", many.into())]),
    })
}
