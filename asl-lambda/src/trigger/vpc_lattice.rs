//! A request to a service of VPC Lattice, in version 2 of its event.
//!
//! ```json
//! {
//!   "version": "2.0", "path": "/orders", "method": "POST",
//!   "headers": {"content-type": ["application/json"]}, "queryStringParameters": {"dry": ["1"]},
//!   "body": "{\"orderId\": \"o-1\"}", "isBase64Encoded": false,
//!   "requestContext": {
//!     "serviceNetworkArn": "arn:aws:vpc-lattice:eu-west-1:123456789012:servicenetwork/sn-0bf3f2882e9cc805a",
//!     "serviceArn": "arn:aws:vpc-lattice:eu-west-1:123456789012:service/svc-0a40eebed65f8d69c",
//!     "targetGroupArn": "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-6d0ecf831eec9f09",
//!     "identity": {"sourceVpcArn": "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0b8276c84697e7339", "type": "AWS_IAM"},
//!     "region": "eu-west-1", "timeEpoch": "1724875399456789"
//!   }
//! }
//! ```
//!
//! And in version 1, which a target group may be configured for:
//!
//! ```json
//! {"raw_path": "/orders?dry=1", "method": "POST", "headers": {"content-type": "application/json"},
//!  "query_string_parameters": {"dry": "1"}, "body": "{\"orderId\": \"o-1\"}", "is_base64_encoded": false}
//! ```
//!
//! The input is that of an [HTTP API](super::http_api). The response of both versions is `{"statusCode": 200,
//! "headers": {…}, "body": "…", "isBase64Encoded": false}`, with one value for each header, as for a [load
//! balancer](super::alb).
//!
//! Source: <https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html>

use asl_value::Value;

use super::alb::one_a_name;
use super::event::{request_context, text};
use super::properties::{Answer, Properties};
use super::request::body;
use crate::http::HttpResponse;

pub(super) const PROPERTIES: Properties =
    Properties { name: "vpc-lattice", matches, body, body_is_input: true, answer: Answer::Http(render) };

fn matches(event: &Value) -> bool {
    if text(event, "method").is_none() || event.get("headers").and_then(Value::as_object).is_none() {
        return false;
    }
    let is_second = ["serviceArn", "serviceNetworkArn"]
        .into_iter()
        .any(|name| request_context(event, name).and_then(Value::as_str).is_some());
    let is_first = text(event, "raw_path").is_some()
        && (event.get("is_base64_encoded").is_some() || event.get("query_string_parameters").is_some());
    is_second || is_first
}

fn render(response: HttpResponse, _: &Value) -> Value {
    let headers = one_a_name(&response);
    Value::Object(response.into_members([("headers", headers.into())]))
}
