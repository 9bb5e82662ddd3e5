//! Lets the server remove all executions that have ended, while it is killed: those that run stay, with all they need.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use super::load::Started;
use super::machines::KINDS;
use super::names::{ROLE, arn};
use super::options::PATIENCE;
use super::problems::Problems;
use super::random::Random;
use super::server::{Server, bytes};
use super::states::{in_a_row, wait};
use crate::Result;

const KIND: &str = "retention";

/// The executions that run meanwhile, for each of two revisions of their machine.
const OPEN: u64 = 10;

/// How often the server is killed.
const KILLS: u32 = 5;

pub(super) fn check(
    server: &mut Server,
    client: &Client,
    (folder, started): (&Path, &[Started]),
    random: &mut Random,
    problems: &Problems,
) -> Result<()> {
    let open = start_open(client)?;
    let before = bytes(folder)?;
    server.add_arguments(&["--keep-days", "0"]);
    for _ in 0..KILLS {
        server.kill_after(Duration::from_millis(random.below(2000)))?;
    }
    wait_until_removed(client, problems)?;
    for started in started.iter().rev().step_by(started.len() / 100 + 1) {
        let described =
            client.until_answered("DescribeExecution", &json!({"executionArn": started.execution}))?.0;
        if !described.as_ref().is_err_and(|error| error.name == "ExecutionDoesNotExist") {
            problems.add(KIND, "an execution is still there", || format!("{described:?}"));
        }
    }
    for (execution, definition) in open {
        check_open(client, &execution, &definition, problems)?;
    }
    let after = bytes(folder)?;
    println!("retention: {} MB before, {} MB after", before >> 20, after >> 20);
    // Free pages are given back but for a sixteenth, and the log has as many as the last transactions.
    if before > 64 << 20 && after > before / 2 {
        problems.add(KIND, "space is not given back", || format!("{before} bytes before, {after} after"));
    }
    Ok(())
}

/// Starts executions that do not end. Returns each with the definition that it runs.
fn start_open(client: &Client) -> Result<Vec<(String, String)>> {
    let mut open = Vec::new();
    for (action, seconds) in [("CreateStateMachine", 31_536_000), ("UpdateStateMachine", 31_536_001)] {
        let definition = in_a_row(&[("W", wait(seconds))]).to_string();
        let machine = arn("open");
        let request = match action {
            "CreateStateMachine" => json!({"name": "open", "roleArn": ROLE, "definition": definition}),
            _ => json!({"stateMachineArn": machine, "definition": definition}),
        };
        client.change(action, &request, &[])?;
        for number in 0..OPEN {
            let request = json!({"stateMachineArn": machine, "name": format!("{seconds}-{number}")});
            let started = client.change("StartExecution", &request, &[])?;
            open.push((started["executionArn"].as_str().unwrap_or_default().to_owned(), definition.clone()));
        }
    }
    Ok(open)
}

/// Waits until no execution is listed that has ended.
fn wait_until_removed(client: &Client, problems: &Problems) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    for kind in KINDS {
        let request = json!({"stateMachineArn": arn(kind.name), "maxResults": 1});
        while client.ask("ListExecutions", &request)?["executions"] != json!([]) {
            if Instant::now() > end {
                problems.add(KIND, "ended executions are not removed", || kind.name.to_owned());
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    Ok(())
}

/// An execution that runs has its history and its definition, and can be stopped.
fn check_open(client: &Client, execution: &str, definition: &str, problems: &Problems) -> Result<()> {
    let request = json!({"executionArn": execution});
    let events = client.ask("GetExecutionHistory", &request)?;
    let events: Vec<&Value> =
        events["events"].as_array().into_iter().flatten().map(|event| &event["type"]).collect();
    let machine = client.ask("DescribeStateMachineForExecution", &request)?;
    let stopped = client.change("StopExecution", &request, &[])?;
    if events != ["ExecutionStarted", "WaitStateEntered"] || machine["definition"] != *definition {
        problems.add(KIND, "a running execution has lost something", || {
            format!("{execution}: {events:?}, {machine}, {stopped}")
        });
    }
    Ok(())
}
