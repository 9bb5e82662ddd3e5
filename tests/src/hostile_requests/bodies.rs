//! Bodies of every operation: members that are missing, of the wrong type, huge, deep or doubled, and bytes that are not JSON.

use asl_value::{Value, json};

use super::allowed::{Allowed, ERRORS};
use super::{Request, Sending, Target, operation};
use crate::fuzz::Random;

/// Members of operations. Each body has some of them.
const MEMBERS: &[&str] = &[
    "name",
    "definition",
    "roleArn",
    "type",
    "stateMachineArn",
    "executionArn",
    "activityArn",
    "mapRunArn",
    "resourceArn",
    "stateMachineAliasArn",
    "stateMachineVersionArn",
    "taskToken",
    "input",
    "output",
    "error",
    "cause",
    "maxResults",
    "nextToken",
    "statusFilter",
    "redriveFilter",
    "reverseOrder",
    "tags",
    "tagKeys",
    "routingConfiguration",
    "loggingConfiguration",
    "tracingConfiguration",
    "encryptionConfiguration",
    "publish",
    "versionDescription",
    "description",
    "revisionId",
    "includedData",
    "includeExecutionData",
    "inspectionLevel",
    "revealSecrets",
    "stateName",
    "mock",
    "context",
    "variables",
    "stateConfiguration",
    "maxConcurrency",
    "toleratedFailureCount",
    "toleratedFailurePercentage",
    "severity",
    "traceHeader",
    "clientToken",
    "workerName",
];

const ARN: &str = "arn:aws:states:us-east-1:123456789012";

pub(super) fn request(target: &Target<'_>, random: &mut Random) -> Request {
    let action = random.choose(ERRORS).map_or("ListActivities", |(name, _)| name);
    let body = damaged(&text(target, random), random);
    // A body that is too long is refused while it is being sent, which may break the connection.
    let allowed = if body.len() > 1 << 20 { Allowed::Any } else { Allowed::Operation(action) };
    Request { bytes: operation(target, action, &body), contains: None, allowed, sending: Sending::Whole }
}

/// An object with many of the members, mostly of the right type, sometimes one of them twice.
fn text(target: &Target<'_>, random: &mut Random) -> String {
    let mut members = Vec::new();
    let share = 1 + random.below(4);
    for name in MEMBERS {
        if random.below(share) == 0 {
            members.push(format!("{}:{}", Value::from(*name), member(target, name, random)));
        }
    }
    if random.below(10) == 0 {
        let again = random.choose(&members).cloned();
        members.extend(again);
    }
    format!("{{{}}}", members.join(","))
}

fn member(target: &Target<'_>, name: &str, random: &mut Random) -> String {
    if random.below(12) == 0 {
        return odd(random);
    }
    let value = match name {
        // Not one that exists: GetActivityTask would wait for a minute.
        "activityArn" => Value::from(format!("{ARN}:activity:none{}", random.below(9))),
        "name" => Value::from(format!("hostile-{}", random.below(20))),
        "roleArn" => "arn:aws:iam::123456789012:role/r".into(),
        "type" => ["STANDARD", "EXPRESS", "standard", ""].get(random.below(4)).copied().unwrap_or("").into(),
        "definition" => r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#.into(),
        "input" | "output" | "variables" | "context" => r#"{"a":1}"#.into(),
        "maxResults" => Value::from(random.below(1200) as i64 - 100),
        "tags" => json!([{"key": "k", "value": "v"}]),
        "tagKeys" => json!(["k"]),
        "mock" => json!({"result": "{}"}),
        "routingConfiguration" => {
            json!([{"stateMachineVersionArn": format!("{}:1", target.machine), "weight": 100}])
        }
        "loggingConfiguration" => json!({"level": "OFF"}),
        "publish" | "reverseOrder" | "revealSecrets" => Value::Bool(random.below(2) == 0),
        name if name.ends_with("Arn") => arn(target, random).into(),
        _ => "x".into(),
    };
    value.to_json()
}

fn arn(target: &Target<'_>, random: &mut Random) -> String {
    match random.below(8) {
        0 => format!("{}:{}", target.machine, random.below(4)),
        1 => format!("{ARN}:execution:steady:x{}", random.below(9)),
        2 => format!("{ARN}:stateMachine:hostile-{}", random.below(20)),
        3 => format!("{ARN}:express:steady:x:y"),
        4 => format!("{ARN}:mapRun:a/b:c"),
        5 => format!("{ARN}:stateMachine:../../etc/passwd"),
        6 => ":".repeat(random.below(300)),
        _ => format!("{ARN}:stateMachine:\u{0}\u{202e}{}", "é".repeat(random.below(200))),
    }
}

/// A value that nobody expects.
fn odd(random: &mut Random) -> String {
    let deep = [10, 127, 129, 2_000, 100_000].get(random.below(5)).copied().unwrap_or(1);
    match random.below(14) {
        0 => "null".to_owned(),
        1 => "true".to_owned(),
        2 => "1e309".to_owned(),
        3 => "-0.0e-999".to_owned(),
        4 => "9".repeat(1 + random.below(5_000)),
        5 => format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
        6 => format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep)),
        7 => "[".repeat(deep),
        8 => format!("\"{}\"", "x".repeat(random.below(60_000))),
        9 => "\"\\ud800\"".to_owned(),
        10 => "\"\\u0000\"".to_owned(),
        11 => "[1,[2,{}]]".to_owned(),
        12 => format!("[{}1]", "{},".repeat(random.below(500))),
        _ => "9223372036854775808".to_owned(),
    }
}

/// Mostly the bytes of the text; else they are cut off, or are no UTF-8, or no object.
fn damaged(text: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    match random.below(20) {
        0 => bytes.truncate(random.below(bytes.len() + 1)),
        1 => {
            let place = random.below(bytes.len() + 1);
            drop(bytes.splice(place..place, [0xff, 0xc0, 0x80]));
        }
        2 => bytes = odd(random).into_bytes(),
        3 => bytes.extend_from_slice(text.as_bytes()),
        4 => bytes.splice(..0, [0xef, 0xbb, 0xbf]).for_each(drop),
        5 if random.below(40) == 0 => bytes.resize((4 << 20) + 2, b' '),
        _ => {}
    }
    bytes
}
