//! What `StartSyncExecution` answers.

use std::sync::{Arc, Mutex, PoisonError};

use asl_engine::{Event, Identity, Interest, Observer, Outcome};
use asl_value::{Object, Timestamp, Value, json};

use crate::response::problem;

/// An execution as `StartSyncExecution` answers it: input and output are JSON texts, times are seconds.
///
/// ```json
/// {"executionArn": "…", "stateMachineArn": "…", "name": "…", "startDate": 1457956800.5, "stopDate": 1457956800.6,
///  "status": "SUCCEEDED", "input": "{}", "inputDetails": {"included": true}, "output": "{}",
///  "outputDetails": {"included": true}}
/// ```
pub(crate) struct Envelope<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) input: &'a Value,
    pub(crate) outcome: &'a Outcome,
    pub(crate) ends: &'a Ends,
}

impl Envelope<'_> {
    pub(crate) fn to_value(&self) -> Value {
        let [start, stop] = self.ends.times();
        let included = || json!({"included": true});
        let mut envelope: Object = [
            ("executionArn", Value::from(&self.identity.execution_arn)),
            ("stateMachineArn", Value::from(&self.identity.state_machine_arn)),
            ("name", Value::from(&self.identity.execution_name)),
            ("startDate", start.into()),
            ("stopDate", stop.into()),
            ("status", self.outcome.status().into()),
        ]
        .into_iter()
        .collect();
        if let Some(failure) = self.outcome.failure() {
            envelope = envelope.into_iter().chain(problem(failure)).collect();
        }
        envelope.insert("input", self.input.to_json().into());
        envelope.insert("inputDetails", included());
        if let Some(output) = self.outcome.output() {
            envelope.insert("output", output.to_json().into());
        }
        // Recorded: also of an execution that failed and has none.
        envelope.insert("outputDetails", included());
        // DEVIATION: no billingDetails, because Step Functions bills nothing for an execution in a function.
        Value::Object(envelope)
    }
}

/// Notes when an execution began and ended, and passes its events on.
pub(crate) struct Ends {
    inner: Arc<dyn Observer>,
    times: Mutex<Option<[Timestamp; 2]>>,
}

impl Ends {
    pub(crate) fn new(inner: Arc<dyn Observer>) -> Ends {
        Ends { inner, times: Mutex::new(None) }
    }

    fn times(&self) -> [Option<f64>; 2] {
        let times = *self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.map_or([None; 2], |times| times.map(|time| Some(time.epoch_seconds())))
    }
}

impl Observer for Ends {
    fn on_event(&self, event: Event) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let start = times.map_or(event.timestamp, |[start, _]| start);
        *times = Some([start, event.timestamp]);
        drop(times);
        if self.inner.interest() == Interest::Full {
            self.inner.on_event(event);
        }
    }
}
