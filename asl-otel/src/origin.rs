//! [`Origin`]: where an execution comes from.

use asl_value::Timestamp;
use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;

use crate::Remote;

/// Where an execution comes from, and what its host knows of it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The span that caused it.
    pub parent: Option<Remote>,
    /// Other spans that it belongs to: those of the messages in its input.
    pub links: Vec<Remote>,
    /// `SERVER` for a request, `CONSUMER` for a message.
    pub kind: SpanKind,
    /// More attributes of its span.
    pub attributes: Vec<KeyValue>,
    /// When its first run began, of an execution that is redriven
    /// ([`Execution::first_started`](asl_engine::Execution::first_started)). Its span is linked to that of the first run, whose
    /// parent must be the same.
    pub first_started: Option<Timestamp>,
}

/// A request that belongs to no trace.
impl Default for Origin {
    fn default() -> Self {
        Origin {
            parent: None,
            links: Vec::new(),
            kind: SpanKind::Server,
            attributes: Vec::new(),
            first_started: None,
        }
    }
}

impl Origin {
    /// A request with this `X-Amzn-Trace-Id`.
    pub fn of_header(header: Option<&str>) -> Origin {
        Origin { parent: header.and_then(Remote::from_x_amzn_trace_id), ..Origin::default() }
    }
}
