//! Compares each execution with the one of its kind that was not interrupted.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use super::client::Client;
use super::history::History;
use super::load::Started;
use super::machines::KINDS;
use super::names::{CHILD, PARENT, arn};
use super::options::PATIENCE;
use super::problems::Problems;
use super::seen::Seen;
use super::workers::{AllTaken, Taken};
use crate::Result;

/// How an execution of each kind ends, and its history, when nothing interrupts it.
pub(super) type References = BTreeMap<&'static str, Seen>;

/// The threads that compare.
const THREADS: usize = 8;

/// Compares all executions that were started.
pub(super) fn compare(
    client: &Client,
    started: &[Started],
    expected: &References,
    taken: &AllTaken,
    problems: &Problems,
) -> Result<()> {
    let (end, lost) = (Instant::now() + PATIENCE, AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for part in started.chunks(started.len() / THREADS + 1) {
            let lost = &lost;
            scope.spawn(move || {
                let client = client.another();
                for execution in part {
                    let one = compare_one(&client, execution, (expected, taken), end, problems);
                    lost.fetch_add(one, Ordering::Relaxed);
                }
            });
        }
    });
    let mut counts = BTreeMap::<&str, usize>::new();
    for execution in started {
        *counts.entry(execution.kind.name).or_default() += 1;
    }
    for kind in KINDS {
        let expected = counts.get(kind.name).copied().unwrap_or_default();
        count(client, kind.name, kind.is_express, expected, problems)?;
    }
    count(client, CHILD, false, counts.get(PARENT).copied().unwrap_or_default(), problems)?;
    println!(
        "{counts:?}; {} activities were lost on the way to their worker, timed out and were retried",
        lost.into_inner()
    );
    Ok(())
}

/// Compares an execution. Returns how many of its activities were lost.
fn compare_one(
    client: &Client,
    started: &Started,
    (expected, taken): (&References, &AllTaken),
    end: Instant,
    problems: &Problems,
) -> usize {
    let kind = started.kind.name;
    let seen = match Seen::read(client, started, end) {
        Ok(seen) => seen,
        Err(error) => {
            problems.add(kind, &error.to_string(), || started.execution.clone());
            return 0;
        }
    };
    if let Some(reference) = expected.get(kind)
        && let Some(what) = problem(&seen, reference, started, taken)
    {
        problems.add(kind, &what, || example(client, &seen.described));
    }
    seen.history.lost_activities
}

fn problem(seen: &Seen, reference: &Seen, started: &Started, taken: &AllTaken) -> Option<String> {
    if let Some(difference) = seen.difference(reference) {
        return Some(difference);
    }
    if ![&seen.described["startDate"], &Value::Null].contains(&&started.date) {
        return Some("it has another start date than the one that was acknowledged".to_owned());
    }
    // What a worker has returned is not lost, however often the process was killed. What it has got is given to no other
    // one, unless it came too late.
    let taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
    let Taken { taken, returned } = taken.get(&started.execution).copied().unwrap_or_default();
    let History { activities, lost_activities, .. } = seen.history;
    let is_right = returned <= activities && activities <= taken && taken <= activities + lost_activities;
    (!is_right).then(|| {
        format!(
            "workers got {taken} activities and returned {returned}, its history has {activities} and \
             {lost_activities} that timed out"
        )
    })
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
