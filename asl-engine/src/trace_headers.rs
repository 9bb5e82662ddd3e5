//! [`TraceHeaders`]: the headers with which a call says which trace it belongs to.

use asl_value::Text;

/// The headers with which a call says which trace, and which span of it, it belongs to. An
/// [`Observer`](crate::Observer::trace_headers) that records spans makes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceHeaders {
    /// `X-Amzn-Trace-Id`: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`
    pub x_amzn_trace_id: Text,
    /// `traceparent` of W3C: `00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01`
    pub traceparent: Text,
    /// `tracestate` of W3C, if there is one: `vendor=value`
    pub tracestate: Option<Text>,
}

/// The `X-Amzn-Trace-Id` that names the same trace and span as a `traceparent`; `None` if it is malformed.
///
/// ```
/// let header = asl_engine::x_amzn_trace_id("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01");
/// assert_eq!(header.as_deref(), Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"));
/// ```
///
/// Source: <https://www.w3.org/TR/trace-context/>
pub fn x_amzn_trace_id(traceparent: &str) -> Option<Text> {
    let mut parts = traceparent.trim().split('-');
    let [version, trace, span, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let is_id = |text: &str, length| {
        let is_hex = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
        text.len() == length && is_hex && text.bytes().any(|byte| byte != b'0')
    };
    // Version 00 has four parts, later ones may have more.
    let is_known = version.len() == 2 && version != "ff" && (version != "00" || parts.next().is_none());
    let sampled = u8::from_str_radix(flags, 16).ok().filter(|_| flags.len() == 2)? & 1;
    if !is_known || !is_id(trace, 32) || !is_id(span, 16) {
        return None;
    }
    let (seconds, random) = trace.split_at_checked(8)?;
    Some(format!("Root=1-{seconds}-{random};Parent={span};Sampled={sampled}").into())
}

/// What a call is made for, see [`Observer::trace_headers`](crate::Observer::trace_headers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Traced<'a> {
    /// A task, by the number of its `TaskScheduled`.
    Task(u64),
    /// The child executions of the Map Run with this ARN.
    Children(&'a Text),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_parents_are_none() {
        let (trace, span) = ("5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8");
        let is_read = |text: String| x_amzn_trace_id(&text).is_some();
        assert!(is_read(format!("00-{trace}-{span}-00")));
        assert!(is_read(format!("01-{trace}-{span}-01-more")));
        for malformed in [
            format!("00-{trace}-{span}-01-more"),
            format!("ff-{trace}-{span}-01"),
            format!("00-{trace}-{span}"),
            format!("00-{trace}-{span}-1"),
            format!("00-{}-{span}-01", trace.to_uppercase()),
            format!("00-{}-{span}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}é-{span}-01", "0".repeat(30)),
            String::new(),
        ] {
            assert!(!is_read(malformed.clone()), "{malformed}");
        }
    }
}
