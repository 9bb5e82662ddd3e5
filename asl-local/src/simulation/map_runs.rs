//! What clients do with Map Runs.

use asl_value::{Value, json};

use super::client::{Answer, Client};
use super::commands::some;
use super::dice;
use super::functions::{number, text};

/// An execution with a Map Run, and the ARN of that.
async fn some_map_run(client: &Client) -> Option<(String, String)> {
    let execution = some(client, |known| known.machine.ends_with("map") && known.exists())?;
    let Answer::Done(listed) = client.call("ListMapRuns", json!({"executionArn": execution.as_str()})).await
    else {
        return None;
    };
    let map_runs: Vec<&Value> = listed["mapRuns"].as_array().into_iter().flatten().collect();
    let map_run = dice::choose(&map_runs).map(|map_run| text(map_run, "mapRunArn").to_owned())?;
    Some((execution, map_run))
}

pub(super) async fn update(client: &Client) {
    let Some((execution, map_run)) = some_map_run(client).await else { return };
    let wanted = 1 + dice::below(5);
    client.world.lock().concurrency(&execution).push(wanted);
    let request = json!({"mapRunArn": map_run.as_str(), "maxConcurrency": wanted});
    let answer = client.call("UpdateMapRun", request).await;
    let mut world = client.world.lock();
    if let Answer::Refused(error) = answer
        && error.name() != "ValidationException"
    {
        world.found(format!("UpdateMapRun {map_run}: {}", error.message()));
    }
}

pub(super) async fn describe(client: &Client) {
    if let Some((execution, map_run)) = some_map_run(client).await {
        describe_known(client, &execution, &map_run).await;
    }
}

/// The description of a Map Run, whose counts fit together.
pub(super) async fn describe_known(client: &Client, execution: &str, map_run: &str) -> Option<Value> {
    let Answer::Done(seen) = client.call("DescribeMapRun", json!({"mapRunArn": map_run})).await else {
        return None;
    };
    let mut world = client.world.lock();
    let concurrency = number(&seen, "maxConcurrency").unsigned_abs();
    if !world.concurrency(execution).contains(&concurrency) {
        world.found(format!("{map_run} has a concurrency that nobody wanted: {concurrency}"));
    }
    for counts in [&seen["executionCounts"], &seen["itemCounts"]] {
        let parts = ["pending", "running", "succeeded", "failed", "timedOut", "aborted", "pendingRedrive"];
        let sum: i64 = parts.iter().map(|part| number(counts, part)).sum();
        if sum != number(counts, "total") {
            world.found(format!("the counts of {map_run} do not add up: {counts}"));
        }
    }
    let running = number(&seen["executionCounts"], "running").unsigned_abs();
    world.check_concurrency(execution, running);
    Some(seen)
}
