//! [`Remote`]: the span of somebody else that an execution belongs to.

use std::str::FromStr;

use asl_engine::{TraceContext, TraceHeaders};
use asl_value::Text;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// The longest `tracestate` that is passed on, in bytes: what the standard asks for at least.
const LONGEST_STATE: usize = 512;

/// The span of somebody else that an execution belongs to, as a header names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Remote {
    pub(crate) trace_id: TraceId,
    /// `None` if only the trace is known.
    pub(crate) span_id: Option<SpanId>,
    /// Whether its sender records the trace; `None` if it leaves that to us.
    pub(crate) sampled: Option<bool>,
    pub(crate) state: TraceState,
}

impl Remote {
    /// Reads an `X-Amzn-Trace-Id`: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. `None` if it
    /// names no trace.
    pub fn from_x_amzn_trace_id(header: &str) -> Option<Remote> {
        Some(Remote::new(TraceContext::from_x_amzn_trace_id(header)?, TraceState::NONE))
    }

    /// Reads a `traceparent` and a `tracestate`: `00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01`.
    ///
    /// `None` if the first is malformed; a malformed `tracestate`, or one of more than 512 bytes, is left out.
    pub fn from_w3c(traceparent: &str, tracestate: Option<&str>) -> Option<Remote> {
        let state = tracestate.filter(|state| state.len() <= LONGEST_STATE);
        let state = state.and_then(|state| TraceState::from_str(state).ok()).unwrap_or_default();
        Some(Remote::new(TraceContext::from_w3c(traceparent)?, state))
    }

    fn new(context: TraceContext, state: TraceState) -> Remote {
        let TraceContext { trace_id, span_id, sampled } = context;
        Remote { trace_id: TraceId::from(trace_id), span_id: span_id.map(SpanId::from), sampled, state }
    }

    /// Whether its sender records the trace; `None` if it leaves that to us.
    pub fn is_sampled(&self) -> Option<bool> {
        self.sampled
    }

    /// The same trace without its span, for a span that nobody records.
    #[must_use]
    pub fn without_span(self) -> Remote {
        Remote { span_id: None, sampled: None, ..self }
    }

    /// Its span, if one is known.
    pub(crate) fn context(&self) -> Option<SpanContext> {
        let flags = TraceFlags::default().with_sampled(self.sampled.unwrap_or_default());
        Some(SpanContext::new(self.trace_id, self.span_id?, flags, true, self.state.clone()))
    }
}

/// The headers of a call that a span of ours makes.
pub(crate) fn headers(span: &SpanContext) -> TraceHeaders {
    let context = TraceContext {
        trace_id: u128::from_be_bytes(span.trace_id().to_bytes()),
        span_id: Some(u64::from_be_bytes(span.span_id().to_bytes())),
        sampled: Some(span.is_sampled()),
    };
    let state = span.trace_state().header();
    TraceHeaders {
        x_amzn_trace_id: context.to_x_amzn_trace_id(),
        traceparent: context.to_w3c().unwrap_or_default(),
        tracestate: Some(Text::from(state)).filter(|state| !state.is_empty()),
    }
}

/// The trace header of what is called by an execution that is not recorded, so that it is not recorded either.
pub(crate) fn unrecorded(trace_id: TraceId) -> Text {
    let trace_id = u128::from_be_bytes(trace_id.to_bytes());
    TraceContext { trace_id, span_id: None, sampled: Some(false) }.to_x_amzn_trace_id()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_passed_on() {
        let parent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
        let remote = Remote::from_w3c(parent, Some("a=1,b=2")).expect("a span");
        let written = headers(&remote.context().expect("a span"));
        assert_eq!(written.traceparent, parent);
        assert_eq!(written.tracestate.as_deref(), Some("a=1,b=2"));
        assert_eq!(
            Remote::from_x_amzn_trace_id(&written.x_amzn_trace_id).map(|read| read.state),
            Some(TraceState::NONE)
        );
        for left_out in ["no list", &format!("a={}", "1".repeat(511))] {
            let state = Remote::from_w3c(parent, Some(left_out)).map(|remote| remote.state.header());
            assert_eq!(state, Some(String::new()));
        }
    }
}
