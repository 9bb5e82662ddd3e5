//! Runs from Rust.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use asl_model::Source;
use asl_test::{Machine, Mocks, TestRun, returns, throws};
use asl_value::json;

use crate::support::ORDERS;

fn run(mocks: Mocks) -> TestRun {
    Machine::new("orders", Source::json(ORDERS)).unwrap().run(json!({"sku": "mug"}), mocks)
}

#[test]
fn a_run_is_asserted() {
    let sent = Mocks::new().task("sqs:sendMessage", returns(json!({})));
    let busy = [throws("Busy", "try later"), returns(json!({"total": 50})).after(Duration::from_secs(1))];
    run(sent.clone().task("Price", busy))
        .assert_path(["Price", "Size", "Both", "Done"])
        .assert_calls("Price", 2)
        .assert_called_with("Right", json!({"MessageBody": "mug"}))
        .assert_duration(Duration::from_secs(3))
        .assert_output(json!({"total": 50}));
    run(sent.task("Price", throws("Unknown", "no"))).assert_failed("Refused");
}

#[test]
fn an_assertion_tells_what_differs() {
    let run = run(Mocks::new().task("Price", throws("Unknown", "no")));
    let panic = catch_unwind(AssertUnwindSafe(|| {
        run.assert_path(["Price", "Done"]);
    }));
    let message = panic.unwrap_err();
    let message = message.downcast_ref::<String>().unwrap();
    let expected = "    Price\n  - Done\n  + Sorry\npath: Price → Sorry\nFAILED: Refused: we are sorry";
    assert_eq!(message, expected);
}

#[test]
fn a_task_that_nothing_mocks_is_an_error() {
    let run = run(Mocks::new());
    assert!(catch_unwind(AssertUnwindSafe(|| run.assert_failed("States.Runtime").path().len())).is_err());
}
