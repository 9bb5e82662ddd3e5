//! [`Tasks`]: counts the tasks of an execution and their results.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_engine::{Event, EventKind, Identity, TaskClock, TaskKind};
use asl_value::{Text, Timestamp};

use super::{Family, Metrics};

/// Tasks with the ARN of a function; `lambda:invoke` counts as an action of a service.
static FUNCTIONS: Family = Family {
    dimension: "LambdaFunctionArn",
    times: &["LambdaFunctionScheduleTime", "LambdaFunctionRunTime", "LambdaFunctionTime"],
    counts: &[
        "LambdaFunctionsScheduled",
        "LambdaFunctionsStarted",
        "LambdaFunctionsSucceeded",
        "LambdaFunctionsFailed",
        "LambdaFunctionsTimedOut",
    ],
};

static ACTIVITIES: Family = Family {
    dimension: "ActivityArn",
    times: &["ActivityScheduleTime", "ActivityRunTime", "ActivityTime"],
    counts: &[
        "ActivitiesScheduled",
        "ActivitiesStarted",
        "ActivitiesSucceeded",
        "ActivitiesFailed",
        "ActivitiesTimedOut",
        "ActivitiesHeartbeatTimedOut",
    ],
};

static SERVICES: Family = Family {
    dimension: "ServiceIntegrationResourceArn",
    times: &["ServiceIntegrationScheduleTime", "ServiceIntegrationRunTime", "ServiceIntegrationTime"],
    counts: &[
        "ServiceIntegrationsScheduled",
        "ServiceIntegrationsStarted",
        "ServiceIntegrationsSucceeded",
        "ServiceIntegrationsFailed",
        "ServiceIntegrationsTimedOut",
    ],
};

// The indices in all families.
const SCHEDULE_TIME: usize = 0;
const RUN_TIME: usize = 1;
const TIME: usize = 2;
const SCHEDULED: usize = 0;
const STARTED: usize = 1;
const SUCCEEDED: usize = 2;
const FAILED: usize = 3;
const TIMED_OUT: usize = 4;
/// Only for activities.
const HEARTBEAT_TIMED_OUT: usize = 5;

/// Counts the tasks of one execution from its events.
///
/// UNRECORDED: whether an activity without a heartbeat counts as `ActivitiesTimedOut` too; here it does not.
pub(crate) struct Tasks {
    metrics: Arc<Metrics>,
    /// The start of ARNs in Step Functions: `arn:aws:states:eu-west-1:123456789012:`.
    service_arn: Text,
    /// The tasks that have not ended, by the id of their last event.
    open: Mutex<HashMap<u64, Open>>,
}

#[derive(Clone, Copy)]
struct Open {
    scheduled: Timestamp,
    started: Option<Timestamp>,
}

impl Tasks {
    pub(crate) fn new(metrics: Arc<Metrics>, identity: &Identity) -> Tasks {
        let service_arn = identity.machine().sibling("").into();
        Tasks { metrics, service_arn, open: Mutex::default() }
    }

    /// Counts an event.
    pub(crate) fn note(&self, event: &Event) {
        let time = event.timestamp;
        let Some(before) = self.follow(event) else { return };
        match &event.kind {
            EventKind::TaskScheduled(scheduled) => self.add(&scheduled.task, SCHEDULED, &[]),
            EventKind::TaskStarted { task, .. } => {
                self.add(task, STARTED, &[(SCHEDULE_TIME, time.since(before.scheduled))]);
            }
            EventKind::TaskSucceeded { task, .. } => self.end(time, before, task, SUCCEEDED),
            EventKind::TaskFailed { task, .. } => self.end(time, before, task, FAILED),
            EventKind::TaskTimedOut { task, clock, .. } => {
                let count = match (&**task, clock) {
                    (TaskKind::Activity { .. }, TaskClock::Heartbeat) => HEARTBEAT_TIMED_OUT,
                    _ => TIMED_OUT,
                };
                self.end(time, before, task, count);
            }
            _ => {}
        }
    }

    /// Notes an event that was counted before, by an earlier invocation.
    pub(crate) fn recall(&self, event: &Event) {
        self.follow(event);
    }

    /// Follows a task from event to event. Returns what was known of it before this one.
    fn follow(&self, event: &Event) -> Option<Open> {
        let time = event.timestamp;
        let mut open = self.lock();
        let (before, after) = match &event.kind {
            EventKind::TaskScheduled(_) => {
                let scheduled = Open { scheduled: time, started: None };
                (scheduled, Some(scheduled))
            }
            EventKind::TaskStarted { .. } => {
                let before = open.remove(&event.previous_id)?;
                (before, Some(Open { started: Some(time), ..before }))
            }
            EventKind::TaskSubmitted { .. } => {
                let before = open.remove(&event.previous_id)?;
                (before, Some(before))
            }
            EventKind::TaskSucceeded { .. }
            | EventKind::TaskFailed { .. }
            | EventKind::TaskTimedOut { .. } => (open.remove(&event.previous_id)?, None),
            _ => return None,
        };
        open.extend(after.map(|after| (event.id, after)));
        Some(before)
    }

    fn end(&self, at: Timestamp, open: Open, task: &TaskKind, count: usize) {
        let whole = at.since(open.scheduled);
        match open.started {
            Some(started) => self.add(task, count, &[(RUN_TIME, at.since(started)), (TIME, whole)]),
            None => self.add(task, count, &[(TIME, whole)]),
        }
    }

    fn add(&self, task: &TaskKind, count: usize, times: &[(usize, Duration)]) {
        match task {
            TaskKind::Lambda { resource } => self.metrics.add(&FUNCTIONS, resource, &[count], times),
            TaskKind::Activity { resource } => self.metrics.add(&ACTIVITIES, resource, &[count], times),
            TaskKind::Service { resource_type, resource } => {
                // Observed: with region and account, unlike in a definition.
                let arn = format!("{}{resource_type}:{resource}", self.service_arn).into();
                self.metrics.add(&SERVICES, &arn, &[count], times);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
