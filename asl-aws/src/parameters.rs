//! [`parameters`]: what an integration takes, for editors.

use crate::Names;
use crate::known::service_of;
use crate::naming::spelled;
use crate::optimised::OptimisedService;
use crate::table::{Member, Shape};

/// A parameter of an integration: a field of `Parameters` or `Arguments`, or of an object inside.
///
/// Shape: `QueueUrl`, a required string; `State`, a string that is `ENABLED` or `DISABLED`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// As it is spelled in a definition.
    pub name: String,
    /// Whether the service requires it.
    pub is_required: bool,
    /// `string`, `object`, `array`, `number`, `boolean`, `timestamp`, `json` or `bytes`.
    pub kind: &'static str,
    /// The only texts that it may be; empty if it may be any.
    pub choices: Vec<String>,
}

/// The parameters of an integration, by the names in its ARN: `("sqs", "sendMessage")`, `("aws-sdk:sqs", "sendMessage")`.
///
/// `inside` is the way to an object in the parameters: names of parameters, and any text for an item of a list or a key of
/// a map. The result is empty for what the service table does not have.
///
/// ```
/// let parameters = asl_aws::parameters("sqs", "sendMessage", &[]);
/// let url = parameters.iter().find(|parameter| parameter.name == "QueueUrl").unwrap();
/// assert_eq!((url.is_required, url.kind), (true, "string"));
/// let inside = asl_aws::parameters("sqs", "sendMessage", &["MessageAttributes", "any"]);
/// assert!(inside.iter().any(|parameter| parameter.name == "DataType"));
/// ```
pub fn parameters(service: &str, action: &str, inside: &[&str]) -> Vec<Parameter> {
    match (service, action) {
        ("http", "invoke") => return written(HTTP, inside),
        ("apigateway", "invoke") => return written(API_GATEWAY, inside),
        _ => {}
    }
    let (name, names) = match service.strip_prefix("aws-sdk:") {
        Some(name) => (name, Names::Sdk),
        None => match OptimisedService::named(service) {
            Some(service) => (service.sdk_name(action), Names::Model),
            None => return Vec::new(),
        },
    };
    let Some(service) = service_of(name) else { return Vec::new() };
    let Some(input) = service.operation(action).and_then(|operation| operation.input) else {
        return Vec::new();
    };
    let mut at = Member::root(&service, input);
    for step in inside {
        let next = match at.shape() {
            Shape::Structure(structure) => structure
                .members()
                .find(|member| spelled(member.name, names) == *step || member.name == *step),
            Shape::List(item, _) => Some(item),
            Shape::Map { value, .. } => Some(value),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return Vec::new(),
        }
    }
    let members = at.structure().into_iter().flat_map(|structure| structure.members());
    members.map(|member| parameter(&member, names)).collect()
}

fn parameter(member: &Member<'_>, names: Names) -> Parameter {
    let mut choices = Vec::new();
    let kind = match member.shape() {
        Shape::Structure(_) | Shape::Map { .. } => "object",
        Shape::List(..) => "array",
        Shape::Text { choices: texts, .. } => {
            choices = texts.iter().map(str::to_owned).collect();
            "string"
        }
        Shape::Blob(_) => "bytes",
        Shape::Boolean => "boolean",
        Shape::Integer(_) | Shape::Float(_) => "number",
        Shape::Timestamp => "timestamp",
        Shape::Document => "json",
    };
    Parameter { name: spelled(member.name, names), is_required: member.is_required(), kind, choices }
}

/// Parameters that are in no model of a service: name, whether required, type.
type WrittenParameter = (&'static str, bool, &'static str);

/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html>
const HTTP: &[WrittenParameter] = &[
    ("ApiEndpoint", true, "string"),
    ("Method", true, "string"),
    ("InvocationConfig", false, "object"),
    ("Authentication", false, "object"),
    ("Headers", false, "object"),
    ("QueryParameters", false, "object"),
    ("RequestBody", false, "json"),
    ("Transform", false, "object"),
];

/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html>
const API_GATEWAY: &[WrittenParameter] = &[
    ("ApiEndpoint", true, "string"),
    ("Method", true, "string"),
    ("Stage", false, "string"),
    ("Path", false, "string"),
    ("Headers", false, "object"),
    ("QueryParameters", false, "object"),
    ("RequestBody", false, "json"),
    ("AllowNullValues", false, "boolean"),
    ("AuthType", false, "string"),
];

fn written(all: &[WrittenParameter], inside: &[&str]) -> Vec<Parameter> {
    let all = if inside.is_empty() { all } else { &[] };
    let parameter = |(name, is_required, kind): &WrittenParameter| {
        let choices: &[&str] = match *name {
            "AuthType" => &["NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY"],
            "Method" => &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"],
            _ => &[],
        };
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        Parameter { name: (*name).to_owned(), is_required: *is_required, kind, choices }
    };
    all.iter().map(parameter).collect()
}
