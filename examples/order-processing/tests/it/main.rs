//! The function as Lambda runs it: the binary, invoked through a Runtime API on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

use std::collections::BTreeSet;
use std::process::{Command, Output};

use asl_value::{Object, Value, json};
use runtime_api::{Function, Report};

#[allow(dead_code, reason = "shared with the tests of asl-lambda, which need more of it")]
#[path = "../../../../asl-lambda/tests/it/runtime_api.rs"]
mod runtime_api;

mod mutations;
mod workflow;

/// The value in the template.
const STATUSES: &str =
    r#"{"InvalidOrder": 400, "PaymentDeclined": 402, "OutOfStock": 409, "SuspectedFraud": 403}"#;

fn start(vars: &[(&str, &str)]) -> Function {
    Function::start(&mut Command::new(env!("CARGO_BIN_EXE_order-processing")), vars)
}

fn file(name: &str) -> Value {
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    Value::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn event(name: &str) -> Value {
    file(&format!("events/{name}.json"))
}

/// The order of `direct.json` with these members changed.
fn order(changes: Value) -> Value {
    let changes = changes.as_object().unwrap().clone();
    event("direct").as_object().unwrap().clone().into_iter().chain(changes).collect::<Object>().into()
}

fn request(order: &Value) -> Value {
    let mut event = event("http-api").as_object().unwrap().clone();
    event.insert("body", json!(order.to_json()));
    event.into()
}

/// The answer, with its body as JSON if it has one.
fn with_parsed_body(answer: Value) -> Value {
    let Some(body) = answer.get("body").and_then(Value::as_str) else { return answer };
    let body = Value::parse(body).unwrap();
    let mut answer = answer.as_object().unwrap().clone();
    answer.insert("body", body);
    answer.into()
}

#[test]
fn every_event_is_answered_as_its_sender_expects() {
    let mut function = start(&[]);
    for name in ["http-api", "http-api-declined", "rest-api", "event-bridge", "direct"] {
        let answer = function.invoke(&event(name)).response();
        assert_eq!(with_parsed_body(answer), event(&format!("{name}.expect")), "{name}");
    }
}

/// The input for all of them is the payload, for a message its body.
#[test]
fn only_the_orders_that_failed_come_back_to_the_queue() {
    let mut function = start(&[("ASL_INPUT", "body")]);
    for name in ["sqs", "http-api-base64", "http-api-get", "event-bridge", "direct"] {
        let answer = function.invoke(&event(name)).response();
        assert_eq!(with_parsed_body(answer), event(&format!("{name}.expect")), "{name}");
    }
}

#[test]
fn what_was_done_is_undone() {
    let mut function = start(&[("ASL_STATUS_MAP", STATUSES)]);
    for (changes, error, cause, status) in [
        (json!({"items": []}), "InvalidOrder", "an order needs an item", 400),
        (json!({"payment": {"token": "tok_declined"}}), "PaymentDeclined", "the card has no 7400 cents", 402),
        (
            json!({"items": [{"sku": "kettle", "quantity": 1, "unitPrice": 100}]}),
            "OutOfStock",
            "0 of `kettle` left, 1 ordered",
            409,
        ),
        (
            json!({"customerId": "guest-1", "items": [{"sku": "mug", "quantity": 2, "unitPrice": 50_000}]}),
            "SuspectedFraud",
            "the order looks like fraud",
            403,
        ),
        (
            json!({"items": [{"sku": "mug", "quantity": 40, "unitPrice": 50_000}]}),
            "ApprovalRequired",
            "orders above 5000.00 are approved by a person",
            500,
        ),
    ] {
        let order = order(changes);
        assert_eq!(function.invoke(&order).error(), (error.to_owned(), cause.to_owned()));
        let response = function.invoke(&request(&order)).response();
        assert_eq!(response["statusCode"], json!(status), "{error}");
        assert_eq!(response["body"], json!(json!({"error": error, "cause": cause}).to_json()));
    }
    let nonsense = function.invoke(&json!({"orderId": 7})).error();
    assert_eq!(nonsense.0, "InvalidOrder");
}

#[test]
fn another_definition_can_take_the_place_of_the_built_in_one() {
    let another = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("another.asl.json");
    let text = r#"{"StartAt": "Other", "States": {"Other": {"Type": "Succeed"}}}"#;
    std::fs::write(&another, text).unwrap();
    let vars = [("ASL_DEFINITION", another.to_str().unwrap())];
    assert_eq!(start(&vars).invoke(&json!([1])).response(), json!([1]));

    std::fs::write(&another, text.replace("Succeed", "Success")).unwrap();
    let mut function = start(&vars);
    let report = function.report();
    assert!(
        matches!(&report, Report::Error { of: None, error_type, .. } if error_type == "InvalidDefinition"),
        "{report:?}"
    );
    let (status, stderr) = function.ended();
    assert_eq!(status.code(), Some(2));
    assert!(stderr.contains(r#""location":"/States/Other/Type""#), "{stderr}");
}

#[test]
fn one_command_shows_the_way_and_the_response() {
    let event = concat!(env!("CARGO_MANIFEST_DIR"), "/events/http-api.json");
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_order-processing")).arg(event).output().unwrap();
    let stdout = String::from_utf8(stdout).unwrap();
    assert!(status.success() && stderr.is_empty(), "{stdout}");
    for line in
        ["trigger: http-api", "  CheckOrder (Parallel)", "    ReserveInventory (Task)", "\"statusCode\": 200"]
    {
        assert!(stdout.contains(line), "{line} in {stdout}");
    }
    let states = stdout.lines().filter(|line| line.ends_with("(Task)")).count();
    assert_eq!(states, 6, "{stdout}");
    assert!(stdout.contains("! PackerBusy: nobody is free to pack `teapot`"), "{stdout}");
}

#[test]
fn the_mocks_are_of_the_workflow() {
    let mocks = file("mocks.json");
    let tasks: BTreeSet<String> = task_states(&file("workflow.asl.json"));
    let cases = mocks["StateMachines"]["order-processing"]["TestCases"].as_object().unwrap();
    let mut mocked = BTreeSet::new();
    for (case, states) in cases.iter() {
        for (state, response) in states.as_object().unwrap().iter() {
            mocked.insert(state.to_string());
            assert!(!mocks["MockedResponses"][response.as_str().unwrap()].is_null(), "{case}: {response}");
        }
    }
    assert_eq!(mocked, tasks);
}

fn task_states(machine: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, state) in machine["States"].as_object().unwrap().iter() {
        if state["Type"] == json!("Task") {
            found.insert(name.to_string());
        }
        let branches = state["Branches"].as_array().into_iter().flat_map(|branches| branches.iter());
        let processor = state.get("ItemProcessor");
        for inner in branches.chain(processor) {
            found.extend(task_states(inner));
        }
    }
    found
}
