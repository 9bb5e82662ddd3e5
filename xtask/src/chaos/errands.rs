//! What workers do for the executions that ask for it: end a task by its token, stop, redrive, update a Map Run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::Client;
use crate::Result;

/// Does an errand until the server acknowledges it. The same one may come twice, since its function may be called twice.
pub(super) fn run(client: &Client, stop: &AtomicBool, errand: &Value) -> Result<()> {
    match errand["errand"].as_str().unwrap_or_default() {
        "succeed" => succeed(client, errand),
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

/// Ends a task. It may have ended already, by an earlier errand or an answer that was lost. If not, its execution never
/// ends, which is found.
fn end(client: &Client, action: &str, request: &Value) -> Result<()> {
    match client.until_answered(action, request)?.0 {
        Err(error) if !ENDED.contains(&error.name.as_str()) => Err(error.into()),
        _ => Ok(()),
    }
}

pub(super) fn succeed(client: &Client, errand: &Value) -> Result<()> {
    let token = &errand["token"];
    end(client, "SendTaskHeartbeat", &json!({"taskToken": token}))?;
    end(client, "SendTaskSuccess", &json!({"taskToken": token, "output": r#"{"by":"callback"}"#}))
}

fn decline(client: &Client, errand: &Value) -> Result<()> {
    let request = json!({"taskToken": errand["token"], "error": "Declined", "cause": "by the worker"});
    end(client, "SendTaskFailure", &request)
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
    let is_there = |client: &Client| -> Result<bool> {
        let events = client.ask("GetExecutionHistory", &request)?;
        let mut events = events["events"].as_array().into_iter().flatten();
        Ok(events.any(|event| event["type"] == "WaitStateEntered"))
    };
    if !wait_until(client, stop, is_there)? {
        return Ok(());
    }
    let request = json!({"executionArn": errand["execution"], "error": "Stopped", "cause": "by the worker"});
    client.change("StopExecution", &request, &[]).map(drop)
}

/// Redrives an execution each time it has failed, which is twice.
fn redrive(client: &Client, stop: &AtomicBool, errand: &Value) -> Result<()> {
    let execution = json!({"executionArn": errand["execution"]});
    for time in 1..=2_u64 {
        let has_failed = |client: &Client| -> Result<bool> {
            let described = client.ask("DescribeExecution", &execution)?;
            Ok(described["status"] != "RUNNING" || described["redriveCount"].as_u64() >= Some(time))
        };
        if !wait_until(client, stop, has_failed)? {
            return Ok(());
        }
        let mut request = execution.clone();
        request["clientToken"] = json!(format!("redrive-{time}"));
        let date = client.change("RedriveExecution", &request, &[])?;
        // The same request again is the same redrive.
        let again = client.change("RedriveExecution", &request, &[])?;
        if again != date {
            return Err(format!("{request}: redriven on {date}, and again on {again}").into());
        }
    }
    Ok(())
}

/// Waits for a condition. Returns whether it became true before the end of the load.
fn wait_until(
    client: &Client,
    stop: &AtomicBool,
    condition: impl Fn(&Client) -> Result<bool>,
) -> Result<bool> {
    while !stop.load(Ordering::Relaxed) {
        if condition(client)? {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    Ok(false)
}
