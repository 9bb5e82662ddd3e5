//! The machines whose executions are interrupted.

use serde_json::{Value, json};

use super::client::Client;
use super::names::{CHILD, PARENT, ROLE};
use super::states::{
    activity, callback, distributed, errand, fail, flaky, function, in_a_row, map, nested, parallel, pass,
    redriven_function, wait,
};
use crate::Result;

/// A kind of execution.
pub(super) struct Kind {
    pub(super) name: &'static str,
    definition: fn() -> Value,
    /// How often it is chosen.
    pub(super) weight: u64,
    pub(super) is_express: bool,
    /// How often it is redriven before it ends.
    pub(super) redrives: u64,
}

const fn kind(name: &'static str, weight: u64, definition: fn() -> Value) -> Kind {
    Kind { name, definition, weight, is_express: false, redrives: 0 }
}

pub(super) const KINDS: &[Kind] = &[
    kind("task", 12, || in_a_row(&[("T", function("echo")), ("P", pass())])),
    kind("wait", 8, || in_a_row(&[("W", wait(1)), ("T", function("echo"))])),
    kind("callback", 8, || in_a_row(&[("C", callback("succeed")), ("P", pass())])),
    kind("declined", 3, declined),
    kind("activity", 6, || in_a_row(&[("A", activity())])),
    kind("retry", 6, || in_a_row(&[("F", flaky())])),
    kind("parallel", 6, || {
        let branches = [
            in_a_row(&[("T", function("echo"))]),
            in_a_row(&[("W", wait(1)), ("V", wait(1))]),
            in_a_row(&[("F", flaky())]),
            in_a_row(&[("A", activity()), ("U", wait(1))]),
        ];
        in_a_row(&[("P", parallel(&branches))])
    }),
    kind("map", 4, || in_a_row(&[("M", map(&in_a_row(&[("T", function("echo")), ("W", wait(1))])))])),
    kind(PARENT, 6, || in_a_row(&[("N", nested())])),
    kind("distributed", 2, || {
        in_a_row(&[("M", distributed(in_a_row(&[("T", function("echo")), ("W", wait(1))])))])
    }),
    kind("updated", 2, updated),
    kind("fails", 2, || in_a_row(&[("W", wait(1)), ("F", fail())])),
    kind("stopped", 3, || in_a_row(&[("E", errand("stop")), ("W", wait(31_536_000))])),
    Kind { redrives: 2, ..kind("redriven", 3, redriven) },
    kind("long", 1, long),
    Kind { is_express: true, ..kind("express", 4, || in_a_row(&[("T", function("echo")), ("P", pass())])) },
];

/// Creates the machines and the activity.
pub(super) fn create(client: &Client) -> Result<()> {
    client.call("CreateActivity", &json!({"name": "work"}))??;
    let child = kind(CHILD, 0, || in_a_row(&[("W", wait(1)), ("P", pass())]));
    for kind in KINDS.iter().chain([&child]) {
        let definition = (kind.definition)().to_string();
        let of = if kind.is_express { "EXPRESS" } else { "STANDARD" };
        let request = json!({"name": kind.name, "roleArn": ROLE, "definition": definition, "type": of});
        client.call("CreateStateMachine", &request)??;
    }
    Ok(())
}

/// A task that is declined, which the machine catches.
fn declined() -> Value {
    let mut asks = callback("decline");
    asks["Catch"] = json!([{"ErrorEquals": ["Declined"], "Next": "P"}]);
    in_a_row(&[("C", asks), ("P", pass())])
}

/// A Map Run whose children all fail, after it was told to tolerate that.
fn updated() -> Value {
    let mut map = distributed(in_a_row(&[("C", callback("tolerate"))]));
    map["ItemSelector"] = json!({"mapRunOf.$": "$$.Execution.Id", "item.$": "$$.Map.Item.Value"});
    in_a_row(&[("M", map), ("P", pass())])
}

/// Fails until it is redriven, in a branch and in an iteration beside others that have succeeded.
fn redriven() -> Value {
    let mut branches =
        parallel(&[in_a_row(&[("Q", pass())]), in_a_row(&[("A", redriven_function("redriven-1"))])]);
    branches["ResultPath"] = Value::Null;
    let is_second = json!([{"Variable": "$", "NumericEquals": 2, "Next": "B"}]);
    let choice = json!({"Type": "Choice", "Choices": is_second, "Default": "R"});
    let each = in_a_row(&[("I", choice), ("B", redriven_function("redriven-2")), ("R", pass())]);
    in_a_row(&[("E", errand("redrive")), ("W", wait(1)), ("P", branches), ("M", map(&each)), ("S", pass())])
}

/// More events than a page of a history has.
fn long() -> Value {
    let items = (0..300).collect::<Vec<u32>>();
    let each = in_a_row(&[("P", pass())]);
    let mut of_all = map(&each);
    of_all["MaxConcurrency"] = json!(0);
    of_all["ResultPath"] = Value::Null;
    let items = json!({"Type": "Pass", "Result": {"items": items}});
    in_a_row(&[("I", items), ("M", of_all), ("W", wait(1)), ("T", function("echo"))])
}
