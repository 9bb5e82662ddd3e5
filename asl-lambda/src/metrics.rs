//! [`Metrics`]: executions counted, as CloudWatch reads it from a log.

use std::sync::{Mutex, PoisonError};

use asl_engine::{Identity, Outcome, Report};
use asl_value::{Array, Object, Text, Value, json};

use crate::deadline;

/// Values that a line can have of one metric.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
const MOST_VALUES: usize = 100;

/// The metrics of `AWS/States` for the executions of one invocation, in the embedded metric format.
///
/// ```json
/// {"_aws": {"Timestamp": 1719424582123, "CloudWatchMetrics": [{"Namespace": "Orders",
///   "Dimensions": [["StateMachineArn"]],
///   "Metrics": [{"Name": "ExecutionTime", "Unit": "Milliseconds"}, {"Name": "ExecutionsStarted", "Unit": "Count"}, …]}]},
///  "StateMachineArn": "…", "ExecutionTime": [12], "ExecutionsStarted": 1, "ExecutionsSucceeded": 1,
///  "ExecutionsFailed": 0, "ExecutionsTimedOut": 0, "ExecutionsAborted": 0}
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html>
pub(crate) struct Metrics {
    namespace: Text,
    ended: Mutex<Vec<Ended>>,
}

struct Ended {
    machine_arn: Text,
    /// Which of [`ENDS`].
    end: usize,
    millis: u64,
}

const ENDS: [&str; 4] =
    ["ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"];

impl Metrics {
    pub(crate) fn new(namespace: Text) -> Metrics {
        Metrics { namespace, ended: Mutex::default() }
    }

    pub(crate) fn note(&self, identity: &Identity, report: &Report) {
        let end = match report.outcome {
            Outcome::Succeeded(_) => 0,
            Outcome::Failed(_) => 1,
            Outcome::TimedOut(_) => 2,
            Outcome::Aborted(_) => 3,
        };
        let time = report.stopped.since(report.started).as_millis();
        let millis = u64::try_from(time).unwrap_or(u64::MAX);
        let machine_arn = identity.state_machine_arn.clone();
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.push(Ended { machine_arn, end, millis });
    }

    /// A line for each machine, or each hundred of its executions.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let mut ended = std::mem::take(&mut *self.ended.lock().unwrap_or_else(PoisonError::into_inner));
        ended.sort_by(|a, b| a.machine_arn.as_str().cmp(b.machine_arn.as_str()));
        let of_machines = ended.chunk_by(|a, b| a.machine_arn == b.machine_arn);
        of_machines
            .flat_map(|of_machine| of_machine.chunks(MOST_VALUES))
            .map(|some| self.line(some))
            .collect()
    }

    fn line(&self, ended: &[Ended]) -> Value {
        let times: Array = ended.iter().map(|ended| Value::from(ended.millis)).collect();
        let counts = ENDS
            .iter()
            .enumerate()
            .map(|(end, name)| (*name, Value::from(ended.iter().filter(|ended| ended.end == end).count())));
        let values: Vec<(&str, Value)> =
            [("ExecutionTime", Value::Array(times)), ("ExecutionsStarted", ended.len().into())]
                .into_iter()
                .chain(counts)
                .collect();
        let metrics: Array = values
            .iter()
            .map(|(name, _)| {
                let unit = if *name == "ExecutionTime" { "Milliseconds" } else { "Count" };
                json!({"Name": *name, "Unit": unit})
            })
            .collect();
        let directive = json!({
            "Timestamp": deadline::now().epoch_millis(),
            "CloudWatchMetrics": [{
                "Namespace": self.namespace.as_str(),
                "Dimensions": [["StateMachineArn"]],
                "Metrics": Value::Array(metrics)
            }]
        });
        let mut line = Object::new();
        line.insert("_aws", directive);
        if let Some(first) = ended.first() {
            line.insert("StateMachineArn", first.machine_arn.clone().into());
        }
        for (name, value) in values {
            line.insert(name, value);
        }
        Value::Object(line)
    }
}
