//! Hover: what is said about fields, names, resources and expressions.

use serde_json::{Value, json};

use crate::support::{MARK, open, open_at};

#[track_caller]
fn check(name: &str, text: &str, expect: &str) {
    let found = open(name, text).ask("textDocument/hover", json!({}));
    assert_eq!(found["contents"]["value"].as_str().unwrap_or("nothing"), expect);
}

#[test]
fn fields_and_words() {
    let state = |fields: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", {fields}}}, "B": {{"Type": "Wait"}}}}}}"#
        )
    };
    check(
        "a.asl.json",
        &state(r#""Timeout‸Seconds": 5"#),
        "**`TimeoutSeconds`**\n\nThe seconds after which the work fails.\n\nType: integer, from 1 to 99999999.",
    );
    check(
        "a.asl.json",
        &state(r#""Res‸ource": "x""#),
        "**`Resource`** (required)\n\nWhat does the work: the ARN of a service integration, a function or an activity.\n\nType: string.",
    );
    check(
        "a.asl.json",
        &state(r#""Retry": [{"Jitter‸Strategy": "FULL"}]"#),
        "**`JitterStrategy`**\n\nWhether intervals are randomised.\n\nOne of `NONE`, `FULL`.",
    );
    check("a.asl.json", &state(r#""Next": "‸B""#), "**B** (Wait)\n\nReached from `A`.");
    check(
        "a.asl.json",
        &state(r#""Retry": [{"ErrorEquals": ["States.Time‸out"]}]"#),
        "**`States.Timeout`**\n\nThe task ran longer than `TimeoutSeconds`, or sent no heartbeat for `HeartbeatSeconds`.",
    );
    check(
        "a.asl.json",
        &state(r#""Resource": "arn:aws:states:::sqs:send‸Message""#),
        "**`sqs:sendMessage`**\n\nAn optimised integration of Step Functions. The state ends when the service has responded.\n\nRequired: `QueueUrl`, `MessageBody`.",
    );
    check(
        "a.asl.json",
        &state(r#""Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"Queue‸Url": "x"}"#),
        "**`QueueUrl`** (string, required)\n\nA parameter of `sqs:sendMessage`.",
    );
    check(
        "a.asl.yaml",
        "States:\n  A:\n    Type: Ta‸sk\n",
        "**Task** state\n\nDoes work: calls a service, a function or an activity.",
    );
    check("a.asl.json", &state(r#""Comment": "noth‸ing""#), "nothing");
}

/// Checks the hover at the end of a text in the file that has samples.
#[track_caller]
fn beside(after: &str, expect: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/orders.asl.json");
    let text = std::fs::read_to_string(path).unwrap();
    let at = text.find(after).unwrap() + after.len() - 1;
    let marked = format!("{}{MARK}{}", &text[..at], &text[at..]);
    let found =
        open_at(&format!("file://{path}"), &marked, &Value::Null).ask("textDocument/hover", json!({}));
    assert_eq!(found["contents"]["value"].as_str().unwrap_or("nothing"), expect);
}

#[test]
fn paths_with_samples() {
    beside(
        "$.order.lines[0].sku",
        "**`$.order.lines[0].sku`**\n\nA path in the input of the state.\n\nWith `orders.input.json`:\n```json\n\"a-1\"\n```\n\nWith the test “one line”:\n```json\n\"c-3\"\n```",
    );
    beside(
        "States.Form",
        "**`States.Format(template, value…)`**\n\nThe template with each `{}` replaced by a value: strings as they are, numbers, booleans and null as in JSON, objects and arrays as Java prints them.\n\nWith `orders.input.json`:\n```json\n\"2 lines\"\n```\n\nWith the test “one line”:\n```json\n\"1 lines\"\n```",
    );
    beside("$$.Execution.Id", "**`$$.Execution.Id`**\n\nThe ARN of the execution.");
    beside(
        "$states.input.order",
        "**`$states.input.order`**\n\nIf its input were that of `orders.input.json`:\n```json\n{\n  \"lines\": [\n    {\n      \"sku\": \"a-1\"\n    },\n    {\n      \"sku\": \"b-7\"\n    }\n  ]\n}\n```\n\nIf its input were that of the test “one line”:\n```json\n{\n  \"lines\": [\n    {\n      \"sku\": \"c-3\"\n    }\n  ]\n}\n```",
    );
    beside("{% $coun", "**`$count(array)`**\n\nHow many items the array has.");
    beside("+ $tot", "**`$total`** (variable)\n\nAssigned in `Price`: `\"$.Payload.total\"`");
    beside(
        "$states.context.State.EnteredTime",
        "**`$states.context.State.EnteredTime`**\n\nWhen the state was entered, as ISO 8601.",
    );
}

#[test]
fn links_between_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data");
    let ask = |file: &str, text: &str| {
        let found = open_at(&format!("file://{folder}/{file}"), text, &Value::Null)
            .ask("textDocument/documentLink", json!({}));
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|link| link["target"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ask("orders.asl.json", r#"{"StartAt": "A", "States": {}}"#), ["orders.test.yaml"]);
    assert_eq!(ask("other.test.yaml", "machine: orders.asl.json\ncases: []\n"), ["orders.asl.json"]);
    assert_eq!(ask("other.test.yaml", "machine: nowhere.asl.json\ncases: []\n"), Vec::<String>::new());
}
