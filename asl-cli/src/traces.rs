//! The spans of the executions of `asl serve`.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::Execution;
use asl_local::{Config, Traces};
use asl_otel::{Origin, Service, Tracer};
use tokio::runtime::Runtime;

use crate::refusal::Refusal;

/// How long a server that ends waits for its collector.
const PATIENCE: Duration = Duration::from_secs(2);

/// Sends the spans of executions to the collector that the environment names.
pub(crate) struct Spans(Option<Tracer>);

impl Spans {
    /// # Errors
    /// A variable has an invalid value.
    pub(crate) fn new() -> Result<Spans, Refusal> {
        let (name, timeout) = ("asl".to_owned(), Duration::from_secs(10));
        let tracer = Tracer::from_env(&Service { name, attributes: Vec::new(), timeout });
        tracer.map(Spans).map_err(|error| Refusal::usage(error.to_string()))
    }

    /// The configuration of a server whose executions are recorded.
    pub(crate) fn of(&self, config: Config) -> Config {
        let Some(tracer) = self.0.clone() else { return config };
        let observer = move |execution: &Execution| {
            let header = execution.trace_header().map(|header| header.as_str());
            let origin = Origin { first_started: execution.first_started(), ..Origin::of_header(header) };
            tracer.observer(execution.identity(), origin)
        };
        Config { traces: Some(Arc::new(observer) as Traces), ..config }
    }

    /// Sends spans until the runtime ends.
    pub(crate) fn send(&self, runtime: &Runtime) {
        if let Some(tracer) = self.0.clone() {
            runtime.spawn(async move { tracer.run(|lost| tracing::warn!(%lost, "no spans")).await });
        }
    }

    /// Sends what is left.
    pub(crate) fn end(&self, runtime: &Runtime) {
        if let Some(tracer) = &self.0
            && let Err(lost) = runtime.block_on(tracer.flush(PATIENCE))
        {
            tracing::warn!(%lost, "no spans");
        }
    }
}
