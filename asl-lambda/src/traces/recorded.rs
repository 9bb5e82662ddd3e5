//! Executions as spans.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Identity, Observer};
use asl_otel::{Origin, Remote, Service, Tracer};
use asl_value::{Text, Timestamp, Value, json};
use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;

use super::event::{faas_trigger, sender, senders};
use crate::execution::Part;
use crate::trigger::Trigger;
use crate::{Adapter, ConfigError, Invocation, deadline};

/// Who has caused an execution.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    parent: Option<Remote>,
    links: Vec<Remote>,
    trigger: Option<Trigger>,
    /// Whether each invocation of it has a header of its own, which is then not its parent.
    is_durable: bool,
}

impl Caller {
    pub(crate) fn of(traces: &Traces, trigger: Trigger, part: &Part) -> Caller {
        if traces.tracer.is_none() {
            return Caller::default();
        }
        let (parent, links) = match part {
            Part::Event(event) => (sender(event), Vec::new()),
            Part::Records(records) => (None, senders(records)),
            Part::Window(_) => (None, Vec::new()),
        };
        Caller { parent, links, trigger: Some(trigger), is_durable: false }
    }

    /// Who has caused a durable execution with this event.
    #[cfg(feature = "durable")]
    pub(crate) fn of_durable(traces: &Traces, trigger: Trigger, event: &Value) -> Caller {
        let parent = traces.tracer.as_ref().and_then(|_| sender(event));
        Caller { parent, links: Vec::new(), trigger: Some(trigger), is_durable: true }
    }
}

/// The spans of an invocation.
pub(crate) struct Traces {
    tracer: Option<Tracer>,
    /// That of the invocation.
    header: Option<Text>,
    request_id: String,
    function_arn: String,
    deadline: Option<Timestamp>,
}

impl Traces {
    pub(crate) fn of(adapter: &Adapter, invocation: &Invocation) -> Traces {
        let tracer = adapter.tracer().cloned();
        Traces {
            header: invocation.trace_header.clone().filter(|_| tracer.is_some()),
            request_id: invocation.request_id.clone(),
            function_arn: invocation.function_arn.clone(),
            deadline: invocation.deadline,
            tracer,
        }
    }

    /// The observer of an execution that is recorded. `trace_header` is what its start named, which comes first.
    pub(crate) fn observer(
        &self,
        identity: &Identity,
        trace_header: Option<&Text>,
        caller: Caller,
    ) -> Option<Arc<dyn Observer>> {
        let tracer = self.tracer.as_ref()?;
        let named = trace_header.and_then(|header| Remote::from_x_amzn_trace_id(header));
        let own = self.header.as_ref().and_then(|header| Remote::from_x_amzn_trace_id(header));
        let is_recorded = |remote: &Remote| remote.is_sampled() == Some(true);
        let mut links = caller.links;
        let parent = match (named.or(caller.parent), own) {
            (None, Some(own)) if caller.is_durable => {
                links.extend(Some(own).filter(is_recorded));
                None
            }
            // `Sampled=0` of Lambda says only that X-Ray is off: its span does not exist.
            (None, Some(own)) => Some(if is_recorded(&own) { own } else { own.without_span() }),
            (Some(parent), own) => {
                links.extend(own.filter(is_recorded).filter(|own| *own != parent));
                Some(parent)
            }
            (None, None) => None,
        };
        let trigger = caller.trigger.map(faas_trigger);
        let kind = match trigger {
            Some("pubsub" | "datasource") => SpanKind::Consumer,
            _ => SpanKind::Server,
        };
        let mut attributes = vec![
            KeyValue::new("faas.invocation_id", self.request_id.clone()),
            KeyValue::new("aws.lambda.invoked_arn", self.function_arn.clone()),
        ];
        attributes.extend(trigger.map(|trigger| KeyValue::new("faas.trigger", trigger)));
        // No function redrives.
        let first_started = None;
        tracer.observer(identity, Origin { parent, links, kind, attributes, first_started })
    }

    /// Sends the spans, because Lambda freezes the process after the answer. Returns a line about those that are lost.
    pub(crate) async fn send(&self) -> Option<Value> {
        let tracer = self.tracer.as_ref()?;
        let left = self.deadline.map(|deadline| deadline.minus(FOR_ANSWER).since(deadline::now()));
        let within = left.map_or(tracer.timeout(), |left| left.min(tracer.timeout()));
        let lost = tracer.flush(within).await.err()?;
        Some(json!({"level": "WARN", "message": lost.to_string(), "requestId": self.request_id.as_str()}))
    }
}

/// What sending spans leaves of the time of an invocation.
const FOR_ANSWER: Duration = Duration::from_millis(100);

/// The longest that an invocation waits for a collector, unless `OTEL_EXPORTER_OTLP_TIMEOUT` is set.
const PATIENCE: Duration = Duration::from_secs(1);

/// The adapter, which sends spans if the environment says where.
pub(crate) fn with_tracer(adapter: Adapter) -> Result<Adapter, ConfigError> {
    let variable = |name: &str| std::env::var(name).ok();
    let name = variable("AWS_LAMBDA_FUNCTION_NAME");
    let names = [
        ("cloud.region", variable("AWS_REGION")),
        ("faas.name", name.clone()),
        ("faas.version", variable("AWS_LAMBDA_FUNCTION_VERSION")),
        ("faas.instance", variable("AWS_LAMBDA_LOG_STREAM_NAME")),
    ];
    let known = names.into_iter().filter_map(|(name, value)| Some(KeyValue::new(name, value?)));
    let cloud = [("cloud.provider", "aws"), ("cloud.platform", "aws_lambda")];
    let attributes = known.chain(cloud.map(|(name, value)| KeyValue::new(name, value))).collect();
    let name = name.unwrap_or_else(|| "asl".to_owned());
    let tracer = Tracer::from_env(&Service { name, attributes, timeout: PATIENCE });
    match tracer.map_err(|error| ConfigError::new(vec![error.to_string()]))? {
        Some(tracer) => Ok(adapter.with_tracer(tracer)),
        None => Ok(adapter),
    }
}
