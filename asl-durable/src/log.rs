//! [`DurableLog`]: the log of one durable execution, as one invocation reads and writes it.

mod batch;
mod records;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_value::{Text, Timestamp};

use crate::limits::{PAYLOAD_BYTES, STORED_BYTES};
use crate::{
    Change, Checkpointed, DurableApi, DurableError, DurableErrorKind, DurableEvent, Operation,
    OperationDetails, StatePage, Update, Usage,
};
use batch::{Batch, Queue};
use records::Records;

/// The log of one durable execution, as one invocation reads and writes it.
///
/// [`add`](DurableLog::add) collects updates, and [`flush`](DurableLog::flush) writes them: one call at a time, each with
/// the newest token, in batches that the service accepts. Strands that flush at the same time share a call. An update is
/// kept until the service has confirmed it: a call that failed, or whose future was dropped, is repeated unchanged with
/// the same client token by the next flush.
///
/// ```
/// # #[cfg(feature = "emulator")]
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use std::sync::Arc;
/// use asl_durable::{Change, DurableEvent, DurableLog, Emulator, Update};
///
/// let service = Arc::new(Emulator::default());
/// let event = service.start("order-7", r#"{"n":4}"#.into());
/// let event = DurableEvent::read(&event).unwrap()?;
/// let log = DurableLog::open(service, event).await?;
/// assert_eq!(log.input().as_deref(), Some(r#"{"n":4}"#));
///
/// log.add(Update::new("step-1", Change::StepSucceed { payload: "42".into() }).named("Price"))?;
/// log.flush().await?;
/// assert!(log.operation("step-1").unwrap().status.is_final());
/// # Ok::<(), asl_durable::DurableError>(())
/// # }).unwrap();
/// ```
pub struct DurableLog {
    api: Arc<dyn DurableApi>,
    arn: Text,
    state: Mutex<State>,
    /// Held during a call, because a token is for one call.
    calling: tokio::sync::Mutex<()>,
}

struct State {
    /// `None` after the last checkpoint.
    token: Option<Text>,
    records: Records,
    queue: Queue,
    /// What was sent and is not confirmed.
    sending: Option<Arc<Batch>>,
    /// Why nothing more can be written.
    ended: Option<DurableError>,
    calls: u64,
}

impl DurableLog {
    /// The log of the execution that an event belongs to. Reads all pages of it.
    ///
    /// # Errors
    /// A page that cannot be read, and a log that does not begin with the execution.
    pub async fn open(api: Arc<dyn DurableApi>, event: DurableEvent) -> Result<DurableLog, DurableError> {
        let is_partial = event.is_partial();
        let DurableEvent { arn, token, operations, next_marker, .. } = event;
        let mut records = Records::default();
        let mut marker = next_marker.or_else(|| is_partial.then(Text::default));
        records.merge(operations);
        while let Some(at) = marker {
            let StatePage { operations, next_marker } = api.state(&arn, &token, &at).await?;
            records.merge(operations);
            marker = next_marker;
        }
        if records.execution().is_none() {
            return Err(DurableError::unreadable(
                "the log has no operation of the type `EXECUTION`".to_owned(),
            ));
        }
        let token = Some(token);
        let state = State { token, records, queue: Queue::default(), sending: None, ended: None, calls: 0 };
        Ok(DurableLog { api, arn, state: Mutex::new(state), calling: tokio::sync::Mutex::new(()) })
    }

    /// The API that it is read and written with.
    pub fn api(&self) -> &dyn DurableApi {
        &*self.api
    }

    /// The ARN of the execution.
    pub fn arn(&self) -> &Text {
        &self.arn
    }

    /// The input of the execution, a JSON text.
    pub fn input(&self) -> Option<Text> {
        match &self.lock().records.execution()?.details {
            OperationDetails::Execution { input } => input.clone(),
            _ => None,
        }
    }

    /// When the execution started.
    pub fn started(&self) -> Timestamp {
        self.lock().records.execution().map_or(Timestamp::EPOCH, |execution| execution.started)
    }

    /// An operation as the service last reported it.
    pub fn operation(&self, id: &str) -> Option<Arc<Operation>> {
        self.lock().records.get(id).cloned()
    }

    /// All operations in the order in which they started, the execution first.
    pub fn operations(&self) -> Vec<Arc<Operation>> {
        self.lock().records.all().to_vec()
    }

    /// What the execution has used of its quotas, with the updates that are not written yet.
    pub fn usage(&self) -> Usage {
        self.lock().records.usage()
    }

    /// How many checkpoints this invocation has written.
    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    /// Adds an update to those that the next flush writes.
    ///
    /// # Errors
    /// [`DurableErrorKind::TooLarge`] if a payload or the whole execution would exceed a limit of the service; the update
    /// is not added then. The reason if nothing can be written any more.
    pub fn add(&self, update: Update) -> Result<(), DurableError> {
        let mut state = self.lock();
        if let Some(error) = &state.ended {
            return Err(error.clone());
        }
        let is_end = matches!(update.change, Change::ExecutionSucceed { .. } | Change::ExecutionFail { .. });
        let bytes = payload_bytes(&update);
        if bytes > PAYLOAD_BYTES && !is_end {
            let name = update.name.as_ref().unwrap_or(&update.id);
            let message = format!(
                "a payload of `{name}` has {bytes} bytes, more than the {PAYLOAD_BYTES} of an operation"
            );
            return Err(DurableError::new(DurableErrorKind::TooLarge, message));
        }
        let usage = state.records.usage_with(&update, bytes as u64);
        if !is_end && (usage.is_over_operations() || usage.stored_bytes > STORED_BYTES) {
            return Err(DurableError::new(DurableErrorKind::TooLarge, usage.to_string()));
        }
        state.records.note(&update, bytes as u64);
        state.queue.push(update);
        Ok(())
    }

    /// Writes what was added before, and merges what has changed.
    ///
    /// # Errors
    /// Why it could not be written. After [`DurableErrorKind::Unavailable`] nothing is lost: another flush tries again.
    pub async fn flush(&self) -> Result<(), DurableError> {
        let _calling = self.calling.lock().await;
        while let Some((token, batch)) = self.next_batch()? {
            self.send(&token, &batch).await?;
        }
        Ok(())
    }

    /// Like [`flush`](DurableLog::flush), but asks for changes even if there is nothing to write.
    ///
    /// # Errors
    /// Those of [`flush`](DurableLog::flush).
    pub async fn refresh(&self) -> Result<(), DurableError> {
        let calls = self.calls();
        self.flush().await?;
        if self.calls() > calls {
            return Ok(());
        }
        let _calling = self.calling.lock().await;
        let Some(token) = self.token()? else { return Ok(()) };
        self.send(&token, &Batch::empty(&token)).await
    }

    /// Ends the execution with a result that is too large for an answer.
    ///
    /// # Errors
    /// Those of [`flush`](DurableLog::flush).
    pub async fn succeed(&self, result: Text) -> Result<(), DurableError> {
        let id = self.lock().records.execution().map(|execution| execution.id.clone()).unwrap_or_default();
        self.add(Update::new(id, Change::ExecutionSucceed { payload: result }))?;
        self.flush().await
    }

    fn token(&self) -> Result<Option<Text>, DurableError> {
        let state = self.lock();
        state.ended.clone().map_or_else(|| Ok(state.token.clone()), Err)
    }

    /// What is to be sent next: first what was sent before and not confirmed.
    fn next_batch(&self) -> Result<Option<(Text, Arc<Batch>)>, DurableError> {
        let mut state = self.lock();
        if let Some(error) = &state.ended {
            return Err(error.clone());
        }
        let Some(token) = state.token.clone() else { return Ok(None) };
        if state.sending.is_none() {
            state.sending = state.queue.take(&token)?.map(Arc::new);
        }
        Ok(state.sending.clone().map(|batch| (token, batch)))
    }

    async fn send(&self, token: &Text, batch: &Batch) -> Result<(), DurableError> {
        let answered = self.api.checkpoint(&self.arn, token, &batch.updates, &batch.client_token).await;
        let marker = self.confirm(batch, answered)?;
        self.read_on(marker).await
    }

    /// Notes the answer to a call. Returns where the rest of the changes begins.
    fn confirm(
        &self,
        batch: &Batch,
        answered: Result<Checkpointed, DurableError>,
    ) -> Result<Option<Text>, DurableError> {
        let mut state = self.lock();
        let Checkpointed { token, state: page } = answered.inspect_err(|error| {
            if error.kind() != DurableErrorKind::Unavailable {
                state.ended = Some(error.clone());
            }
        })?;
        state.sending = None;
        state.calls += 1;
        state.records.merge(page.operations);
        state.token = token;
        if state.token.is_some() {
            return Ok(page.next_marker);
        }
        if batch.ends_execution() {
            return Ok(None);
        }
        let message =
            "the service gave no further token: the execution was stopped or paused, or exceeds a quota";
        let error = DurableError::new(DurableErrorKind::Revoked, message);
        state.ended = Some(error.clone());
        Err(error)
    }

    async fn read_on(&self, mut marker: Option<Text>) -> Result<(), DurableError> {
        while let Some(at) = marker {
            let Some(token) = self.token()? else { return Ok(()) };
            let page = self.api.state(&self.arn, &token, &at).await?;
            self.lock().records.merge(page.operations);
            marker = page.next_marker;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes that an update stores.
fn payload_bytes(update: &Update) -> usize {
    let error = update.change.error().map_or(0, crate::ErrorObject::bytes);
    update.change.payload().map_or(0, |payload| payload.len()) + error
}

/// Leaves out tokens and payloads.
impl std::fmt::Debug for DurableLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DurableLog")
            .field("arn", &self.arn)
            .field("usage", &self.usage())
            .finish_non_exhaustive()
    }
}
