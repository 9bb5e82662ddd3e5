//! A [`MapRun`] as JSON, for hosts that keep it longer than the process runs.

use std::sync::Mutex;

use asl_model::ExecutionType;
use asl_value::{Text, Timestamp, Value, json};

use super::{Live, MapRun, MapRunCounts, MapRunHead, MapRunSettings, MapRunStatus};

impl MapRun {
    /// The Map Run in its current state: `{"arn": "arn:…:mapRun:orders/label:7b1c…", "execution": "arn:…", "machine":
    /// "arn:…", "label": "label", "type": "STANDARD", "started": "2026-…Z", "status": "SUCCEEDED", "stopped": "2026-…Z",
    /// "items": {"succeeded": 2, …}, "executions": {…}, …}`.
    ///
    /// ```
    /// use asl_engine::MapRun;
    /// use asl_value::json;
    /// assert!(MapRun::from_json(&json!({"arn": "arn:…"})).is_none());
    /// ```
    pub fn to_json(&self) -> Value {
        let (head, live) = (&self.head, self.live());
        json!({
            "arn": head.arn.as_str(),
            "id": head.id.as_str(),
            "execution": head.execution_arn.as_str(),
            "machine": head.state_machine_arn.as_str(),
            "label": head.label.as_str(),
            "type": head.children.name(),
            "started": head.started.to_string(),
            "redriveCount": head.redrive_count,
            "redriven": self.redriven.map(|at| at.to_string()),
            "maxConcurrency": live.settings.max_concurrency,
            "toleratedFailureCount": live.settings.tolerated_failure_count,
            "toleratedFailurePercentage": live.settings.tolerated_failure_percentage,
            "items": counts(&live.items),
            "executions": counts(&live.executions),
            "status": live.ended.map(|(status, _)| status.name()),
            "stopped": live.ended.map(|(_, at)| at.to_string())
        })
    }

    /// The Map Run of [`to_json`](MapRun::to_json). `None` if a member is missing or has another type.
    pub fn from_json(json: &Value) -> Option<MapRun> {
        let text = |name: &str| json.get(name).and_then(Value::as_text).cloned();
        let time = |name: &str| Timestamp::parse(json.get(name)?.as_str()?);
        let settings = MapRunSettings {
            max_concurrency: number(json, "maxConcurrency")?,
            tolerated_failure_count: number(json, "toleratedFailureCount"),
            tolerated_failure_percentage: json.get("toleratedFailurePercentage").and_then(Value::as_f64),
        };
        let status = text("status").and_then(|name| MapRunStatus::from_name(&name));
        let live = Live {
            settings,
            items: read_counts(json.get("items")?)?,
            executions: read_counts(json.get("executions")?)?,
            ended: status.zip(time("stopped")),
            ..Live::default()
        };
        let head = MapRunHead {
            arn: text("arn")?,
            id: text("id")?,
            execution_arn: text("execution")?,
            label: text("label")?,
            state_machine_arn: text("machine")?,
            children: ExecutionType::from_name(&text("type")?)?,
            started: time("started")?,
            // Earlier versions wrote none.
            redrive_count: number(json, "redriveCount")
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or(0),
        };
        Some(MapRun { head, redriven: time("redriven"), live: Mutex::new(live) })
    }
}

impl MapRunStatus {
    fn from_name(name: &Text) -> Option<MapRunStatus> {
        let all = [MapRunStatus::Succeeded, MapRunStatus::Failed, MapRunStatus::Aborted];
        all.into_iter().find(|status| status.name() == name.as_str())
    }
}

fn number(json: &Value, name: &str) -> Option<u64> {
    json.get(name).and_then(Value::as_i64).and_then(|number| u64::try_from(number).ok())
}

fn counts(counts: &MapRunCounts) -> Value {
    json!({
        "pending": counts.pending,
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": counts.timed_out,
        "aborted": counts.aborted,
        "resultsWritten": counts.results_written,
        "failuresNotRedrivable": counts.failures_not_redrivable,
        "pendingRedrive": counts.pending_redrive
    })
}

fn read_counts(json: &Value) -> Option<MapRunCounts> {
    Some(MapRunCounts {
        pending: number(json, "pending")?,
        running: number(json, "running")?,
        succeeded: number(json, "succeeded")?,
        failed: number(json, "failed")?,
        timed_out: number(json, "timedOut")?,
        aborted: number(json, "aborted")?,
        results_written: number(json, "resultsWritten")?,
        // Earlier versions wrote neither.
        failures_not_redrivable: number(json, "failuresNotRedrivable").unwrap_or(0),
        pending_redrive: number(json, "pendingRedrive").unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Identity;
    use crate::map_run::ChildStatus;

    #[test]
    fn a_map_run_comes_back() {
        let machine = asl_model::MachineArn::new("eu-west-1", "123456789012", "orders");
        let parent = Identity::new(machine.execution("run-1"));
        let settings = MapRunSettings {
            max_concurrency: 3,
            tolerated_failure_percentage: Some(0.5),
            ..MapRunSettings::default()
        };
        let run = MapRun::new(&parent, "l".into(), "id", ExecutionType::Express, Timestamp::EPOCH, settings);
        run.read(2, 5);
        let same = |run: &MapRun| {
            let json = run.to_json();
            let back = MapRun::from_json(&json).expect("a Map Run");
            assert_eq!(back.to_json(), json);
            assert_eq!((back.arn(), back.ended(), back.settings()), (run.arn(), run.ended(), run.settings()));
            assert_eq!((back.items(), back.executions()), (run.items(), run.executions()));
        };
        same(&run);
        run.child_started(&"a".into(), 3);
        run.child_ended(3, ChildStatus::Failed, false);
        run.end(MapRunStatus::Aborted, Timestamp::from_epoch_millis(1500));
        same(&run);
        let head = MapRunHead { redrive_count: 1, ..run.head().clone() };
        let redriven = MapRun::redriven(head, Timestamp::from_epoch_millis(2500), settings);
        redriven.read(2, 5);
        redriven.child_waits(&"a".into(), 3, ChildStatus::Failed);
        same(&redriven);
        assert_eq!((redriven.redrive_count(), redriven.items().pending_redrive), (1, 3));
        redriven.end(MapRunStatus::Aborted, Timestamp::from_epoch_millis(3500));
        same(&redriven);
        assert_eq!((redriven.items().failed, redriven.items().pending_redrive), (3, 0));
    }
}
