//! A child execution of a distributed Map that somebody else runs.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, LazyLock};

use asl_model::Resource;
use asl_value::{Value, json};
use async_trait::async_trait;
use futures_util::FutureExt;

use crate::child_runner::Child;
use crate::event::TaskKind;
use crate::journal::ticket::Ticket;
use crate::run::Run;
use crate::slot::Slot;
use crate::task::control::Control;
use crate::trace::Cursor;
use crate::wait::{self, TaskEnd};
use crate::{ChildEnd, ChildRunner, EffectKind, Failure, Task, TaskHandler};

/// Lets `runner` run a child, whose run is `run`.
pub(super) async fn run(run: &Run<'_>, runner: &dyn ChildRunner, child: Child<'_>, slot: &Slot) -> ChildEnd {
    if run.journal.is_some() {
        return Box::pin(journalled(run, runner, child, slot)).await;
    }
    let _in_flight = run.timeline.in_flight();
    let ended = AssertUnwindSafe(async { runner.run(child).await }).catch_unwind().await;
    run.note_time();
    match ended {
        Ok(Ok(end)) => end,
        Ok(Err(failure)) => ChildEnd::failed(failure.within(run.limits)),
        Err(panic) => ChildEnd::failed(wait::panicked(child.state, panic.as_ref())),
    }
}

/// What the effect is named after.
static RESOURCE: LazyLock<Resource> =
    LazyLock::new(|| Resource::from("arn:aws:states:::states:startExecution.sync:2"));

static KIND: LazyLock<Arc<TaskKind>> = LazyLock::new(|| {
    Arc::new(TaskKind::Service { resource_type: "states".into(), resource: "startExecution.sync:2".into() })
});

/// The child as a task, which is how the journal of its parent knows it.
struct AsTask<'a> {
    runner: &'a dyn ChildRunner,
    child: Child<'a>,
}

#[async_trait]
impl TaskHandler for AsTask<'_> {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let ended = self.runner.run(Child { effect: task.effect(), ..self.child }).await;
        ended.map(|end| end.to_value())
    }
}

/// It is one effect in the journal of the parent, like a task.
async fn journalled(run: &Run<'_>, runner: &dyn ChildRunner, child: Child<'_>, slot: &Slot) -> ChildEnd {
    let kind = EffectKind::Task { token: None, is_submitted: false, expires: None };
    let ticket = run
        .journal
        .as_ref()
        .zip(slot.path())
        .map(|(journal, path)| Ticket::new(journal.turnstile(), path.next_effect(), child.state, kind));
    let control =
        Control::new(&run.trace, run.timeline, &KIND, [None, None], Cursor::START).journalled(ticket);
    control.start(None);
    let task = Task {
        state: child.state,
        resource: &RESOURCE,
        arguments: json!({"Input": (run.input.clone())}),
        token: None,
        role_arn: None,
        attempt: 0,
        identity: run.identity,
        deadline: None,
        trace_header: run.trace_header,
        trace_headers: None,
        control: &control,
    };
    match wait::task(run, &AsTask { runner, child }, task).await {
        TaskEnd::Returned(Ok(value)) => ChildEnd::read(&value).unwrap_or_else(|| {
            ChildEnd::failed(Failure::task("whoever runs the child executions answered with something else"))
        }),
        TaskEnd::Returned(Err(failure)) => ChildEnd::failed(failure.within(run.limits)),
        TaskEnd::Expired(clock) => ChildEnd::failed(Failure::expired(clock)),
    }
}
