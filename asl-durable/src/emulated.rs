//! Runs executions: invokes their functions whenever something has changed, until they end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use asl_value::{Text, Timestamp, Value};
use futures_util::future::{BoxFuture, Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use crate::emulator::Emulator;
use crate::service::{Call, Caller, Failed, Function};
use crate::{ErrorObject, Operation, OperationDetails, OperationStatus};

/// How many invocations in a row may fail, and how far they are apart. Source: AWS's local runner; the service's own
/// numbers are not published.
const FAILURES: u32 = 5;
const BETWEEN_FAILURES: Duration = Duration::from_secs(5);

/// How an emulated execution ended, and what it took.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Emulated {
    /// `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `STOPPED`.
    pub status: String,
    /// The result, if it succeeded.
    pub result: Option<Text>,
    /// The error, if it did not.
    pub error: Option<ErrorObject>,
    /// Its operations in the order in which they started.
    pub operations: Vec<Operation>,
    /// How many invocations it took.
    pub invocations: u64,
    /// How many checkpoints were asked for, those that failed included.
    pub checkpoints: u64,
    /// The bytes of all updates.
    pub sent_bytes: u64,
    /// When it ended.
    pub ended: Timestamp,
}

/// How an invocation ended.
enum Invoked {
    Answered(Value),
    Failed(String),
    Killed,
}

/// How a function ended that was invoked: its status, and its result or error.
type Called = (OperationStatus, Result<Text, ErrorObject>);

impl Emulator {
    /// Runs an execution to its end: invokes `function` whenever something has changed. Executions that it has started,
    /// and children that it has not waited for, run to their ends, too.
    pub async fn run<F>(&self, name: &str, input: Text, function: F) -> Emulated
    where
        F: Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync,
    {
        let mut others: FuturesUnordered<BoxFuture<'_, ()>> = FuturesUnordered::new();
        let mut ended: Option<Emulated> = None;
        let mut running = std::pin::pin!(self.drive(name, input, &function));
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let calls = self.lock().take_calls();
            others.extend(calls.into_iter().map(|call| self.call(call).boxed()));
            if ended.is_some() && others.is_empty() {
                break;
            }
            let other = std::pin::pin!(async {
                if others.next().await.is_none() {
                    std::future::pending::<()>().await;
                }
            });
            let beside = select(other, changed);
            match ended {
                Some(_) => {
                    beside.await;
                }
                None => {
                    if let Either::Left(_) = select(running.as_mut(), beside).await {
                        ended = Some(self.emulated(name));
                    }
                }
            }
        }
        ended.unwrap_or_else(|| self.emulated(name))
    }

    /// Invokes a function, and reports its end to the execution that waits for it.
    async fn call(&self, call: Call) {
        let Call { caller, function, payload } = call;
        let (durable, plain) = {
            let service = self.lock();
            let found = |functions: &BTreeMap<String, Arc<Function>>| functions.get(&*function).cloned();
            (found(&service.durable_functions), found(&service.functions))
        };
        let (status, end): Called = match (durable, plain) {
            (Some(durable), _) => {
                let name = caller.execution();
                self.drive(&name, payload, &*durable).await;
                let Emulated { status, result, error, .. } = self.emulated(&name);
                let ended = OperationStatus::from_name(&status).unwrap_or(OperationStatus::Failed);
                // Source: AWS's local runner.
                let error = if ended == OperationStatus::TimedOut {
                    ErrorObject::new("ChainedInvoke.Timeout", "the invoked execution has run out of time")
                } else {
                    error.unwrap_or_default()
                };
                (ended, result.ok_or(error))
            }
            (None, Some(plain)) => {
                let event = Value::parse(&payload).unwrap_or_else(|_| payload.into());
                match plain(event).await {
                    Ok(value) => (OperationStatus::Succeeded, Ok(value.to_json().into())),
                    Err(problem) => {
                        let error = ErrorObject::new("Function.Failed", problem.to_string());
                        (OperationStatus::Failed, Err(error))
                    }
                }
            }
            (None, None) => {
                let message = format!("Function not found: {function}");
                (OperationStatus::Failed, Err(ErrorObject::new("ResourceNotFoundException", message)))
            }
        };
        if let Caller::Operation { execution, operation } = caller {
            self.end_call(&execution, &operation, status, end);
        }
        self.changed.notify_waiters();
    }

    fn end_call(
        &self,
        execution: &str,
        operation: &str,
        status: OperationStatus,
        end: Result<Text, ErrorObject>,
    ) {
        let now = self.now();
        if let Some(execution) = self.lock().execution(execution, now) {
            execution.end_operation(operation, status, now, |details| {
                if let OperationDetails::ChainedInvoke { result, error } = details {
                    (*result, *error) = match end {
                        Ok(text) => (Some(text), None),
                        Err(problem) => (None, Some(problem)),
                    };
                }
            });
        }
    }

    /// Runs one execution to its end.
    async fn drive<F>(&self, name: &str, input: Text, function: &F)
    where
        F: Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync + ?Sized,
    {
        let now = self.now();
        self.lock().begin(name, input, now);
        let (mut failures, mut refused) = (0, 0);
        while !self.has_ended(name) {
            match self.invoke(name, function).await {
                Invoked::Answered(answer) => {
                    failures = 0;
                    match self.accept(name, &answer) {
                        Ok(()) => refused = 0,
                        Err(problem) => {
                            refused += 1;
                            if refused == 3 {
                                self.fail(name, "InvalidAnswer", problem);
                            }
                            continue;
                        }
                    }
                }
                Invoked::Killed => continue,
                Invoked::Failed(problem) => {
                    failures += 1;
                    if failures == FAILURES {
                        self.fail(name, "Invocation.Failed", problem);
                    } else {
                        self.during(name, tokio::time::sleep(BETWEEN_FAILURES)).await;
                    }
                    continue;
                }
            }
            self.until_news(name).await;
        }
        self.changed.notify_waiters();
    }

    fn has_ended(&self, name: &str) -> bool {
        let now = self.now();
        self.lock().execution(name, now).is_none_or(|execution| execution.end.is_some())
    }

    fn fail(&self, name: &str, error_type: &str, message: String) {
        let now = self.now();
        if let Some(execution) = self.lock().execution(name, now) {
            execution.end("FAILED", Err(ErrorObject::new(error_type, message)), now);
        }
    }

    /// Invokes the function once, or twice at a time if the faults say so.
    async fn invoke<F>(&self, name: &str, function: &F) -> Invoked
    where
        F: Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync + ?Sized,
    {
        let now = self.now();
        let (event, is_twice) = {
            let mut service = self.lock();
            let event = service.invocation(name, now);
            (event, service.faults.delivered_twice.contains(&service.invocations))
        };
        let first = function(event.clone());
        let invoked = match is_twice {
            false => first,
            // The answer of the one that did not lose its token counts.
            true => {
                let second = function(event);
                async move {
                    match futures_util::future::join(first, second).await {
                        (Ok(answer), _) | (_, Ok(answer)) => Ok(answer),
                        (Err(error), _) => Err(error),
                    }
                }
                .boxed()
            }
        };
        match self.during(name, invoked).await {
            None => Invoked::Killed,
            Some(Ok(answer)) => Invoked::Answered(answer),
            Some(Err(problem)) => Invoked::Failed(problem.to_string()),
        }
    }

    /// Waits for `work`. `None` if the invocation is killed.
    async fn during<T>(&self, name: &str, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if self.lock().is_killed(name) {
                return None;
            }
            if let Either::Left((ended, _)) = select(work.as_mut(), changed).await {
                return Some(ended);
            }
        }
    }

    /// Waits until an operation has changed, or the execution has ended.
    async fn until_news(&self, name: &str) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let now = self.now();
            let due = {
                let mut service = self.lock();
                let Some(execution) = service.execution(name, now) else { return };
                if execution.end.is_some() || execution.has_news() {
                    return;
                }
                service.next_due(name)
            };
            let wait = due.map_or(BETWEEN_FAILURES, |due| due.since(now)).max(Duration::from_millis(1));
            self.during(name, select(std::pin::pin!(tokio::time::sleep(wait)), changed)).await;
        }
    }

    /// Accepts the answer of an invocation.
    fn accept(&self, name: &str, answer: &Value) -> Result<(), String> {
        let now = self.now();
        let mut service = self.lock();
        let Some(execution) = service.execution(name, now) else { return Ok(()) };
        if execution.end.is_some() {
            return Ok(());
        }
        let text = |member: &str| answer.get(member).and_then(Value::as_text).cloned();
        match (text("Status").as_deref(), answer.get("Error")) {
            (Some("SUCCEEDED"), None) => {
                let result = text("Result").unwrap_or_default();
                if result.len() > crate::limits::RESULT_BYTES {
                    return Err(format!("a result of {} bytes", result.len()));
                }
                execution.end("SUCCEEDED", Ok(result), now);
                Ok(())
            }
            (Some("FAILED"), Some(error)) if answer.get("Result").is_none() => {
                execution.end("FAILED", Err(ErrorObject::read(error)), now);
                Ok(())
            }
            (Some("PENDING"), None) if execution.waits() || execution.has_news() => Ok(()),
            (Some("PENDING"), None) => {
                Err("Cannot return PENDING status with no pending operations.".to_owned())
            }
            _ => Err(format!("not an answer: {answer}")),
        }
    }

    fn emulated(&self, name: &str) -> Emulated {
        let now = self.now();
        let mut service = self.lock();
        let counts = (service.invocations, service.checkpoints, service.sent_bytes);
        let execution = service.execution(name, now);
        let end = execution.as_ref().and_then(|execution| execution.end.clone());
        let (status, end) = end.unwrap_or(("RUNNING", Ok(Text::default())));
        let operations: Vec<Operation> =
            execution.map(|execution| execution.operations().cloned().collect()).unwrap_or_default();
        Emulated {
            status: status.to_owned(),
            result: end.as_ref().ok().cloned(),
            error: end.err(),
            ended: operations.first().and_then(|execution| execution.ended).unwrap_or(now),
            operations,
            invocations: counts.0,
            checkpoints: counts.1,
            sent_bytes: counts.2,
        }
    }
}
