//! Runs an execution: invokes the function whenever something has changed, until the execution ends.

use std::sync::Arc;
use std::time::Duration;

use asl_value::{Text, Timestamp, Value};
use futures_util::future::{BoxFuture, Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use crate::emulator::Emulator;
use crate::service::{Failed, Function};
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

/// Invocations of other functions that are running: the operation, and what came back.
type Chained = FuturesUnordered<BoxFuture<'static, (Text, Result<Value, Failed>)>>;

/// How an invocation ended.
enum Invoked {
    Answered(Value),
    Failed(String),
    Killed,
}

impl Emulator {
    /// Runs an execution to its end: invokes `function` whenever something has changed.
    pub async fn run<F>(&self, name: &str, input: Text, function: F) -> Emulated
    where
        F: Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync,
    {
        let now = self.now();
        self.lock().begin(name, input, now);
        let (mut chained, mut failures, mut refused) = (Chained::new(), 0, 0);
        while !self.has_ended(name) {
            match self.invoke(name, &function, &mut chained).await {
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
                        self.during(name, tokio::time::sleep(BETWEEN_FAILURES), &mut chained).await;
                    }
                    continue;
                }
            }
            self.until_news(name, &mut chained).await;
        }
        self.emulated(name)
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
    async fn invoke<F>(&self, name: &str, function: &F, chained: &mut Chained) -> Invoked
    where
        F: Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync,
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
        match self.during(name, invoked, chained).await {
            None => Invoked::Killed,
            Some(Ok(answer)) => Invoked::Answered(answer),
            Some(Err(problem)) => Invoked::Failed(problem.to_string()),
        }
    }

    /// Waits for `work` while the invoked functions run. `None` if the invocation is killed.
    async fn during<T>(&self, name: &str, work: impl Future<Output = T>, chained: &mut Chained) -> Option<T> {
        let mut work = std::pin::pin!(work);
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if self.lock().is_killed(name) {
                return None;
            }
            self.begin_chained(name, chained);
            let others = std::pin::pin!(async {
                match chained.next().await {
                    Some(ended) => self.end_chained(name, ended),
                    None => std::future::pending().await,
                }
            });
            let news = select(others, changed);
            if let Either::Left((ended, _)) = select(work.as_mut(), news).await {
                return Some(ended);
            }
        }
    }

    /// Waits until an operation has changed, or the execution has ended.
    async fn until_news(&self, name: &str, chained: &mut Chained) {
        loop {
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
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            self.during(name, select(std::pin::pin!(tokio::time::sleep(wait)), changed), chained).await;
        }
    }

    fn begin_chained(&self, name: &str, chained: &mut Chained) {
        let now = self.now();
        let mut service = self.lock();
        let Some(execution) = service.execution(name, now) else { return };
        for (id, function, payload) in std::mem::take(&mut execution.invocations) {
            let function: Option<Arc<Function>> = service.functions.get(&*function).cloned();
            let event = Value::parse(&payload).unwrap_or_else(|_| payload.into());
            chained.push(
                async move {
                    let ended = match function {
                        Some(function) => function(event).await,
                        None => Err("there is no such function".into()),
                    };
                    (id, ended)
                }
                .boxed(),
            );
        }
    }

    fn end_chained(&self, name: &str, (id, ended): (Text, Result<Value, Failed>)) {
        let now = self.now();
        if let Some(execution) = self.lock().execution(name, now) {
            let status = if ended.is_ok() { OperationStatus::Succeeded } else { OperationStatus::Failed };
            execution.end_operation(&id, status, now, |details| {
                if let OperationDetails::ChainedInvoke { result, error } = details {
                    match ended {
                        Ok(value) => *result = Some(value.to_json().into()),
                        Err(problem) => {
                            *error = Some(ErrorObject::new("Function.Failed", problem.to_string()))
                        }
                    }
                }
            });
        }
        self.changed.notify_waiters();
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
