//! What workers do for the executions that ask for it: end a task by its token, stop, redrive, update a Map Run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::Client;
use crate::Result;

/// Does an errand until the server acknowledges it. The same one may come twice, since its function may be called twice.
pub(super) fn run(client: &Client, stop: &AtomicBool, errand: &Value) -> Result<()> {
    match errand["errand"].as_str().unwrap_or_default() {
        "succeed" => succeed(client, errand).map(drop),
        "decline" => decline(client, errand),
        "tolerate" => {
            tolerate(client, errand)?;
            decline(client, errand)
        }
        "stop" => stop_waiting(client, stop, errand),
        "redrive" => redrive(client, stop, errand),
        other => Err(format!("unknown errand {other}").into()),
    }
}

/// The errors about the token of a task that has ended already.
const ENDED: [&str; 2] = ["TaskTimedOut", "InvalidToken"];

/// Ends a task. Returns whether that was acknowledged. If not, it has ended already, by an earlier errand or an answer that
/// was lost. A callback that is lost never ends its execution, which is found.
fn end(client: &Client, action: &str, request: &Value) -> Result<bool> {
    match client.until_answered(action, request)?.0 {
        Err(error) if !ENDED.contains(&error.name.as_str()) => Err(error.into()),
        answer => Ok(answer.is_ok()),
    }
}

/// Returns whether it was acknowledged.
pub(super) fn succeed(client: &Client, errand: &Value) -> Result<bool> {
    let token = &errand["token"];
    end(client, "SendTaskHeartbeat", &json!({"taskToken": token}))?;
    end(client, "SendTaskSuccess", &json!({"taskToken": token, "output": r#"{"by":"callback"}"#}))
}

fn decline(client: &Client, errand: &Value) -> Result<()> {
    let request = json!({"taskToken": errand["token"], "error": "Declined", "cause": "by the worker"});
    end(client, "SendTaskFailure", &request).map(drop)
}

/// Lets the Map Run of a child tolerate that all of its children fail.
fn tolerate(client: &Client, errand: &Value) -> Result<()> {
    let of = json!({"executionArn": errand["input"]["mapRunOf"]});
    for map_run in client.list("ListMapRuns", "mapRuns", &of)? {
        let request = json!({
            "mapRunArn": map_run["mapRunArn"],
            "maxConcurrency": 3,
            "toleratedFailureCount": 4,
            "toleratedFailurePercentage": 100
        });
        match client.until_answered("UpdateMapRun", &request)?.0 {
            // All children have failed: the errand was done before.
            Err(error) if error.name != "ValidationException" => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Stops an execution when it waits.
fn stop_waiting(client: &Client, stop: &AtomicBool, errand: &Value) -> Result<()> {
    let request = json!({"executionArn": errand["execution"], "maxResults": 1000});
    let waits = || -> Result<Option<()>> {
        let events = client.list("GetExecutionHistory", "events", &request)?;
        Ok(events.iter().any(|event| event["type"] == "WaitStateEntered").then_some(()))
    };
    if wait_for(stop, waits)?.is_none() {
        return Ok(());
    }
    let request = json!({"executionArn": errand["execution"], "error": "Stopped", "cause": "by the worker"});
    client.change("StopExecution", &request, &[]).map(drop)
}

/// Redrives an execution each time it has failed, which is twice.
fn redrive(client: &Client, stop: &AtomicBool, errand: &Value) -> Result<()> {
    for time in 1..=2 {
        let request = json!({"executionArn": errand["execution"], "clientToken": format!("redrive-{time}")});
        let redrive = || match client.until_answered("RedriveExecution", &request)?.0 {
            Ok(answer) => Ok(Some(answer)),
            // It runs, or again: an end that was not on disk is lost with the process.
            Err(error) if error.name == "ExecutionNotRedrivable" => Ok(None),
            Err(error) => Err(error.into()),
        };
        let Some(redriven) = wait_for(stop, redrive)? else { return Ok(()) };
        // The same request again is the same redrive.
        let again = redrive()?;
        if again.as_ref() != Some(&redriven) {
            return Err(format!("{request}: {redriven}, and again {again:?}").into());
        }
    }
    Ok(())
}

/// Asks until there is an answer. There is none if the load ends before.
fn wait_for<T>(stop: &AtomicBool, ask: impl Fn() -> Result<Option<T>>) -> Result<Option<T>> {
    while !stop.load(Ordering::Relaxed) {
        if let Some(answer) = ask()? {
            return Ok(Some(answer));
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    Ok(None)
}
