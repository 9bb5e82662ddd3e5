//! What must hold when everything has ended.

use std::time::Duration;

use asl_value::{Value, json};

use super::client::{Answer, Client};
use super::commands::{describe_known, history_of};
use super::functions::{answer, number, text};
use super::history;
use super::machines::{CHILD, TOLERATED, arn};
use super::map_runs::describe_known as describe_map_run;

/// How long executions may take when nobody disturbs them: longer than all their waits and retries.
const PATIENCE: u32 = 72;

/// Waits until all executions have ended.
pub(super) async fn settle(client: Client) {
    for _ in 0..PATIENCE {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        if open(&client).await.is_empty() {
            return;
        }
    }
    let open = open(&client).await;
    client.world.lock().found(format!("these executions do not end: {open:?}"));
}

/// The executions that have not ended.
async fn open(client: &Client) -> Vec<String> {
    let known: Vec<String> = client.world.lock().known.iter().map(|known| known.arn.clone()).collect();
    let mut open = Vec::new();
    for execution in known {
        let is_there = describe_known(client, &execution).await;
        let mut world = client.world.lock();
        if is_there && world.known(&execution).is_some_and(|known| !known.has_ended()) {
            open.push(execution);
        }
    }
    open
}

/// Checks all executions. Before and after the server is started again, they are the same.
pub(super) async fn verify(client: Client) {
    let known: Vec<(String, &str)> =
        client.world.lock().known.iter().map(|known| (known.arn.clone(), known.machine)).collect();
    for (execution, machine) in known {
        if client.world.lock().find.is_some() || !describe_known(&client, &execution).await {
            continue;
        }
        let events = history_of(&client, &execution).await;
        check(&client, &execution, &events);
        if machine.ends_with("map") {
            check_map_runs(&client, &execution).await;
        }
    }
    check_children(&client).await;
    let mut world = client.world.lock();
    world.durable = world.observations();
}

fn check(client: &Client, execution: &str, events: &[Value]) {
    let mut world = client.world.lock();
    let Some(known) = world.known(execution) else { return };
    let (described, is_stopped) = (known.last().cloned().unwrap_or_default(), known.is_stopped);
    let (machine, name) = (known.machine, known.name.clone());
    let seed = client.world.seed;
    let checked = history::check(seed, &world.held, &described, events);
    if checked.is_err() {
        events.iter().for_each(|event| world.note(event.to_json()));
    }
    world.check(format!("the history of {execution}"), checked);
    world.count(&format!("{machine} {}", text(&described, "status")));
    if is_stopped {
        return;
    }
    if text(&described, "status") == "ABORTED" {
        world.found(format!("{execution} is ABORTED, and nobody has stopped it"));
    }
    // A branch that has failed stops the others.
    let redrives = (machine == "parallel").then(|| number(&described, "redriveCount"));
    let is_whole = redrives.is_none() || text(&described, "status") == "SUCCEEDED";
    let of_it = |held: &&super::held::Held| {
        held.execution == execution && is_whole && redrives.is_none_or(|last| held.place.0 == last)
    };
    let lost: Vec<_> = world
        .held
        .iter()
        .filter(of_it)
        .filter_map(|held| {
            let accepted = held.accepted?;
            (!history::has_answer(held, events, accepted)).then(|| format!("{:?} {accepted}", held.place))
        })
        .collect();
    if !lost.is_empty() {
        world.found(format!("{name} has lost answers that were accepted: {lost:?}"));
    }
    if machine == "row" {
        let expected = expected(seed, execution, &described);
        let found = match text(&described, "status") {
            "SUCCEEDED" => Ok(number(&Value::parse(text(&described, "output")).unwrap_or_default(), "n")),
            _ => Err(text(&described, "error").to_owned()),
        };
        if found != expected {
            world.found(format!("{execution} comes to {found:?}, and should to {expected:?}"));
        }
    }
}

/// What the functions of a row make of its input, in the first run and in those of redrives.
fn expected(seed: u64, execution: &str, described: &Value) -> Result<i64, String> {
    let input = Value::parse(text(described, "input")).unwrap_or_default();
    let (mut n, mut failed) = (number(&input, "n"), String::new());
    let mut states = ["A", "B", "C"].iter().peekable();
    for redrive in 0..=number(described, "redriveCount") {
        failed.clear();
        while let Some(state) = states.peek().copied().filter(|_| failed.is_empty()) {
            for attempt in 0..3 {
                let payload = json!({
                    "execution": execution, "redrive": redrive, "state": *state, "attempt": attempt, "n": n
                });
                match answer(seed, &payload) {
                    Ok(next) => {
                        n = next;
                        failed.clear();
                        states.next();
                        break;
                    }
                    Err(failure) => {
                        failed = failure.error.as_ref().map(ToString::to_string).unwrap_or_default();
                        if failed == "Bad" {
                            break;
                        }
                    }
                }
            }
        }
    }
    if failed.is_empty() { Ok(n) } else { Err(failed) }
}

/// Each item has a child, and the failures are those that are tolerated.
async fn check_map_runs(client: &Client, execution: &str) {
    let Answer::Done(listed) = client.patiently("ListMapRuns", json!({"executionArn": execution})).await
    else {
        return;
    };
    for map_run in listed["mapRuns"].as_array().into_iter().flatten() {
        let map_run = text(map_run, "mapRunArn");
        let Some(seen) = describe_map_run(client, execution, map_run).await else { continue };
        let request = json!({"mapRunArn": map_run, "maxResults": 1000});
        let Answer::Done(children) = client.patiently("ListExecutions", request).await else { continue };
        let children: Vec<Value> = children["executions"].as_array().into_iter().flatten().cloned().collect();
        let mut items = Vec::new();
        for child in &children {
            let described = client
                .patiently("DescribeExecution", json!({"executionArn": text(child, "executionArn")}))
                .await;
            let Answer::Done(described) = described else { continue };
            items.push(number(&Value::parse(text(&described, "input")).unwrap_or_default(), "n"));
        }
        items.sort_unstable();
        let items_once = items.windows(2).all(|pair| pair[0] < pair[1]);
        let counts = &seen["executionCounts"];
        let of =
            |status: &str| children.iter().filter(|child| text(child, "status") == status).count() as i64;
        let is_same = [("succeeded", "SUCCEEDED"), ("failed", "FAILED"), ("running", "RUNNING")]
            .iter()
            .all(|(count, status)| number(counts, count) == of(status));
        let failures = ["failed", "aborted", "timedOut"].iter().map(|part| number(counts, part)).sum::<i64>();
        let is_right = match text(&seen, "status") {
            "SUCCEEDED" => failures <= TOLERATED as i64 && children.len() as i64 == number(counts, "total"),
            "FAILED" => failures > TOLERATED as i64,
            status => status == "ABORTED",
        };
        let mut world = client.world.lock();
        if !items_once || !is_same || !is_right {
            let listed = children.iter().map(|child| text(child, "status")).collect::<Vec<_>>();
            world.found(format!(
                "the children of {map_run} have the items {items:?} and are {listed:?}: {seen}"
            ));
        }
    }
}

/// A task has started one execution, which has ended with it.
async fn check_children(client: &Client) {
    let request = json!({"stateMachineArn": arn(CHILD), "maxResults": 1000});
    let Answer::Done(listed) = client.patiently("ListExecutions", request).await else { return };
    let mut parents = Vec::new();
    for child in listed["executions"].as_array().into_iter().flatten() {
        if text(child, "status") == "RUNNING" {
            client.world.lock().found(format!("a nested execution goes on: {child}"));
        }
        let request = json!({"executionArn": text(child, "executionArn")});
        let Answer::Done(described) = client.patiently("DescribeExecution", request).await else { continue };
        parents.push(text(&described, "input").to_owned());
    }
    parents.sort_unstable();
    let twice = parents.windows(2).find(|pair| pair[0] == pair[1]);
    if let Some(twice) = twice {
        client.world.lock().found(format!("a task has started two executions: {}", twice[0]));
    }
}
