//! Definitions: mutated ones, and those whose work grows. Every execution has a second.

use std::time::Duration;

use asl_value::{Value, json};

use super::{Allowed, Request, Sending, Target, operation};
use crate::fuzz::{Random, mutated};
use crate::hostile::attack;

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

/// The longest input, in bytes: what is quoted in a request becomes longer.
const INPUT: usize = 200_000;

/// The seconds of an execution.
const SECONDS: Duration = Duration::from_secs(1);

/// A mutated definition, which is validated, tested or created.
pub(super) fn definition(target: &Target<'_>, random: &mut Random) -> Request {
    let text = match random.below(10) {
        0 => yaml(random),
        _ => mutated(target.corpus, random),
    };
    let kind = ["STANDARD", "EXPRESS"].get(random.below(2)).copied();
    match random.below(4) {
        0 => call(
            target,
            "CreateStateMachine",
            &json!({"name": format!("hostile-{}", random.below(20)), "definition": text, "roleArn": ROLE, "type": kind}),
        ),
        1 => {
            // One of its states, if it has one that takes no time.
            let definition = Value::parse(&text).unwrap_or_default();
            let states = definition.get("States").and_then(Value::as_object);
            let state = states.and_then(|states| states.values().next()).cloned().unwrap_or_default();
            let waits = matches!(state.get("Type").and_then(Value::as_str), Some("Wait" | "Task"));
            let tested = if waits { text } else { state.to_json() };
            call(target, "TestState", &json!({"definition": tested, "roleArn": ROLE, "input": "{}"}))
        }
        _ => call(target, "ValidateStateMachineDefinition", &json!({"definition": text, "type": kind})),
    }
}

/// Aliases that double at each step.
fn yaml(random: &mut Random) -> String {
    let mut text = "a0: &a0 [x, x]\n".to_owned();
    for number in 1..1 + random.below(40) {
        let before = number - 1;
        text.push_str(&format!("a{number}: &a{number} [*a{before}, *a{before}]\n"));
    }
    text + "StartAt: A\nStates: {A: {Type: Succeed}}\n"
}

/// A machine whose work grows: it is created, executed and deleted.
pub(super) fn machine(target: &Target<'_>, random: &mut Random, number: u64) -> Vec<Request> {
    let attack = attack(number, random.below(1 << 20) as u64);
    let definition = with_timeout(&attack.definition);
    let input = attack.input.to_json();
    let input = if input.len() > INPUT { "{}".to_owned() } else { input };
    let name = format!("work-{number}");
    let arn =
        target.machine.rsplit_once(':').map_or_else(String::new, |(start, _)| format!("{start}:{name}"));
    let create = json!({"name": name, "definition": definition, "roleArn": ROLE, "type": "EXPRESS"});
    let start = json!({"stateMachineArn": arn.as_str(), "input": input});
    let action = ["StartSyncExecution", "StartExecution"].get(random.below(2)).copied();
    vec![
        call(target, "CreateStateMachine", &create),
        call(target, action.unwrap_or("StartExecution"), &start),
        call(target, "DeleteStateMachine", &json!({"stateMachineArn": arn})),
    ]
}

fn with_timeout(definition: &str) -> String {
    let Ok(Value::Object(mut members)) = Value::parse(definition) else { return definition.to_owned() };
    members.insert("TimeoutSeconds", Value::from(SECONDS.as_secs() as i64));
    Value::Object(members).to_json()
}

/// A request that must succeed, whatever the others do.
pub(super) fn well_formed(target: &Target<'_>, random: &mut Random) -> Request {
    let arn = target.machine;
    let (action, body, contains) = match random.below(4) {
        0 => ("StartSyncExecution", json!({"stateMachineArn": arn, "input": r#"{"n":7}"#}), r#"\"n\":7"#),
        1 => ("DescribeStateMachine", json!({"stateMachineArn": arn}), "ACTIVE"),
        2 => ("ListStateMachines", json!({"maxResults": 1000}), "steady"),
        _ => {
            let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#;
            ("ValidateStateMachineDefinition", json!({"definition": definition}), r#""OK""#)
        }
    };
    Request { contains: Some(contains), allowed: Allowed::Success, ..call(target, action, &body) }
}

fn call(target: &Target<'_>, action: &'static str, body: &Value) -> Request {
    let bytes = operation(target, action, body.to_json().as_bytes());
    Request { bytes, contains: None, allowed: Allowed::Operation(action), sending: Sending::Whole }
}
