//! A request to `StartSyncExecution`: from a caller of an EXPRESS state machine that now calls the function instead.
//!
//! ```json
//! {"input": "{\"orderId\": \"o-1\"}", "name": "order-1", "traceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
//!  "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:orders"}
//! ```
//!
//! An event is recognised as a request if it has only these members and `includedData`, and either an `input` that is a
//! string and at least one other member, or the `stateMachineArn` of a state machine. The input of the execution is the
//! parsed `input`, or `{}` if there is none; `name` becomes the name of the execution. The answer is that of
//! `StartSyncExecution`, whether the execution succeeded or not:
//!
//! ```json
//! {"executionArn": "…", "stateMachineArn": "…", "name": "order-1", "startDate": 1457956800.5, "stopDate": 1457956800.6,
//!  "status": "SUCCEEDED", "input": "{}", "inputDetails": {"included": true}, "output": "{}",
//!  "outputDetails": {"included": true}, "traceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793"}
//! ```
//!
//! With `"includedData": "METADATA_ONLY"` it has neither `input` nor `output`.
//!
//! An `input` that is not JSON, an invalid `name` or a member of the wrong type fails the invocation with the error of
//! that API.

use asl_engine::{Failure, Identity};
use asl_value::{Object, Text, Value};

use super::event::text;
use super::invalid_body::InvalidBody;
use super::properties::{Answer, Properties};

pub(super) const PROPERTIES: Properties =
    Properties { name: "start-sync", matches, body, body_is_input: true, answer: Answer::Envelope };

const MEMBERS: [&str; 5] = ["input", "name", "traceHeader", "stateMachineArn", "includedData"];

fn matches(event: &Value) -> bool {
    let Some(members) = event.as_object() else { return false };
    let is_one =
        |(name, value): (&Text, &Value)| MEMBERS.contains(&name.as_str()) && value.as_str().is_some();
    members.iter().all(is_one)
        && match text(event, "input") {
            Some(_) => members.len() > 1,
            None => text(event, "stateMachineArn").is_some_and(|arn| arn.contains(":stateMachine:")),
        }
}

fn body(event: &Value) -> Result<Value, InvalidBody> {
    match event.get("input").filter(|input| !input.is_null()) {
        Some(Value::String(input)) => Value::parse(input).map_err(|error| InvalidBody(error.to_string())),
        Some(input) => Err(InvalidBody(mistyped("input", input))),
        None => Ok(Value::Object(Object::new())),
    }
}

fn mistyped(name: &str, found: &Value) -> String {
    format!("expected String at '{name}', found {}", found.type_name())
}

/// The members of a request other than `input`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) name: Option<Text>,
    pub(crate) trace_header: Option<Text>,
    /// Whether the answer contains input and output.
    pub(crate) includes_data: bool,
}

impl Request {
    /// Reads a request. The event may not look like one, if the trigger is set in the configuration.
    ///
    /// # Errors
    /// Those of the API: `SerializationException`, `ValidationException`, `InvalidName`.
    pub(crate) fn read(event: &Value) -> Result<Request, Failure> {
        // UNRECORDED: the texts about a request or a member of the wrong JSON type.
        let mistyped = |text: String| Failure::new("SerializationException", text);
        let Some(members) = event.as_object() else {
            return Err(mistyped(format!("expected a request, found {}", event.type_name())));
        };
        for name in MEMBERS {
            if let Some(wrong) =
                members.get(name).filter(|value| !value.is_null() && value.as_str().is_none())
            {
                return Err(mistyped(self::mistyped(name, wrong)));
            }
        }
        let included = text(event, "includedData").map(Text::as_str);
        if included.is_some_and(|word| !["ALL_DATA", "METADATA_ONLY"].contains(&word)) {
            return Err(invalid(event, "includedData", "satisfy enum value set: [ALL_DATA, METADATA_ONLY]"));
        }
        let trace_header = text(event, "traceHeader").cloned();
        if trace_header.as_ref().is_some_and(|header| header.chars().count() > MOST_TRACE_CHARS) {
            return Err(invalid(event, "traceHeader", "have length less than or equal to 256"));
        }
        let name = text(event, "name").cloned();
        if let Some(name) = name.as_ref().filter(|name| !Identity::is_name(name)) {
            return Err(Failure::new("InvalidName", format!("Invalid Name: '{name}'")));
        }
        Ok(Request { name, trace_header, includes_data: included != Some("METADATA_ONLY") })
    }
}

/// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html>
const MOST_TRACE_CHARS: usize = 256;

fn invalid(event: &Value, name: &str, rule: &str) -> Failure {
    let value = text(event, name).map(Text::as_str).unwrap_or_default();
    let constraint = format!("Value '{value}' at '{name}' failed to satisfy constraint: Member must {rule}");
    Failure::new("ValidationException", format!("1 validation error detected: {constraint}"))
}
