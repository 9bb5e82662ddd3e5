//! [`Queue`]: spans that have ended, on their way to the exporter.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::time::Instant;

use crate::clock;

/// How long nothing is sent after an attempt that failed: whoever waits for a flush must not wait each time.
const PAUSE: Duration = Duration::from_secs(10);

/// Spans that have ended. Nobody waits until they are sent, except in a flush; when there are too many, new ones are lost.
pub(crate) struct Queue {
    pending: Mutex<Pending>,
    exporter: Box<dyn Export>,
    /// Held while spans are sent: an exporter is not called concurrently.
    sending: tokio::sync::Mutex<()>,
    pub(crate) limits: Batches,
}

#[derive(Default)]
struct Pending {
    spans: Vec<SpanData>,
    lost: u64,
    /// Whether a task sends a full batch.
    is_sending: bool,
    paused: Option<Instant>,
}

/// How spans are put together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batches {
    /// How many spans may wait: `OTEL_BSP_MAX_QUEUE_SIZE`.
    pub queue: usize,
    /// How many are sent at once: `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
    pub batch: usize,
    /// How long they may wait: `OTEL_BSP_SCHEDULE_DELAY`.
    pub delay: Duration,
    /// How long an attempt to send a batch may take: `OTEL_EXPORTER_OTLP_TIMEOUT`.
    pub timeout: Duration,
}

/// The defaults of OpenTelemetry's specification.
impl Default for Batches {
    fn default() -> Self {
        let (delay, timeout) = (Duration::from_secs(5), Duration::from_secs(10));
        Batches { queue: 2_048, batch: 512, delay, timeout }
    }
}

/// Why spans were lost. It names no header and no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpansLost {
    count: u64,
    problem: String,
}

impl fmt::Display for SpansLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} spans are lost: {}", self.count, self.problem)
    }
}

impl std::error::Error for SpansLost {}

/// [`SpanExporter`], whose futures are boxed.
#[async_trait]
trait Export: Send + Sync {
    async fn export(&self, batch: Vec<SpanData>) -> Result<(), String>;
}

#[async_trait]
impl<E: SpanExporter> Export for E {
    async fn export(&self, batch: Vec<SpanData>) -> Result<(), String> {
        SpanExporter::export(self, batch).await.map_err(|error| error.to_string())
    }
}

impl Queue {
    pub(crate) fn new(exporter: impl SpanExporter + 'static, limits: Batches) -> Arc<Queue> {
        let (pending, sending) = (Mutex::default(), tokio::sync::Mutex::default());
        Arc::new(Queue { pending, exporter: Box::new(exporter), sending, limits })
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a span. When a batch is full, a task of the current runtime sends it.
    pub(crate) fn push(self: &Arc<Self>, span: SpanData) {
        let mut pending = self.lock();
        if pending.spans.len() >= self.limits.queue {
            pending.lost = pending.lost.saturating_add(1);
            return;
        }
        pending.spans.push(span);
        if pending.spans.len() < self.limits.batch || pending.is_sending {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            pending.is_sending = true;
            let queue = Arc::clone(self);
            runtime.spawn(async move {
                let sent = queue.send(queue.limits.timeout).await;
                let mut pending = queue.lock();
                pending.is_sending = false;
                // Whoever flushes next reports it.
                pending.lost = pending.lost.saturating_add(sent.err().map_or(0, |lost| lost.count));
            });
        }
    }

    /// Sends everything that has ended, within this time.
    pub(crate) async fn send(&self, within: Duration) -> Result<(), SpansLost> {
        let until = clock::instant() + within;
        let Ok(_sending) = tokio::time::timeout_at(until, self.sending.lock()).await else {
            return self.lost(0, "the collector takes too long");
        };
        while let Some(batch) = self.batch() {
            let (count, until) = (batch.len(), until.min(clock::instant() + self.limits.timeout));
            let sent = tokio::time::timeout_at(until, self.exporter.export(batch)).await;
            let problem = match sent {
                Ok(Ok(())) => continue,
                Ok(Err(problem)) => problem,
                Err(_) => "the collector takes too long".to_owned(),
            };
            self.lock().paused = Some(clock::instant() + PAUSE);
            return self.lost(count, &problem);
        }
        self.lost(0, "more ended than could be sent")
    }

    /// The next spans to be sent; none in a pause.
    fn batch(&self) -> Option<Vec<SpanData>> {
        let mut pending = self.lock();
        if pending.spans.is_empty() || pending.paused.is_some_and(|until| clock::instant() < until) {
            return None;
        }
        pending.paused = None;
        let count = pending.spans.len().min(self.limits.batch);
        Some(pending.spans.drain(..count).collect())
    }

    /// Reports what was lost, with what was lost before.
    fn lost(&self, count: usize, problem: &str) -> Result<(), SpansLost> {
        let count = std::mem::take(&mut self.lock().lost).saturating_add(count as u64);
        match count {
            0 => Ok(()),
            count => Err(SpansLost { count, problem: problem.to_owned() }),
        }
    }
}
