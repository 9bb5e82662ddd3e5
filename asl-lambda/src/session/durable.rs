//! Durable executions: invocations whose event has the log of an execution.

mod origin;
mod start;

use std::sync::Arc;
use std::time::Duration;

use asl_durable::{
    DurableAnswer, DurableEnd, DurableError, DurableErrorKind, DurableEvent, DurableLog, DurableRun,
    ErrorObject, Functions, OperationDetails, OperationStatus,
};
use asl_engine::{ChildEnd, Clock, Execution, Failure, NoObserver, Observer};
use asl_value::{Text, Timestamp, Value};

use super::Session;
use crate::durable::Durable;
use crate::traces::Caller;
use crate::trigger::{Answer, Trigger};
use crate::{InvocationError, callback, deadline};
use start::Begun;

impl Session {
    /// Continues a durable execution of the main machine until it ends or waits.
    pub(crate) async fn continue_durable(
        self: &Arc<Self>,
        durable: &Durable,
        event: Result<DurableEvent, DurableError>,
    ) -> Result<Value, InvocationError> {
        let answered = match event {
            Ok(event) => self.durable_answer(durable, event).await,
            Err(error) => Err(error),
        };
        self.end().await;
        match answered {
            Ok(answer) => Ok(answer.to_value()),
            Err(error) if error.kind() == DurableErrorKind::Revoked => Ok(DurableAnswer::Pending.to_value()),
            Err(error) if error.is_retried_by_lambda() => {
                Err(InvocationError::new("Durable.Unavailable", error.message()))
            }
            Err(error) => {
                Ok(DurableAnswer::Failed(ErrorObject::new("States.Runtime", error.message())).to_value())
            }
        }
    }

    async fn durable_answer(
        self: &Arc<Self>,
        durable: &Durable,
        event: DurableEvent,
    ) -> Result<DurableAnswer, DurableError> {
        let (name, functions) = (event.name().to_owned(), self.functions(&event));
        let log = Arc::new(DurableLog::open(Arc::clone(&durable.api), event).await?);
        let event = log.input().unwrap_or_default();
        let event = Value::parse(&event).map_err(|error| {
            DurableError::new(DurableErrorKind::Unreadable, format!("the input is not JSON: {error}"))
        })?;
        let trigger = self.adapter.trigger(&event);
        if let Some(answer) = self.callback_answer(trigger, &event).await {
            return Ok(answer);
        }
        let caller = Caller::of_durable(&self.traces, trigger, &event);
        match self.begin_durable(durable, &name, event).await {
            Ok(begun) => self.run_durable(&begun, caller, functions, &log).await,
            Err(failure) => {
                self.log.problem(&failure);
                Ok(DurableAnswer::Failed(error_object(&failure)))
            }
        }
    }

    async fn run_durable(
        self: &Arc<Self>,
        begun: &Begun,
        caller: Caller,
        functions: Functions,
        log: &Arc<DurableLog>,
    ) -> Result<DurableAnswer, DurableError> {
        let identity = &begun.identity;
        // An invocation that finds nothing but the execution itself is the first.
        let is_first = log.operations().len() == 1 && begun.from.is_none();
        if let Some(metrics) = self.metrics.as_ref().filter(|_| is_first) {
            metrics.start(identity);
        }
        let spans = self.traces.observer(identity, begun.trace_header.as_ref(), caller);
        let listeners = self.listeners(identity, 0, spans).map(Arc::new);
        let observer: Arc<dyn Observer> = match &listeners {
            Some(listeners) => listeners.clone(),
            None => Arc::new(NoObserver),
        };
        let ahead = ahead(log, deadline::now());
        let now = move || deadline::now().plus(ahead);
        let run = DurableRun {
            engine: &self.adapter.engine().with_clock(Clock::real().starting_at(now())),
            program: &begun.program,
            definition: &begun.definition,
            functions,
            continues: self.continues(begun),
            from: begun.from.as_ref(),
            observer,
            cancel: self.adapter.shutdown().clone(),
            now: Arc::new(now),
            until: self.deadline.map(|deadline| deadline.plus(ahead)),
        };
        let trace_header = begun.trace_header.clone().or_else(|| self.invocation.trace_header.clone());
        let execution = Execution::new(begun.input.clone())
            .with_identity(identity.clone())
            .with_limits(begun.limits.clone())
            .with_trace_header(trace_header);
        let report = match run.run(execution, Arc::clone(log)).await? {
            DurableEnd::Ended(report) => report,
            // The next one has counted and logged it.
            DurableEnd::Continued(end) => return begun.answer(&end).settled(log).await,
            _ => return Ok(DurableAnswer::Pending),
        };
        self.log.near_limits(identity, &report.near_limits);
        if let Some(metrics) = &self.metrics {
            metrics.end(identity, &report);
        }
        if let Some(listeners) = &listeners {
            listeners.report_success(&report.outcome);
        }
        begun.answer(&ChildEnd::of(&report)).settled(log).await
    }

    /// The answer to an event that answers a callback of another execution. Every event of a durable function arrives in a
    /// durable execution of its own.
    async fn callback_answer(&self, trigger: Trigger, event: &Value) -> Option<DurableAnswer> {
        let answered = match &trigger.properties().answer {
            Answer::Http(render) => {
                let response = callback::respond(self, event).await?;
                Ok(render(response, event))
            }
            _ => callback::answer(self, trigger, event).await?,
        };
        Some(match answered {
            Ok(answer) => DurableAnswer::Succeeded(answer.to_json().into()),
            Err(error) => DurableAnswer::Failed(ErrorObject::new(error.error_type(), error.error_message())),
        })
    }
}

/// How far the service's clock is ahead of this computer's. What the service says has ended must be over here, too, or the
/// function would wait for it again. AWS's local runner can skip the time of waits; its clock is then years ahead.
fn ahead(log: &DurableLog, now: Timestamp) -> Duration {
    let mut latest = now;
    for operation in log.operations() {
        let ready = match operation.details {
            OperationDetails::Step { next_attempt, .. } if operation.status == OperationStatus::Ready => {
                next_attempt
            }
            _ => None,
        };
        let ended = operation.ended.unwrap_or(now);
        latest = latest.max(operation.started).max(ended).max(ready.unwrap_or(now));
    }
    latest.since(now)
}

fn error_object(failure: &Failure) -> ErrorObject {
    let text = |text: &Option<Text>| text.clone().unwrap_or_default();
    ErrorObject::new(text(&failure.error), text(&failure.cause))
}
