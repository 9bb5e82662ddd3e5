//! [`Tracer`]: records executions as spans.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Execution, Identity, Observer};
use asl_value::Timestamp;
use opentelemetry::trace::TraceId;
use opentelemetry_sdk::trace::SpanExporter;

use crate::queue::{Batches, Queue, SpansLost};
use crate::remote::unrecorded;
use crate::sampling::Sampling;
use crate::spans::Spans;
use crate::{Origin, clock, ids};

/// Records executions as spans, and sends them to an exporter. Clones are the same tracer.
///
/// ```
/// use asl_engine::{Engine, Execution, load};
/// use asl_model::Source;
/// use asl_otel::{Origin, Tracer};
/// use asl_value::json;
/// use opentelemetry_sdk::trace::{SpanData, SpanExporter};
///
/// #[derive(Debug)]
/// struct Print;
/// impl SpanExporter for Print {
///     async fn export(&self, batch: Vec<SpanData>) -> opentelemetry_sdk::error::OTelSdkResult {
///         for span in batch {
///             println!("{} took {:?}", span.name, span.end_time.duration_since(span.start_time));
///         }
///         Ok(())
///     }
/// }
///
/// let source = Source::json(r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#);
/// let program = load(&source).unwrap().program;
/// let tracer = Tracer::new(Print);
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// runtime.block_on(async {
///     let execution = tracer.trace(Execution::new(json!({})), Origin::default());
///     Engine::builder().build().run(&program, execution).await;
///     tracer.flush(std::time::Duration::from_secs(1)).await.unwrap();
/// });
/// ```
#[derive(Clone)]
pub struct Tracer {
    queue: Arc<Queue>,
    sampling: Sampling,
}

impl Tracer {
    /// A tracer that records everything, unless it belongs to a span that is not recorded.
    pub fn new(exporter: impl SpanExporter + 'static) -> Tracer {
        Tracer::with_settings(exporter, Sampling::default(), Batches::default())
    }

    /// A tracer with these settings.
    pub fn with_settings(
        exporter: impl SpanExporter + 'static,
        sampling: Sampling,
        batches: Batches,
    ) -> Tracer {
        Tracer { queue: Queue::new(exporter, batches), sampling }
    }

    /// The observer of an execution that is recorded; `None` if it is not. Without an observer the engine makes no events.
    pub fn observer(&self, identity: &Identity, origin: Origin) -> Option<Arc<dyn Observer>> {
        let own = || ids::trace(identity, Timestamp::EPOCH);
        let trace_id: TraceId = origin.parent.as_ref().map_or_else(own, |parent| parent.trace_id);
        let is_recorded = self.sampling.takes(origin.parent.as_ref(), trace_id);
        is_recorded.then(|| Arc::new(Spans::new(&self.queue, identity.clone(), origin)) as Arc<dyn Observer>)
    }

    /// Sets the observer of an execution, or, if it is not recorded, a trace header that says so. Replaces its observer.
    #[must_use]
    pub fn trace(&self, execution: Execution, origin: Origin) -> Execution {
        let first_started = origin.first_started.or(execution.first_started());
        let origin = Origin { first_started, ..origin };
        let parent = origin.parent.as_ref().map(|parent| parent.trace_id);
        match self.observer(execution.identity(), origin) {
            Some(observer) => execution.with_observer(observer),
            None if execution.trace_header().is_some() => execution,
            None => {
                let own = || ids::trace(execution.identity(), clock::now());
                let header = unrecorded(parent.unwrap_or_else(own));
                execution.with_trace_header(header)
            }
        }
    }

    /// Sends the spans that have ended, and waits until the exporter has taken them: at most this long.
    ///
    /// # Errors
    /// Spans are lost. After an attempt that failed nothing is sent for ten seconds, and a flush returns at once.
    pub async fn flush(&self, within: Duration) -> Result<(), SpansLost> {
        self.queue.send(within).await
    }

    /// Sends spans every few seconds, until it is dropped. `report` gets what is lost.
    pub async fn run(&self, report: impl Fn(SpansLost)) {
        loop {
            tokio::time::sleep(self.queue.limits.delay).await;
            if let Err(lost) = self.flush(self.queue.limits.timeout).await {
                report(lost);
            }
        }
    }

    /// How long an attempt to send spans may take.
    pub fn timeout(&self) -> Duration {
        self.queue.limits.timeout
    }
}

impl fmt::Debug for Tracer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracer").field("sampling", &self.sampling).finish_non_exhaustive()
    }
}
