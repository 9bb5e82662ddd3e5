//! Durable executions: invocations whose event has the log of an execution.

use std::sync::Arc;

use asl_durable::{
    DurableAnswer, DurableEnd, DurableError, DurableErrorKind, DurableEvent, DurableLog, DurableRun,
    ErrorObject,
};
use asl_engine::{Execution, Identity, Limits, NoObserver, Observer, Outcome, Report};
use asl_value::{Text, Value};

use super::Session;
use crate::InvocationError;
use crate::deadline;
use crate::durable::Durable;
use crate::execution::Part;

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
        let identity = Identity::new(self.invocation.machine().execution(event.name()));
        let log = Arc::new(DurableLog::open(Arc::clone(&durable.api), event).await?);
        let input = log.input().unwrap_or_default();
        let input = Value::parse(&input).map_err(|error| {
            DurableError::new(DurableErrorKind::Unreadable, format!("the input is not JSON: {error}"))
        })?;
        let (config, engine) = (self.config(), self.adapter.engine());
        let mut limits = Limits::standard();
        limits.memory_bytes = config.limits.memory_bytes;
        let trigger = self.adapter.trigger(&input);
        let selected = config.input.select(engine, &limits, trigger, Part::Event(input), &identity).await;
        let input = match selected {
            Ok(input) => input,
            Err(refusal) => {
                self.log.problem(&refusal.failure);
                let text = |text: &Option<Text>| text.clone().unwrap_or_default();
                let failure = &refusal.failure;
                return Ok(DurableAnswer::Failed(ErrorObject::new(
                    text(&failure.error),
                    text(&failure.cause),
                )));
            }
        };
        let listeners = self.listeners(&identity, 0).map(Arc::new);
        let observer: Arc<dyn Observer> = match &listeners {
            Some(listeners) => listeners.clone(),
            None => Arc::new(NoObserver),
        };
        let run = DurableRun {
            engine,
            program: &self.adapter.main().program,
            definition: &durable.definition,
            observer,
            cancel: self.adapter.shutdown().clone(),
            now: Arc::new(deadline::now),
            until: self.deadline,
        };
        let execution = Execution::new(input)
            .with_identity(identity)
            .with_limits(limits)
            .with_trace_header(self.invocation.trace_header.clone());
        match run.run(execution, Arc::clone(&log)).await? {
            DurableEnd::Ended(report) => {
                if let Some(listeners) = &listeners {
                    listeners.report_success(&report.outcome);
                }
                answer(&report).settled(&log).await
            }
            _ => Ok(DurableAnswer::Pending),
        }
    }
}

fn answer(report: &Report) -> DurableAnswer {
    match &report.outcome {
        Outcome::Succeeded(output) => DurableAnswer::Succeeded(output.to_json().into()),
        outcome => {
            let error = InvocationError::of(outcome);
            DurableAnswer::Failed(ErrorObject::new(error.error_type(), error.error_message()))
        }
    }
}
