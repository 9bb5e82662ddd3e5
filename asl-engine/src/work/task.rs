//! Task: a call of its handler, with the events, timeouts and limits around it.

use std::time::Duration;

use asl_query::Env;
use asl_value::{Text, Value};

use crate::context::StateContext;
use crate::event::{EventKind, Scheduled, TaskKind};
use crate::journal::refusal::{self, Doubted};
use crate::journal::ticket::Ticket;
use crate::position::{Doing, Flight};
use crate::program::TaskStep;
use crate::setting::Setting;
use crate::slot::Slot;
use crate::task::Task;
use crate::task::control::Control;
use crate::trace::Cursor;
use crate::visit::{Trouble, Visit};
use crate::wait::{self, TaskEnd};
use crate::{EffectKind, Failure, Traced};

pub(crate) async fn work(
    visit: &Visit<'_>,
    task: &TaskStep,
    mut arguments: Value,
    env: &Env<'_>,
    context: &StateContext<'_>,
    slot: &Slot,
    cursor: &mut Cursor,
) -> Result<Value, Trouble> {
    let run = visit.run;
    let timeout = Setting::eval_optional(&task.timeout, env)?.map(Duration::from_secs);
    let heartbeat = Setting::eval_optional(&task.heartbeat, env)?.map(Duration::from_secs);
    let role_arn = role_arn(task, env)?;
    let flight = if run.keeps_checkpoint { slot.flight() } else { None };
    let handler = run.engine.tasks().resolve(&task.resource).map(|handler| &**handler);
    let checked = match handler {
        // It was checked before the snapshot was taken.
        _ if flight.is_some() => Ok(()),
        Some(handler) => handler
            .check(&visit.step.name, &task.resource, &mut arguments)
            .map_err(|refusal| refusal.to_string()),
        None => Err(format!("no task handler is registered for `{}`", task.resource.as_str())),
    };
    let ticket = ticket(visit, context, slot);
    let refused = match &ticket {
        None => checked.map(|()| None),
        Some(ticket) => Box::pin(refusal::settle(ticket, checked)).await,
    };
    let doubted = Doubted { cause: refused.map_err(Trouble::Runtime)?, handler };
    match &flight {
        Some(flight) => *cursor = flight.cursor,
        None => run.trace.step(cursor, || {
            EventKind::TaskScheduled(Box::new(Scheduled {
                task: task.kind.clone(),
                region: run.identity.region.clone(),
                parameters: arguments.clone(),
                timeout,
                heartbeat,
                role_arn: role_arn.clone(),
            }))
        }),
    }
    let mut control =
        Control::new(&run.trace, run.timeline, &task.kind, [timeout, heartbeat], *cursor).journalled(ticket);
    if run.keeps_checkpoint {
        let (arguments, token, cursor) = (&arguments, context.token, *cursor);
        slot.set_doing(|| {
            let scheduled = || Flight {
                arguments: arguments.clone(),
                token: token.cloned(),
                cursor,
                started: None,
                submitted: None,
            };
            Doing::Task(Box::new(flight.clone().unwrap_or_else(scheduled)))
        });
        control = control.noted_in(slot, flight.as_ref());
    }
    if !matches!(*task.kind, TaskKind::Activity { .. }) {
        control.start(None);
    }
    let headers = run.trace.headers(Traced::Task(cursor.id()));
    let call = Task {
        state: &visit.step.name,
        resource: &task.resource,
        arguments,
        token: context.token.cloned(),
        role_arn,
        attempt: context.retry_count.unwrap_or_default(),
        identity: run.identity,
        deadline: run.deadline.map(|at| run.timeline.at(at)),
        trace_header: headers.as_ref().map(|headers| &headers.x_amzn_trace_id).or(run.trace_header),
        trace_headers: headers.as_ref(),
        control: &control,
    };
    let handler = handler.filter(|_| doubted.cause.is_none()).unwrap_or(&doubted);
    let end = wait::task(run, handler, call).await;
    if matches!(end, TaskEnd::Returned(_)) {
        // A task that has ended has begun, even if its handler did not report it.
        control.start(None);
    }
    *cursor = control.cursor();
    let kind = || task.kind.clone();
    match end {
        TaskEnd::Returned(Ok(output)) if !run.admits(&output, Some(&visit.step.name)) => {
            let failure = Failure::data_limit(task.kind.limit_name());
            run.trace.step(cursor, || EventKind::TaskFailed { task: kind(), failure: failure.clone() });
            Err(failure.into())
        }
        TaskEnd::Returned(Ok(output)) => {
            output.check_depth().map_err(asl_query::EvalError::from)?;
            run.trace.step(cursor, || EventKind::TaskSucceeded { task: kind(), output: output.clone() });
            Ok(output)
        }
        TaskEnd::Returned(Err(failure)) => {
            let failure = failure.within(run.limits);
            run.trace.step(cursor, || EventKind::TaskFailed { task: kind(), failure: failure.clone() });
            Err(failure.into())
        }
        TaskEnd::Expired(clock) => {
            let failure = Failure::expired(clock);
            run.trace.step(cursor, || EventKind::TaskTimedOut {
                task: kind(),
                failure: failure.clone(),
                clock,
            });
            Err(failure.into())
        }
    }
}

/// The claim of a journalled execution on the news of its task.
fn ticket(visit: &Visit<'_>, context: &StateContext<'_>, slot: &Slot) -> Option<Ticket> {
    let (journal, path) = (visit.run.journal.as_ref()?, slot.path()?);
    let kind = EffectKind::Task { token: context.token.cloned(), is_submitted: false, expires: None };
    Some(Ticket::new(journal.turnstile(), path.next_effect(), &visit.step.name, kind))
}

fn role_arn(task: &TaskStep, env: &Env<'_>) -> Result<Option<Text>, Trouble> {
    let Some(template) = &task.credentials else { return Ok(None) };
    let credentials = template.eval(env)?;
    match credentials.get("RoleArn") {
        Some(Value::String(role_arn)) => Ok(Some(role_arn.clone())),
        // UNRECORDED: AWS's text for a `Credentials.RoleArn` that is not a string.
        other => Err(Trouble::Runtime(format!(
            "The Credentials field 'RoleArn' must be a string but was: {}",
            other.unwrap_or(&Value::Null)
        ))),
    }
}

impl TaskKind {
    /// The name of the task in the message about a result that is too large (recorded).
    fn limit_name(&self) -> &str {
        match self {
            TaskKind::Lambda { resource } | TaskKind::Activity { resource } => resource,
            TaskKind::Service { resource_type, .. } => resource_type,
        }
    }
}
