//! [`Metrics`]: counts executions and their tasks, for CloudWatch to read from the log.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use asl_engine::{Identity, Outcome, Report};
use asl_value::{Array, Object, Text, Value, json};

use crate::deadline;
pub(crate) use tasks::Tasks;

mod tasks;

/// The largest number of values of one metric in a line.
///
/// Source:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
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
#[derive(Debug)]
pub(crate) struct Metrics {
    namespace: Text,
    series: Mutex<Vec<Series>>,
}

/// Metrics with a common dimension.
#[derive(Debug)]
struct Family {
    dimension: &'static str,
    /// The metrics in milliseconds.
    times: &'static [&'static str],
    counts: &'static [&'static str],
}

static EXECUTIONS: Family = Family {
    dimension: "StateMachineArn",
    times: &["ExecutionTime"],
    counts: &[
        "ExecutionsStarted",
        "ExecutionsSucceeded",
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "ExecutionsAborted",
    ],
};

/// The values for one machine, function, activity or action of a service.
#[derive(Debug)]
struct Series {
    family: &'static Family,
    arn: Text,
    times: Vec<Vec<u64>>,
    counts: Vec<usize>,
}

impl Metrics {
    pub(crate) fn new(namespace: Text) -> Metrics {
        Metrics { namespace, series: Mutex::default() }
    }

    /// Counts an execution that starts.
    pub(crate) fn start(&self, identity: &Identity) {
        self.add(&EXECUTIONS, &identity.state_machine_arn, &[0], &[]);
    }

    /// Counts an execution that has ended.
    pub(crate) fn end(&self, identity: &Identity, report: &Report) {
        let end = match report.outcome {
            Outcome::Succeeded(_) => 1,
            Outcome::Failed(_) => 2,
            Outcome::TimedOut(_) => 3,
            Outcome::Aborted(_) => 4,
        };
        let time = report.stopped.since(report.started);
        self.add(&EXECUTIONS, &identity.state_machine_arn, &[end], &[(0, time)]);
    }

    /// Increments these counts and adds these times, all by their index in the family.
    fn add(&self, family: &'static Family, arn: &Text, counts: &[usize], times: &[(usize, Duration)]) {
        let mut all = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let known =
            all.iter().position(|series| series.family.dimension == family.dimension && series.arn == *arn);
        let place = known.unwrap_or_else(|| {
            all.push(Series {
                family,
                arn: arn.clone(),
                times: vec![Vec::new(); family.times.len()],
                counts: vec![0; family.counts.len()],
            });
            all.len() - 1
        });
        let Some(series) = all.get_mut(place) else { return };
        for place in counts {
            if let Some(count) = series.counts.get_mut(*place) {
                *count += 1;
            }
        }
        for (place, time) in times {
            if let Some(values) = series.times.get_mut(*place) {
                values.push(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
            }
        }
    }

    /// The lines for all series; more than one for a series with too many values.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let mut all = std::mem::take(&mut *self.series.lock().unwrap_or_else(PoisonError::into_inner));
        all.sort_by(|a, b| (a.family.dimension, a.arn.as_str()).cmp(&(b.family.dimension, b.arn.as_str())));
        all.iter().flat_map(|series| (0..series.lines()).map(|number| self.line(series, number))).collect()
    }

    fn line(&self, series: &Series, number: usize) -> Value {
        let values = series.values(number);
        let metrics: Array =
            values.iter().map(|(name, unit, _)| json!({"Name": *name, "Unit": *unit})).collect();
        let directive = json!({
            "Timestamp": deadline::now().epoch_millis(),
            "CloudWatchMetrics": [{
                "Namespace": self.namespace.as_str(),
                "Dimensions": [[series.family.dimension]],
                "Metrics": Value::Array(metrics)
            }]
        });
        let line = [("_aws", directive), (series.family.dimension, series.arn.clone().into())];
        let values = values.into_iter().map(|(name, _, value)| (name, value));
        Value::Object(line.into_iter().chain(values).collect::<Object>())
    }
}

impl Series {
    fn lines(&self) -> usize {
        let most = self.times.iter().map(Vec::len).max().unwrap_or_default();
        most.div_ceil(MOST_VALUES).max(1)
    }

    /// The name, unit and value of each metric in a line. The first line has all counts.
    fn values(&self, number: usize) -> Vec<(&'static str, &'static str, Value)> {
        let times = self.family.times.iter().zip(&self.times).filter_map(|(name, values)| {
            let some = values.chunks(MOST_VALUES).nth(number)?;
            Some((*name, "Milliseconds", some.iter().copied().map(Value::from).collect()))
        });
        let counts = self.family.counts.iter().zip(&self.counts).filter(|_| number == 0);
        times.chain(counts.map(|(name, count)| (*name, "Count", Value::from(*count)))).collect()
    }
}
