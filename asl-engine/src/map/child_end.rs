//! [`ChildEnd`]: how a child execution of a distributed Map ended that somebody else has run.

use std::sync::{Arc, LazyLock};

use asl_model::Resource;
use asl_value::{Object, Text, Timestamp, Value, json};

use crate::event::TaskKind;
use crate::journal::ticket::Ticket;
use crate::run::Run;
use crate::slot::Slot;
use crate::task::control::Control;
use crate::trace::Cursor;
use crate::wait::{self, TaskEnd};
use crate::{EffectKind, Failure, Outcome, Report, Task, TaskHandler};

/// How a child execution of a distributed Map ended that ran elsewhere, see
/// [`Engine::with_children`](crate::Engine::with_children).
///
/// ```
/// use asl_engine::{ChildEnd, Outcome};
/// use asl_value::json;
/// let ended = ChildEnd { outcome: Outcome::Succeeded(json!(2)), started: None, stopped: None };
/// assert_eq!(ended.to_value(), json!({"status": "SUCCEEDED", "output": 2}));
/// assert_eq!(ChildEnd::read(&ended.to_value()), Some(ended));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ChildEnd {
    /// How it ended.
    pub outcome: Outcome,
    /// When it began, if that is known.
    pub started: Option<Timestamp>,
    /// When it ended, if that is known.
    pub stopped: Option<Timestamp>,
}

impl ChildEnd {
    /// The end that a report is about.
    pub fn of(report: &Report) -> ChildEnd {
        ChildEnd {
            outcome: report.outcome.clone(),
            started: Some(report.started),
            stopped: Some(report.stopped),
        }
    }

    /// Its JSON form, with instants in milliseconds: `{"status": "SUCCEEDED", "startDate": …, "stopDate": …, "output": …}`,
    /// `{"status": "FAILED", …, "error": …, "cause": …}`.
    pub fn to_value(&self) -> Value {
        let mut members = Object::new();
        members.insert("status", self.outcome.status().into());
        for (name, date) in [("startDate", self.started), ("stopDate", self.stopped)] {
            if let Some(date) = date {
                members.insert(name, date.epoch_millis().into());
            }
        }
        if let Some(output) = self.outcome.output() {
            members.insert("output", output.clone());
        }
        if let Some(failure) = self.outcome.failure() {
            for (name, text) in [("error", &failure.error), ("cause", &failure.cause)] {
                if let Some(text) = text {
                    members.insert(name, text.into());
                }
            }
        }
        members.into()
    }

    /// Reads the JSON form. `None` for any other value.
    pub fn read(value: &Value) -> Option<ChildEnd> {
        let text = |name: &str| value.get(name).and_then(Value::as_text).cloned();
        let date = |name: &str| value.get(name).and_then(Value::as_i64).map(Timestamp::from_epoch_millis);
        let failure = || Failure::from_parts(text("error"), text("cause"));
        let outcome = match text("status")?.as_str() {
            "SUCCEEDED" => Outcome::Succeeded(value.get("output")?.clone()),
            "FAILED" => Outcome::Failed(failure()),
            "TIMED_OUT" => Outcome::TimedOut(failure()),
            "ABORTED" => Outcome::Aborted(failure()),
            _ => return None,
        };
        Some(ChildEnd { outcome, started: date("startDate"), stopped: date("stopDate") })
    }

    fn failed(failure: Failure) -> ChildEnd {
        ChildEnd { outcome: Outcome::Failed(failure), started: None, stopped: None }
    }
}

/// What the handler of children is called for.
static RESOURCE: LazyLock<Resource> =
    LazyLock::new(|| Resource::from("arn:aws:states:::states:startExecution.sync:2"));

static KIND: LazyLock<Arc<TaskKind>> = LazyLock::new(|| {
    Arc::new(TaskKind::Service { resource_type: "states".into(), resource: "startExecution.sync:2".into() })
});

/// Lets `handler` run the child whose run is `run`. It is one effect in the journal of the parent, like a task.
pub(super) async fn elsewhere(
    run: &Run<'_>,
    handler: &dyn TaskHandler,
    state: &Text,
    slot: &Slot,
) -> ChildEnd {
    let kind = EffectKind::Task { token: None, is_submitted: false, expires: None };
    let ticket = run
        .journal
        .as_ref()
        .zip(slot.path())
        .map(|(journal, path)| Ticket::new(journal.turnstile(), path.next_effect(), state, kind));
    let control =
        Control::new(&run.trace, run.timeline, &KIND, [None, None], Cursor::START).journalled(ticket);
    control.start(None);
    let task = Task {
        state,
        resource: &RESOURCE,
        arguments: json!({"Input": (run.input.clone())}),
        token: None,
        role_arn: None,
        attempt: 0,
        identity: run.identity,
        deadline: None,
        trace_header: run.trace_header,
        control: &control,
    };
    match wait::task(run, handler, task).await {
        TaskEnd::Returned(Ok(value)) => ChildEnd::read(&value).unwrap_or_else(|| {
            ChildEnd::failed(Failure::task("whoever runs the child executions answered with something else"))
        }),
        TaskEnd::Returned(Err(failure)) => ChildEnd::failed(failure.within(run.limits)),
        TaskEnd::Expired(clock) => ChildEnd::failed(Failure::expired(clock)),
    }
}
