//! [`Execution`]: one execution, as the server keeps it.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_engine::{CancelToken, Failure, MapRun, Outcome};
use asl_value::Timestamp;
use tokio::sync::watch;

use crate::clock::now;
use crate::footprint;
use crate::history::{History, View};
use crate::input::Input;
use crate::machine::Target;
use crate::mock::MockedTasks;
use crate::redrives::Redrives;
use crate::stages::Stages;

/// Whether a name can be used again. Measured on AWS: 90 days after its execution ended.
pub(crate) fn is_name_free(ended: Timestamp, now: Timestamp) -> bool {
    const PERIOD: Duration = Duration::from_secs(90 * 86_400);
    now.since(ended) >= PERIOD
}

/// An execution that runs or has ended.
pub(crate) struct Execution {
    /// Its position in the order of creation.
    pub(crate) number: u64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) target: Target,
    pub(crate) input: Input,
    pub(crate) trace_header: Option<String>,
    /// The execution whose task has started it.
    pub(crate) parent: Option<String>,
    /// Set for a child of a distributed Map.
    pub(crate) child_of: Option<ChildOf>,
    pub(crate) started: Timestamp,
    /// The test case that `mocks` are of.
    pub(crate) case: Option<String>,
    pub(crate) mocks: Option<MockedTasks>,
    redrives: Mutex<Redrives>,
    pub(crate) history: History,
    /// What its states made of their data, if that is kept.
    pub(crate) stages: Option<Arc<Stages>>,
    /// Whether it is written to the archive.
    pub(crate) is_durable: bool,
    /// The bytes that the store currently counts for it.
    pub(crate) counted_bytes: AtomicUsize,
    /// The number of the record of its end.
    pub(crate) end_record: AtomicU64,
    /// Whether an earlier process has kept its end, in a replay.
    pub(crate) is_end_known: AtomicBool,
    /// The ARNs of its Map Runs, in the order in which they started.
    map_runs: Mutex<Vec<String>>,
    ended: watch::Sender<Option<Ended>>,
    /// How it is to be stopped, for one that no run continues.
    stopping: watch::Sender<Option<Failure>>,
}

/// The Map Run of a child execution.
pub(crate) struct ChildOf {
    pub(crate) map_run: Arc<MapRun>,
    /// The number of items in its batch.
    pub(crate) item_count: Option<u64>,
    /// Whether it runs again because its Map Run was redriven. Its end is then written also in a replay: what is kept may
    /// be its earlier end.
    pub(crate) is_again: bool,
}

/// How and when an execution ended.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    pub(crate) stopped: Timestamp,
    pub(crate) outcome: Outcome,
}

impl Execution {
    /// An execution that starts now.
    pub(crate) fn new(
        number: u64,
        [arn, name]: [String; 2],
        target: Target,
        input: Input,
        history: History,
    ) -> Execution {
        Execution {
            number,
            arn,
            name,
            target,
            input,
            trace_header: None,
            parent: None,
            child_of: None,
            started: now(),
            case: None,
            mocks: None,
            redrives: Mutex::default(),
            history,
            stages: None,
            is_durable: false,
            counted_bytes: AtomicUsize::default(),
            end_record: AtomicU64::default(),
            is_end_known: AtomicBool::default(),
            map_runs: Mutex::default(),
            ended: watch::Sender::new(None),
            stopping: watch::Sender::new(None),
        }
    }

    /// Turns it into a child of a distributed Map. `cancel` stops it.
    pub(crate) fn into_child(self, child_of: ChildOf, cancel: CancelToken) -> Execution {
        Execution { child_of: Some(child_of), redrives: Mutex::new(Redrives::of(cancel)), ..self }
    }

    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
    pub(crate) fn status(&self) -> &'static str {
        self.ended.borrow().as_ref().map_or("RUNNING", |ended| ended.outcome.status())
    }

    pub(crate) fn ended(&self) -> Option<Ended> {
        self.ended.borrow().clone()
    }

    /// Waits for its end.
    pub(crate) async fn end(&self) -> Ended {
        let mut ended = self.ended.subscribe();
        let ended = ended.wait_for(Option::is_some).await.ok().and_then(|ended| ended.clone());
        // The sender is a field of `self`, so it outlives the wait.
        ended.unwrap_or_else(|| Ended { stopped: now(), outcome: Outcome::Aborted(Failure::default()) })
    }

    /// Stops it with this error and cause if it is running.
    pub(crate) fn stop(&self, error: Option<&str>, cause: Option<&str>) {
        let failure = Failure::from_parts(error.map(Into::into), cause.map(Into::into));
        self.stopping.send_replace(Some(failure.clone()));
        self.redrives().cancel.cancel_with(failure);
    }

    /// Waits until it is to be stopped.
    pub(crate) async fn stopped(&self) -> Failure {
        let mut stopping = self.stopping.subscribe();
        let failure = stopping.wait_for(Option::is_some).await.ok().and_then(|failure| failure.clone());
        // The sender is a field of `self`, so it outlives the wait.
        failure.unwrap_or_default()
    }

    /// Ends it as FAILED if it is running.
    pub(crate) fn fail(&self, failure: Failure) {
        self.redrives().cancel.fail(failure);
    }

    /// Records its end, or with `None` that it runs again.
    pub(crate) fn set_ended(&self, ended: Option<Ended>) {
        self.ended.send_replace(ended);
    }

    /// Whether an earlier process has kept its end.
    pub(crate) fn is_archived(&self) -> bool {
        self.is_end_known.load(Ordering::Relaxed)
    }

    /// How often it was redriven, and the date of the last redrive.
    pub(crate) fn redriven(&self) -> (u32, Option<Timestamp>) {
        let redrives = self.redrives();
        (redrives.count, redrives.date)
    }

    /// Its sort key in a list. Measured on AWS: the date of its end or, while it is running, of its start or last redrive.
    /// Executions with the same date are sorted by creation.
    pub(crate) fn place(&self) -> u128 {
        let began = || self.redriven().1.unwrap_or(self.started);
        let date = self.ended().map_or_else(began, |ended| ended.stopped);
        let millis = u64::try_from(date.epoch_millis()).unwrap_or_default();
        u128::from(millis) << 64 | u128::from(self.number)
    }

    /// Whether its name can be used again.
    pub(crate) fn is_name_free(&self, now: Timestamp) -> bool {
        self.ended().is_some_and(|ended| is_name_free(ended.stopped, now))
    }

    pub(crate) fn redrives(&self) -> MutexGuard<'_, Redrives> {
        self.redrives.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn map_runs(&self) -> MutexGuard<'_, Vec<String>> {
        self.map_runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The memory that it takes, by an estimate, without what it shares with other executions.
    pub(crate) fn bytes(&self) -> usize {
        let input = if self.history.has_input() { 0 } else { footprint::of_value(&self.input.value) };
        let (text, history) = (self.input.text.len(), self.history.memory());
        let parts = [footprint::EXECUTION_BYTES, text, input, history, self.redrives().bytes()];
        parts.into_iter().fold(0, usize::saturating_add)
    }

    pub(crate) fn view(&self, include_data: bool) -> View<'_> {
        View {
            input: &self.input.value,
            input_text: &self.input.text,
            started_by: [
                ("stateMachineAliasArn", self.target.alias_arn.as_deref()),
                ("stateMachineVersionArn", self.target.version_arn.as_deref()),
            ],
            include_data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_free_after_ninety_days() {
        let ended = Timestamp::parse("2026-01-01T12:00:00Z").expect("a time");
        for (now, expected) in [
            ("2025-12-31T00:00:00Z", false),
            ("2026-01-01T12:00:00Z", false),
            ("2026-04-01T11:59:59Z", false),
            ("2026-04-01T12:00:00Z", true),
        ] {
            let now = Timestamp::parse(now).expect("a time");
            assert_eq!(is_name_free(ended, now), expected, "{now}");
        }
    }
}
