//! What clients do with executions.

use asl_value::{Value, json};

use super::client::{Answer, Client};
use super::functions::text;
use super::known::Known;
use super::machines::{ACTIVITY, KINDS, arn};
use super::{dice, map_runs};

/// The most executions that clients start.
const MOST: usize = 14;

/// Does one thing after the other, until the process ends.
pub(super) async fn run(client: Client) {
    loop {
        dice::sleep().await;
        if client.world.lock().find.is_some() {
            return;
        }
        match dice::below(20) {
            0..5 => start(&client).await,
            5 => start_again(&client).await,
            6..10 => describe(&client).await,
            10..12 => history(&client).await,
            12 => stop(&client).await,
            13..15 => redrive(&client).await,
            15 => list(&client).await,
            16 | 17 => map_runs::update(&client).await,
            _ => map_runs::describe(&client).await,
        }
    }
}

/// The ARN of one of the executions that clients know.
pub(super) fn some(client: &Client, is_wanted: impl Fn(&Known) -> bool) -> Option<String> {
    let world = client.world.lock();
    let wanted: Vec<&Known> = world.known.iter().filter(|known| is_wanted(known)).collect();
    dice::choose(&wanted).map(|known| known.arn.clone())
}

async fn start(client: &Client) {
    let execution = {
        let mut world = client.world.lock();
        let number = world.known.len();
        let Some(machine) = dice::choose(&KINDS).copied().filter(|_| number < MOST) else { return };
        let name = format!("{machine}-{number}");
        let execution = format!("{}:{name}", arn(machine).replace(":stateMachine:", ":execution:"));
        let items: Value = (0..dice::below(7)).map(Value::from).collect();
        let input = json!({"n": dice::below(100), "items": items}).to_json();
        world.known.push(Known::new(machine, name, execution.clone(), input));
        execution
    };
    start_known(client, &execution, true).await;
}

/// Starts an execution that was started before, with its input or with another one.
async fn start_again(client: &Client) {
    if let Some(execution) = some(client, |_| true) {
        start_known(client, &execution, !dice::one_in(3)).await;
    }
}

async fn start_known(client: &Client, execution: &str, is_same: bool) {
    let (request, had_started, had_ended) = {
        let mut world = client.world.lock();
        let Some(known) = world.known(execution) else { return };
        let input = if is_same { known.input.clone() } else { "{}".to_owned() };
        // With another input, an execution that may not exist would be another one.
        if !is_same && known.started.is_none() {
            return;
        }
        let request =
            json!({"stateMachineArn": arn(known.machine), "name": known.name.as_str(), "input": input});
        // One that has ended may be redriven.
        let had_ended =
            known.has_ended() && text(known.last().unwrap_or(&Value::Null), "status") == "SUCCEEDED";
        (request, known.started.clone(), had_ended)
    };
    let answer = client.call("StartExecution", request).await;
    let mut world = client.world.lock();
    let Some(known) = world.known(execution) else { return };
    let checked = match answer {
        Answer::Done(_) if !is_same => Err("it was started with another input".to_owned()),
        Answer::Done(_) if had_ended => Err("it was started again after it had succeeded".to_owned()),
        Answer::Done(answer) => {
            let date = answer["startDate"].clone();
            let is_same = had_started.is_none_or(|started| started == date)
                && text(&answer, "executionArn") == execution;
            known.started = Some(date);
            if is_same { Ok(()) } else { Err(format!("another one was started: {answer}")) }
        }
        Answer::Refused(error) if error.name() == "ExecutionAlreadyExists" => Ok(()),
        Answer::Refused(error) => Err(error.message().to_owned()),
        Answer::Unknown => Ok(()),
    };
    world.check(format!("StartExecution {execution}"), checked);
}

pub(super) async fn describe(client: &Client) {
    if let Some(execution) = some(client, |_| true) {
        describe_known(client, &execution).await;
    }
}

/// Whether the execution exists.
pub(super) async fn describe_known(client: &Client, execution: &str) -> bool {
    let Some((asked, exists)) =
        client.world.lock().known(execution).map(|known| (known.redrives, known.exists()))
    else {
        return false;
    };
    let answer = client.call("DescribeExecution", json!({"executionArn": execution})).await;
    let mut world = client.world.lock();
    let observation = world.observe();
    let Some(known) = world.known(execution) else { return false };
    let (is_there, checked) = match answer {
        Answer::Done(seen) => {
            let checked = known.see(observation, asked.acknowledged, &seen);
            (true, checked.map_err(|problem| format!("{problem}; now {seen}")))
        }
        Answer::Refused(error) if error.name() == "ExecutionDoesNotExist" && !exists => (false, Ok(())),
        Answer::Refused(error) => (false, Err(error.message().to_owned())),
        Answer::Unknown => (false, Ok(())),
    };
    world.check(format!("DescribeExecution {execution}"), checked);
    is_there
}

async fn history(client: &Client) {
    if let Some(execution) = some(client, Known::exists) {
        history_of(client, &execution).await;
    }
}

pub(super) async fn history_of(client: &Client, execution: &str) -> Vec<Value> {
    let request = json!({"executionArn": execution, "maxResults": 1000});
    let answer = client.call("GetExecutionHistory", request).await;
    let mut world = client.world.lock();
    let observation = world.observe();
    let Some(known) = world.known(execution) else { return Vec::new() };
    let (events, checked) = match answer {
        Answer::Done(answer) => {
            let events: Vec<Value> = answer["events"].as_array().into_iter().flatten().cloned().collect();
            let checked = known.see_events(observation, &events);
            (events, checked)
        }
        Answer::Refused(error) => (Vec::new(), Err(error.message().to_owned())),
        Answer::Unknown => (Vec::new(), Ok(())),
    };
    world.check(format!("GetExecutionHistory {execution}"), checked);
    events
}

async fn stop(client: &Client) {
    let Some(execution) = some(client, Known::exists) else { return };
    let Some(before) = client.world.lock().known(&execution).map(|known| {
        known.is_stopped = true;
        known.redrives
    }) else {
        return;
    };
    let answer =
        client.call("StopExecution", json!({"executionArn": execution.as_str(), "error": "Enough"})).await;
    let mut world = client.world.lock();
    let Some(known) = world.known(&execution) else { return };
    let checked = match answer {
        Answer::Done(_) => {
            // While it is redriven, it may have been stopped before or after.
            if before.in_flight == 0 {
                known.stopped_after = Some(before.requested);
            }
            Ok(())
        }
        Answer::Refused(error) => Err(error.message().to_owned()),
        Answer::Unknown => Ok(()),
    };
    world.check(format!("StopExecution {execution}"), checked);
}

async fn redrive(client: &Client) {
    let Some(execution) = some(client, |known| known.has_ended() || dice::one_in(8) && known.exists()) else {
        return;
    };
    let before = {
        let mut world = client.world.lock();
        let Some(known) = world.known(&execution) else { return };
        known.redrives.requested += 1;
        known.redrives.in_flight += 1;
        known.last().cloned().unwrap_or_default()
    };
    let answer = client.call("RedriveExecution", json!({"executionArn": execution.as_str()})).await;
    let mut world = client.world.lock();
    let Some(known) = world.known(&execution) else { return };
    known.redrives.in_flight -= 1;
    let checked = match answer {
        Answer::Done(_) => {
            known.redrives.acknowledged += 1;
            let has_succeeded = text(&before, "status") == "SUCCEEDED";
            if has_succeeded { Err("it was redriven after it had succeeded".to_owned()) } else { Ok(()) }
        }
        Answer::Refused(error) if error.name() == "ExecutionNotRedrivable" => Ok(()),
        Answer::Refused(error) => Err(error.message().to_owned()),
        Answer::Unknown => {
            known.redrives.unknown += 1;
            Ok(())
        }
    };
    world.check(format!("RedriveExecution {execution}"), checked);
}

/// Executions that were acknowledged are listed.
async fn list(client: &Client) {
    let Some(machine) = dice::choose(&KINDS).copied() else { return };
    let expected: Vec<String> = {
        let world = client.world.lock();
        let started = world.known.iter().filter(|known| known.machine == machine && known.started.is_some());
        started.map(|known| known.arn.clone()).collect()
    };
    let request = json!({"stateMachineArn": arn(machine), "maxResults": 1000});
    let Answer::Done(listed) = client.call("ListExecutions", request).await else { return };
    let listed: Vec<&str> =
        listed["executions"].as_array().into_iter().flatten().map(|one| text(one, "executionArn")).collect();
    let mut world = client.world.lock();
    for execution in expected {
        let times = listed.iter().filter(|one| **one == execution).count();
        if times != 1 {
            world.found(format!("{execution} is listed {times} times"));
        }
    }
}

/// The machines and the activity, in the first process.
pub(super) async fn create(client: &Client) {
    client.patiently("CreateActivity", json!({"name": ACTIVITY.rsplit(':').next()})).await;
    for (name, definition) in super::machines::all() {
        let request = json!({
            "name": name, "definition": definition.to_json(), "roleArn": "arn:aws:iam::123456789012:role/r"
        });
        let answer = client.patiently("CreateStateMachine", request).await;
        if let Answer::Refused(error) = answer {
            client.world.lock().found(format!("{name}: {}", error.message()));
        }
    }
}
