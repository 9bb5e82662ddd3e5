//! Compares each execution with the one of its kind that was not interrupted.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Instant;

use serde_json::{Value, json};

use super::client::Client;
use super::load::Started;
use super::machines::KINDS;
use super::names::{CHILD, PARENT, arn};
use super::options::PATIENCE;
use super::problems::Problems;
use super::seen::Seen;
use super::workers::Taken;
use crate::Result;

/// How an execution of each kind ends, and its history, when nothing interrupts it.
pub(super) type References = BTreeMap<&'static str, Seen>;

/// Compares all executions that were started.
pub(super) fn compare(
    client: &Client,
    started: &[Started],
    expected: &References,
    taken: &Taken,
    problems: &Problems,
) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    let (mut lost, mut counts) = (0, BTreeMap::<&str, usize>::new());
    for execution in started {
        *counts.entry(execution.kind.name).or_default() += 1;
        let (kind, arn) = (execution.kind.name, &execution.execution);
        match Seen::read(client, execution, end) {
            Ok(seen) => {
                lost += seen.history.lost_activities;
                if let Some(reference) = expected.get(kind)
                    && let Some(what) = problem(&seen, reference, execution, taken)
                {
                    problems.add(kind, &what, || example(client, &seen.described));
                }
            }
            Err(error) => problems.add(kind, &error.to_string(), || arn.clone()),
        }
    }
    for kind in KINDS {
        count(
            client,
            kind.name,
            kind.is_express,
            counts.get(kind.name).copied().unwrap_or_default(),
            problems,
        )?;
    }
    let parents = counts.get(PARENT).copied().unwrap_or_default();
    count(client, CHILD, false, parents, problems)?;
    println!(
        "{counts:?}; {lost} activities were lost on the way to their worker, timed out and were retried"
    );
    Ok(())
}

fn problem(seen: &Seen, reference: &Seen, started: &Started, taken: &Taken) -> Option<String> {
    if let Some(difference) = seen.difference(reference) {
        return Some(difference);
    }
    if ![&seen.described["startDate"], &Value::Null].contains(&&started.date) {
        return Some("it has another start date than the one that was acknowledged".to_owned());
    }
    // An activity that a worker has got is not lost, however often the process was killed.
    let taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = taken.get(&started.execution).map_or(0, |tokens| tokens.len());
    let activities = seen.history.activities;
    (taken != activities).then(|| format!("workers got {taken} tasks, its history has {activities}"))
}

fn example(client: &Client, described: &Value) -> String {
    let request = json!({"executionArn": described["executionArn"], "maxResults": 1000});
    let events = client.list("GetExecutionHistory", "events", &request).unwrap_or_default();
    let events = events.iter().map(|event| format!("{event}\n"));
    format!("{described:#}\n{}", events.collect::<String>())
}

/// A machine has as many executions as were started, and all of them have ended. A synchronous one whose answer was lost
/// was started again.
fn count(
    client: &Client,
    machine: &str,
    is_express: bool,
    expected: usize,
    problems: &Problems,
) -> Result<()> {
    let request = json!({"stateMachineArn": arn(machine), "maxResults": 1000});
    let executions = client.list("ListExecutions", "executions", &request)?;
    let found = executions.len();
    if found != expected && !(is_express && found > expected) {
        problems.add("count", machine, || format!("{expected} executions were started, {found} are listed"));
    }
    for execution in executions.iter().filter(|execution| execution["status"] == "RUNNING") {
        problems.add("count", &format!("{machine} runs"), || execution.to_string());
    }
    Ok(())
}
