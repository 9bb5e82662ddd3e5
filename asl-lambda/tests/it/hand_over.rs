//! Durable executions that continue in a next one, and events that claim to be their hand-overs.

use std::sync::Arc;

use asl_durable::{Emulator, Fault, Faults, OperationDetails};

use crate::durable::{BILLING, beside_with, shows, start};

/// The states of a machine that calls a task `n` times.
const LOOP: &str = r#""StartAt": "Bill", "States": {
    "Bill": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:bill", "ResultPath": null, "Next": "Less"},
    "Less": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, -1)"}, "Next": "More?"},
    "More?": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 0, "Next": "Bill"}], "Default": "Done"},
    "Done": {"Type": "Succeed"}
}"#;

/// From the fewest operations on.
const VARS: [(&str, &str); 1] = [("ASL_DURABLE_CONTINUE_AT", "100")];

fn repeats() -> String {
    format!("{{{LOOP}}}")
}

/// A distributed Map whose children are such machines.
fn each() -> String {
    format!(
        r#"{{"StartAt": "Each", "States": {{"Each": {{"Type": "Map", "Label": "Each", "ItemsPath": "$.n", "End": true,
          "ItemSelector": {{"n.$": "$$.Map.Item.Value"}}, "ItemProcessor": {{
            "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}, {LOOP}}}}}}}}}"#
    )
}

#[tokio::test]
async fn executions_continue_in_the_same_function() {
    tokio::time::pause();
    let plain = Faults::default;
    let ended = beside_with(&repeats(), r#"{"n": 250}"#, plain(), &VARS, BILLING).await;
    shows("a loop", &ended, ("SUCCEEDED", r#"{"n":0}"#, 1, 3));
    let ended = beside_with(&each(), r#"{"n": [3, 150]}"#, plain(), &VARS, BILLING).await;
    shows("a child", &ended, ("SUCCEEDED", r#"[{"n":0},{"n":0}]"#, 2, 4));
    let other = start(".sync:2", "billing", "");
    let ended = beside_with(&other, r#"{"n": 150}"#, plain(), &VARS, &repeats()).await;
    shows("another machine", &ended, ("SUCCEEDED", r#""Output":{"n":0}"#, 1, 3));
    let killed = (1..=30).fold(plain(), |faults, at| faults.at(at, Fault::KilledAfterwards));
    let (ended, _) = beside_with(&repeats(), r#"{"n": 120}"#, killed, &VARS, BILLING).await;
    assert_eq!(ended.status, "SUCCEEDED", "{ended:#?}");
}

/// What the last execution of the service was given.
fn handed_over(service: &Arc<Emulator>) -> String {
    let inputs = service.executions().into_iter().filter_map(|name| {
        match service.operations(&name).first().map(|first| first.details.clone()) {
            Some(OperationDetails::Execution { input }) => input,
            _ => None,
        }
    });
    inputs.into_iter().find(|input| input.contains("asl-continue")).expect("a next execution").to_string()
}

/// Changes of an event, each from one text to another; the status that follows, and a part of the message.
type Row = (&'static [(&'static str, &'static str)], (&'static str, &'static str));

/// Runs the function on what it handed over, with changes. Each must be one that was made.
async fn check(definition: &str, event: &str, changes: &[(&str, &str)], expect: (&str, &str)) {
    let changed = changes.iter().fold(event.to_owned(), |event, (from, to)| {
        assert!(event.contains(from), "no `{from}` in {event}");
        event.replace(from, to)
    });
    let (ended, _) = beside_with(definition, &changed, Faults::default(), &VARS, BILLING).await;
    let message = ended.error.and_then(|error| error.message).unwrap_or_default();
    assert_eq!(ended.status, expect.0, "{changes:?}: {message}");
    assert!(message.contains(expect.1), "{changes:?}: {message}");
}

#[tokio::test]
async fn hand_overs_that_this_function_cannot_have_made() {
    tokio::time::pause();
    let (_, service) = beside_with(&repeats(), r#"{"n": 120}"#, Faults::default(), &VARS, BILLING).await;
    let event = handed_over(&service);
    let cannot = ("FAILED", "this function cannot have handed over an execution");
    let rows: [Row; 8] = [
        (&[], ("SUCCEEDED", "")),
        (&[(":execution:machine:", ":execution:other:")], cannot),
        (&[("stateMachine:machine", "stateMachine:other")], cannot),
        (&[("role/machine", "role/admin")], cannot),
        (&[(r#""region":"us-east-1""#, r#""region":"eu-west-1""#)], cannot),
        (
            &[(r#""host":{"machine":null}"#, r#""host":{"machine":null,"map":"Each"}"#)],
            ("FAILED", "there is no Map `Each`"),
        ),
        (&[(r#""definition":""#, r#""definition":"0"#)], ("FAILED", "definition")),
        // The limits are those of the function, whatever the event says.
        (&[(r#""events":25000"#, r#""events":1"#)], ("SUCCEEDED", "")),
    ];
    for (changes, expect) in rows {
        check(&repeats(), &event, changes, expect).await;
    }
}

#[tokio::test]
async fn children_that_this_function_cannot_have_started() {
    tokio::time::pause();
    let child = r#"{"asl-map-child":"Each","executionArn":"arn:aws:states:us-east-1:123456789012:execution:machine/Each:1","roleArn":"arn:aws:iam::123456789012:role/machine","input":{"n":1}}"#;
    let none = ("FAILED", "this function has no distributed Map `Each` of");
    let rows: [Row; 5] = [
        (&[], ("SUCCEEDED", "")),
        (&[("machine/Each", "machine/Other")], none),
        (&[("machine/Each", "machine")], none),
        (&[("role/machine", "role/admin")], none),
        (&[(":execution:", ":stateMachine:")], none),
    ];
    for (changes, expect) in rows {
        check(&each(), child, changes, expect).await;
    }
}
