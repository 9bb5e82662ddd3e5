//! [`Seen`]: everything that the API shows of an ended execution, in a form that does not depend on times and names.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use super::history::{History, canonical, difference, plain};
use super::load::Started;
use crate::Result;

/// An execution that has ended.
pub(super) struct Seen {
    pub(super) described: Value,
    outcome: String,
    pub(super) history: History,
    /// Its Map Runs with their children.
    map_runs: Vec<String>,
}

impl Seen {
    /// Waits until an execution has ended and is not redriven again, at most until `end`.
    pub(super) fn read(client: &Client, started: &Started, end: Instant) -> Result<Seen> {
        let Started { kind, name, execution, .. } = started;
        let described = ended(client, execution, kind.redrives, end)?;
        let parts = ["status", "input", "output", "error", "cause", "redriveCount"];
        let outcome = parts.map(|part| format!("{part} {}", described[part])).join(", ");
        Ok(Seen {
            outcome: plain(&outcome, name),
            history: canonical(client, execution, name)?,
            map_runs: map_runs(client, execution, name)?,
            described,
        })
    }

    /// What is different from another one, in words that are the same for all executions with this difference.
    pub(super) fn difference(&self, expected: &Seen) -> Option<String> {
        if self.outcome != expected.outcome {
            return Some(format!("expected {}\nfound {}", expected.outcome, self.outcome));
        }
        let events = difference(&expected.history.events, &self.history.events);
        events.or_else(|| difference(&expected.map_runs, &self.map_runs))
    }
}

/// The description of an execution once it has ended after so many redrives.
fn ended(client: &Client, execution: &str, redrives: u64, end: Instant) -> Result<Value> {
    loop {
        let described = client.ask("DescribeExecution", &json!({"executionArn": execution}));
        let described = described.map_err(|error| format!("lost: {error}"))?;
        let is_last = described["redriveCount"].as_u64().unwrap_or_default() >= redrives;
        if described["status"] != "RUNNING" && is_last {
            return Ok(described);
        }
        if Instant::now() > end {
            return Err("does not end".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What is shown of the Map Runs of an execution and of the children of each.
fn map_runs(client: &Client, execution: &str, name: &str) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    for map_run in client.list("ListMapRuns", "mapRuns", &json!({"executionArn": execution}))? {
        let of = json!({"mapRunArn": map_run["mapRunArn"]});
        let described = client.ask("DescribeMapRun", &of)?;
        let parts = [
            "status",
            "maxConcurrency",
            "toleratedFailureCount",
            "toleratedFailurePercentage",
            "itemCounts",
            "executionCounts",
        ];
        seen.push(parts.map(|part| format!("{part} {}", described[part])).join(", "));
        for child in client.list("ListExecutions", "executions", &of)? {
            let (arn, own) = (&child["executionArn"], child["name"].as_str().unwrap_or_default());
            let events = canonical(client, arn.as_str().unwrap_or_default(), own)?.events;
            seen.push(plain(&format!("{} {}", child["status"], events.join("; ")), name));
        }
    }
    seen.sort();
    Ok(seen)
}
