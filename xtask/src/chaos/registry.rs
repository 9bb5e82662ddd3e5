//! [`Registry`]: a client that creates, changes and deletes a machine with its versions, aliases and tags, and an activity.
//!
//! It is the only one that changes them, so it knows what must be there: what was acknowledged, and nothing else.

mod actions;
mod snapshot;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use super::names::{ROLE, arn};
use super::options::PATIENCE;
use super::problems::Problems;
use super::random::Random;
use super::states::{in_a_row, wait};
use crate::Result;

pub(super) struct Registry {
    client: Client,
    random: Random,
    problems: Problems,
    machine: String,
    /// Has a state for the activity.
    user: String,
    activity: String,
    /// What must be there, in the form of [`snapshot::take`].
    expected: Value,
    /// The changes so far.
    changes: usize,
    /// Numbers definitions, tags and executions.
    number: u64,
    /// Executions, each with the outputs that it may have.
    executions: Vec<(String, Vec<u64>)>,
}

impl Registry {
    pub(super) fn new(client: Client, number: u64, seed: u64, problems: &Problems) -> Result<Registry> {
        let name = |what: &str| format!("{what}-{number}");
        let activity = arn(&name("registry")).replace(":stateMachine:", ":activity:");
        let retry = json!([{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 50}]);
        let task = json!({"Type": "Task", "Resource": activity, "TimeoutSeconds": 10, "Retry": retry});
        let definition = in_a_row(&[("A", task), ("W", wait(3))]).to_string();
        // Checked when the machine is created.
        client.change("CreateActivity", &json!({"name": name("registry")}), &[])?;
        let request = json!({"name": name("uses"), "roleArn": ROLE, "definition": definition});
        client.change("CreateStateMachine", &request, &[])?;
        client.change("DeleteActivity", &json!({"activityArn": activity}), &[])?;
        Ok(Registry {
            client,
            random: Random(seed ^ number << 48),
            problems: problems.clone(),
            machine: arn(&name("registry")),
            user: arn(&name("uses")),
            activity,
            expected: snapshot::nothing(),
            changes: 0,
            number: 0,
            executions: Vec::new(),
        })
    }

    /// Makes changes until the load ends, and compares what is there before each of them.
    pub(super) fn run(mut self, stop: &AtomicBool) -> Registry {
        while !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(self.random.below(200)));
            if let Err(error) = self.change() {
                self.problems.add("registry", "an operation failed", || error.to_string());
                self.expect_what_is_there();
            }
            self.compare("after a change");
        }
        self
    }

    /// Compares once more, and waits for the executions.
    pub(super) fn end(&mut self, end: Instant) {
        self.compare("in the end");
        for (execution, outputs) in std::mem::take(&mut self.executions) {
            if let Err(error) = self.check_execution(&execution, &outputs, end) {
                self.problems.add("registry", "an execution", || format!("{execution}: {error}"));
            }
        }
    }

    /// Compares what is there with what must be there.
    pub(super) fn compare(&mut self, when: &str) {
        match snapshot::take(&self.client, &self.machine, &self.activity) {
            Ok(found) if found == self.expected => {}
            Ok(found) => {
                let expected = &self.expected;
                let differs = snapshot::differing(expected, &found).join(", ");
                let example = || format!("expected {expected:#}\nfound {found:#}");
                self.problems.add("registry", &format!("{when}: {differs}"), example);
                self.expected = found;
            }
            Err(error) => self.problems.add("registry", "cannot be read", || error.to_string()),
        }
    }

    fn expect_what_is_there(&mut self) {
        if let Ok(found) = snapshot::take(&self.client, &self.machine, &self.activity) {
            self.expected = found;
        }
    }

    fn check_execution(&self, execution: &str, outputs: &[u64], end: Instant) -> Result<()> {
        loop {
            let described = self.client.ask("DescribeExecution", &json!({"executionArn": execution}))?;
            if described["status"] == "RUNNING" && Instant::now() < end + PATIENCE {
                std::thread::sleep(Duration::from_millis(20));
                continue;
            }
            let output = described["output"].as_str().and_then(|output| output.parse().ok());
            let is_right = output.is_some_and(|output| outputs.contains(&output));
            return match is_right {
                true => Ok(()),
                false => Err(format!("expected one of {outputs:?}, found {described}").into()),
            };
        }
    }
}
