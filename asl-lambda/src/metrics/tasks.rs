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

    pub(crate) fn note(&self, event: &Event) {
        let time = event.timestamp;
        match &event.kind {
            EventKind::TaskScheduled(scheduled) => {
                self.lock().insert(event.id, Open { scheduled: time, started: None });
                self.add(&scheduled.task, SCHEDULED, &[]);
            }
            EventKind::TaskStarted { task, .. } => {
                let Some(open) = self.lock().remove(&event.previous_id) else { return };
                self.lock().insert(event.id, Open { started: Some(time), ..open });
                self.add(task, STARTED, &[(SCHEDULE_TIME, time.since(open.scheduled))]);
            }
            EventKind::TaskSubmitted { .. } => {
                let Some(open) = self.lock().remove(&event.previous_id) else { return };
                self.lock().insert(event.id, open);
            }
            EventKind::TaskSucceeded { task, .. } => self.end(event, task, SUCCEEDED),
            EventKind::TaskFailed { task, .. } => self.end(event, task, FAILED),
            EventKind::TaskTimedOut { task, clock, .. } => {
                let count = match (&**task, clock) {
                    (TaskKind::Activity { .. }, TaskClock::Heartbeat) => HEARTBEAT_TIMED_OUT,
                    _ => TIMED_OUT,
                };
                self.end(event, task, count);
            }
            _ => {}
        }
    }

    fn end(&self, event: &Event, task: &TaskKind, count: usize) {
        let Some(open) = self.lock().remove(&event.previous_id) else { return };
        let whole = event.timestamp.since(open.scheduled);
        match open.started {
            Some(started) => {
                self.add(task, count, &[(RUN_TIME, event.timestamp.since(started)), (TIME, whole)]);
            }
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
