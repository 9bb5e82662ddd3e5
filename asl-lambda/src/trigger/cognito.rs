//! A user signs up, signs in or requests a message, and a user pool of Cognito asks the function what to do.
//!
//! ```json
//! {
//!   "version": "1", "triggerSource": "PreSignUp_SignUp", "region": "eu-west-1", "userPoolId": "eu-west-1_aBcDeFgHi",
//!   "userName": "ann", "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "1example23456789"},
//!   "request": {"userAttributes": {"email": "ann@example.com"}, "validationData": null},
//!   "response": {"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false}
//! }
//! ```
//!
//! The event is the input. Cognito expects it back with the `response` filled in. An output that is such an event is
//! the answer; the members of any other object are inserted into the `response` of the event; any other output leaves
//! the event unchanged. With `ASL_INPUT=body` the input is the `request`. A failed execution fails the invocation, and
//! Cognito shows the cause to the user.

use asl_value::Value;

use super::event::{part, text};
use super::properties::{Answer, Properties};

pub(super) const PROPERTIES: Properties = Properties {
    name: "cognito",
    matches,
    body: |event| Ok(part(event, "request")),
    body_is_input: false,
    answer: Answer::Output(fill),
};

/// An event of a user pool, or of a data set of an identity pool, which is answered in the same way.
fn matches(event: &Value) -> bool {
    let has = |name| text(event, name).is_some();
    (has("triggerSource") && has("userPoolId"))
        || (has("identityPoolId") && event.get("datasetRecords").is_some())
}

fn fill(event: &Value, output: &Value) -> Value {
    let (Value::Object(event), Value::Object(members)) = (event, output) else { return event.clone() };
    if matches(output) {
        return output.clone();
    }
    let mut response = event.get("response").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, value) in members {
        response.insert(name.clone(), value.clone());
    }
    let mut event = event.clone();
    event.insert("response", response.into());
    Value::Object(event)
}
