//! [`Remote`]: the span of somebody else that an execution belongs to.

use asl_engine::TraceHeaders;
use asl_value::Text;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::propagation::TraceContextPropagator;

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
    /// Reads an `X-Amzn-Trace-Id`: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
    ///
    /// Parts that X-Ray adds, such as `Self` and `Lineage`, are ignored. `None` if it names no trace.
    ///
    /// Source: <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
    pub fn from_x_amzn_trace_id(header: &str) -> Option<Remote> {
        let (mut trace_id, mut span_id, mut sampled) = (None, None, None);
        for (name, value) in header.split(';').filter_map(|part| part.trim().split_once('=')) {
            match name {
                "Root" => trace_id = root(value),
                "Parent" => span_id = SpanId::from_hex(value).ok().filter(|id| *id != SpanId::INVALID),
                "Sampled" => {
                    sampled = [("1", true), ("0", false)].into_iter().find(|(text, _)| *text == value)
                }
                _ => {}
            }
        }
        let sampled = sampled.map(|(_, sampled)| sampled);
        Some(Remote { trace_id: trace_id?, span_id, sampled, state: TraceState::NONE })
    }

    /// Reads a `traceparent` and a `tracestate`: `00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01`.
    ///
    /// `None` if they are malformed; a malformed `tracestate` alone, or one of more than 512 bytes, is left out.
    ///
    /// Source: <https://www.w3.org/TR/trace-context/>
    pub fn from_w3c(traceparent: &str, tracestate: Option<&str>) -> Option<Remote> {
        let tracestate = tracestate.filter(|state| state.len() <= LONGEST_STATE);
        let headers = Headers { traceparent, tracestate };
        let context = TraceContextPropagator::new().extract(&headers);
        let span = context.span().span_context().clone();
        span.is_valid().then(|| Remote {
            trace_id: span.trace_id(),
            span_id: Some(span.span_id()),
            sampled: Some(span.is_sampled()),
            state: span.trace_state().clone(),
        })
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

/// `1-5759e988-bd862e3fe1be46a994272793`
fn root(text: &str) -> Option<TraceId> {
    let (seconds, random) = text.strip_prefix("1-")?.split_once('-')?;
    if (seconds.len(), random.len()) != (8, 24) {
        return None;
    }
    TraceId::from_hex(&format!("{seconds}{random}")).ok().filter(|id| *id != TraceId::INVALID)
}

struct Headers<'h> {
    traceparent: &'h str,
    tracestate: Option<&'h str>,
}

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => Some(self.traceparent),
            "tracestate" => self.tracestate,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

/// The headers of a call that a span of ours makes.
pub(crate) fn headers(span: &SpanContext) -> TraceHeaders {
    let (trace, id) = (span.trace_id().to_string(), span.span_id());
    let (seconds, random) = trace.split_at_checked(8).unwrap_or((&trace, ""));
    let sampled = u8::from(span.is_sampled());
    let state = span.trace_state().header();
    TraceHeaders {
        x_amzn_trace_id: format!("Root=1-{seconds}-{random};Parent={id};Sampled={sampled}").into(),
        traceparent: format!("00-{trace}-{id}-{sampled:02x}").into(),
        tracestate: Some(Text::from(state)).filter(|state| !state.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<(&str, Option<&str>, Option<bool>)>) {
        let found = Remote::from_x_amzn_trace_id(header);
        let shown = found.map(|remote| {
            (remote.trace_id.to_string(), remote.span_id.map(|id| id.to_string()), remote.sampled)
        });
        let expected =
            expected.map(|(trace, span, sampled)| (trace.to_owned(), span.map(str::to_owned), sampled));
        assert_eq!(shown, expected, "{header}");
    }

    #[test]
    fn headers_of_x_ray() {
        let (trace, span) = ("5759e988bd862e3fe1be46a994272793", Some("53995c3f42cd8ad8"));
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        check(&format!("{root};Parent=53995c3f42cd8ad8;Sampled=1"), Some((trace, span, Some(true))));
        check(&format!("Sampled=0; {root}; Parent=53995c3f42cd8ad8"), Some((trace, span, Some(false))));
        check(&format!("{root};Sampled=?"), Some((trace, None, None)));
        check(
            &format!("Self=1-1-2;{root};Lineage=a87bd80c:1|68fd508a:5;Parent=x"),
            Some((trace, None, None)),
        );
        check("Parent=53995c3f42cd8ad8;Sampled=1", None);
        check("Root=1-5759e988-bd862e3f", None);
        check("Root=1-00000000-000000000000000000000000", None);
        check("Root=1-5759e98é-bd862e3fe1be46a994272793", None);
        check("", None);
    }

    #[test]
    fn headers_of_w3c() {
        let parent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
        let remote = Remote::from_w3c(parent, Some("a=1,b=2")).expect("a span");
        let written = headers(&remote.context().expect("a span"));
        assert_eq!(written.traceparent, parent);
        assert_eq!(written.tracestate.as_deref(), Some("a=1,b=2"));
        assert_eq!(
            Remote::from_x_amzn_trace_id(&written.x_amzn_trace_id).map(|read| read.state),
            Some(TraceState::NONE)
        );
        assert_eq!(
            Remote::from_w3c(parent, Some("no list")).map(|remote| remote.state.header()),
            Some(String::new())
        );
        assert_eq!(Remote::from_w3c("00-0-0-00", None), None);
        assert_eq!(Remote::from_w3c("", None), None);
    }
}
