//! [`Emulator`]: the service in this process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_value::{Text, Timestamp, Value};
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::service::{Failed, Faults, Service};
use crate::{
    CallbackApi, CallbackSays, Checkpointed, DurableApi, DurableError, ErrorObject, Operation, StatePage,
    Update,
};

/// The service behind durable functions in this process: it holds operations, timers and callbacks, and invokes the
/// function when one of them ends.
///
/// Its time is tokio's: in a test with a paused clock, a wait of a year takes no time. [`Faults`] make it behave as badly
/// as the real service may. Where AWS's behaviour is not documented, it does what AWS's own local runner does.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// use std::sync::Arc;
/// use std::time::Duration;
/// use asl_durable::*;
///
/// let service = Arc::new(Emulator::default());
/// let api: Arc<dyn DurableApi> = service.clone();
/// let ended = service.run("order-7", r#"{"n":4}"#.into(), move |event| {
///     let api = Arc::clone(&api);
///     Box::pin(async move {
///         let Some(Ok(event)) = DurableEvent::read(&event) else { return Err("not a durable event".into()) };
///         let log = DurableLog::open(api, event).await?;
///         if log.operation("night").is_some_and(|night| night.status.is_final()) {
///             return Ok(DurableAnswer::Succeeded("5".into()).to_value());
///         }
///         log.add(Update::new("night", Change::WaitStart { time: Duration::from_secs(43_200) }))?;
///         log.flush().await?;
///         Ok(DurableAnswer::Pending.to_value())
///     })
/// }).await;
/// assert_eq!((ended.status.as_str(), ended.result.as_deref(), ended.invocations), ("SUCCEEDED", Some("5"), 2));
/// # });
/// ```
///
/// # What it does not do
/// Executions may not be paused. Signatures, roles and quotas per second do not exist.
pub struct Emulator {
    service: Mutex<Service>,
    /// Wakes the executions, because something has changed.
    pub(crate) changed: Notify,
    start: Timestamp,
    begun: Instant,
}

impl Default for Emulator {
    /// A service whose time begins in 2026.
    fn default() -> Emulator {
        Emulator::starting_at(Timestamp::from_epoch_millis(1_796_014_332_961))
    }
}

impl Emulator {
    /// A service whose time begins at `start` and continues with tokio's clock.
    pub fn starting_at(start: Timestamp) -> Emulator {
        Emulator { service: Mutex::default(), changed: Notify::new(), start, begun: Instant::now() }
    }

    /// The same service with these faults.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Emulator {
        self.lock().faults = faults;
        self
    }

    /// The time after which an execution ends as `TIMED_OUT`: `ExecutionTimeout` of the function. A year by default.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Emulator {
        self.lock().timeout = timeout;
        self
    }

    /// Registers a function that executions may invoke by this name.
    #[must_use]
    pub fn with_function<F>(self, name: &str, function: F) -> Emulator
    where
        F: Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync + 'static,
    {
        self.lock().functions.insert(name.to_owned(), Arc::new(function));
        self
    }

    /// Registers a durable function that executions may invoke or start by this name: an event to the answer of an
    /// invocation, as for [`run`](Emulator::run).
    #[must_use]
    pub fn with_durable_function<F>(self, name: &str, function: F) -> Emulator
    where
        F: Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync + 'static,
    {
        self.register_durable(name, function);
        self
    }

    /// Registers a durable function that has this service itself.
    pub fn register_durable<F>(&self, name: &str, function: F)
    where
        F: Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync + 'static,
    {
        self.lock().durable_functions.insert(name.to_owned(), Arc::new(function));
    }

    /// The names of all executions.
    pub fn executions(&self) -> Vec<String> {
        self.lock().names()
    }

    /// The time of the service.
    pub fn now(&self) -> Timestamp {
        self.start.plus(self.begun.elapsed()).to_millis()
    }

    /// Starts an execution and returns the event of its first invocation. Of an execution that exists it returns the
    /// event of its next invocation.
    pub fn start(&self, name: &str, input: Text) -> Value {
        let now = self.now();
        self.lock().begin(name, input, now);
        self.lock().invocation(name, now)
    }

    /// The operations of an execution.
    pub fn operations(&self, name: &str) -> Vec<Operation> {
        let now = self.now();
        self.lock()
            .execution(name, now)
            .map(|execution| execution.operations().cloned().collect())
            .unwrap_or_default()
    }

    /// Ends a callback with a result.
    ///
    /// # Errors
    /// There is no such callback that is open.
    pub fn succeed_callback(&self, callback_id: &str, result: Text) -> Result<(), DurableError> {
        self.callback(callback_id, Ok(result))
    }

    /// Ends a callback with an error.
    ///
    /// # Errors
    /// There is no such callback that is open.
    pub fn fail_callback(&self, callback_id: &str, error: ErrorObject) -> Result<(), DurableError> {
        self.callback(callback_id, Err(error))
    }

    /// Starts the time of a callback's heartbeat again.
    ///
    /// # Errors
    /// There is no such callback that is open.
    pub fn beat_callback(&self, callback_id: &str) -> Result<(), DurableError> {
        let now = self.now();
        self.lock().beat(callback_id, now)
    }

    /// Stops an execution: its next checkpoint gets no token.
    pub fn stop(&self, name: &str, error: ErrorObject) {
        let now = self.now();
        if let Some(execution) = self.lock().execution(name, now) {
            execution.end("STOPPED", Err(error), now);
        }
        self.changed.notify_waiters();
    }

    fn callback(&self, callback_id: &str, end: Result<Text, ErrorObject>) -> Result<(), DurableError> {
        let now = self.now();
        let ended = self.lock().end_callback(callback_id, end, now);
        self.changed.notify_waiters();
        ended
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl DurableApi for Emulator {
    async fn checkpoint(
        &self,
        arn: &str,
        token: &str,
        updates: &[Update],
        client_token: &str,
    ) -> Result<Checkpointed, DurableError> {
        let now = self.now();
        let answered = self.lock().checkpoint(arn, token, updates, client_token, now);
        self.changed.notify_waiters();
        match answered? {
            Some(answer) => Ok(answer),
            // The invocation has been killed: `run` drops this future.
            None => std::future::pending().await,
        }
    }

    async fn state(&self, arn: &str, token: &str, marker: &str) -> Result<StatePage, DurableError> {
        let now = self.now();
        self.lock().state(arn, token, marker, now)
    }

    async fn start(&self, function: &str, name: &str, payload: &str) -> Result<(), DurableError> {
        let started = self.lock().start(function, name, payload);
        self.changed.notify_waiters();
        started
    }
}

#[async_trait]
impl CallbackApi for Emulator {
    async fn answer(&self, callback_id: &str, says: CallbackSays) -> Result<(), DurableError> {
        match says {
            CallbackSays::Success(result) => self.succeed_callback(callback_id, result),
            CallbackSays::Failure(error) => self.fail_callback(callback_id, error),
            CallbackSays::Alive => self.beat_callback(callback_id),
        }
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").field("now", &self.now()).finish_non_exhaustive()
    }
}
