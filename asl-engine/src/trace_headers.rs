//! [`TraceHeaders`]: the headers with which a call says which trace it belongs to, and [`TraceContext`], which reads and
//! writes them.

use std::fmt::Write as _;

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

/// A trace, and a span of it, as headers name them.
///
/// ```
/// use asl_engine::TraceContext;
///
/// let context = TraceContext::from_w3c("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01").unwrap();
/// let header = context.to_x_amzn_trace_id();
/// assert_eq!(header, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
/// assert_eq!(TraceContext::from_x_amzn_trace_id(&header), Some(context));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace. It is not 0.
    pub trace_id: u128,
    /// The span. It is not 0. `None` if only the trace is known.
    pub span_id: Option<u64>,
    /// Whether the sender records the trace; `None` if it leaves that to others.
    pub sampled: Option<bool>,
}

impl TraceContext {
    /// Reads a `traceparent`: `00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01`. `None` if it is malformed.
    ///
    /// Source: <https://www.w3.org/TR/trace-context/>
    pub fn from_w3c(traceparent: &str) -> Option<TraceContext> {
        let mut parts = traceparent.trim().split('-');
        let [version, trace, span, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        let version = digits(version, 2)?;
        // Version 00 has four parts, later ones may have more. Digits are in lower case.
        let is_longer = version == 0 && parts.next().is_some();
        if version == 0xff || is_longer || traceparent.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        Some(TraceContext {
            trace_id: digits(trace, 32).filter(|id| *id != 0)?,
            span_id: Some(span_id(span)?),
            sampled: Some(digits(flags, 2)? & 1 == 1),
        })
    }

    /// Reads an `X-Amzn-Trace-Id`: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
    ///
    /// Parts that X-Ray adds, such as `Self` and `Lineage`, are ignored. `None` if it names no trace.
    ///
    /// Source: <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
    pub fn from_x_amzn_trace_id(header: &str) -> Option<TraceContext> {
        let (mut trace_id, mut span, mut sampled) = (None, None, None);
        for (name, value) in header.split(';').filter_map(|part| part.trim().split_once('=')) {
            match (name, value) {
                ("Root", root) => trace_id = root_id(root),
                ("Parent", parent) => span = span_id(parent),
                ("Sampled", "1") => sampled = Some(true),
                ("Sampled", "0") => sampled = Some(false),
                ("Sampled", _) => sampled = None,
                _ => {}
            }
        }
        Some(TraceContext { trace_id: trace_id?, span_id: span, sampled })
    }

    /// The `traceparent`; `None` without a span.
    pub fn to_w3c(&self) -> Option<Text> {
        let flags = u8::from(self.sampled == Some(true));
        Some(format!("00-{:032x}-{:016x}-{flags:02x}", self.trace_id, self.span_id?).into())
    }

    /// The `X-Amzn-Trace-Id`.
    pub fn to_x_amzn_trace_id(&self) -> Text {
        let (seconds, random) = (self.trace_id >> 96, self.trace_id & (u128::MAX >> 32));
        let mut header = format!("Root=1-{seconds:08x}-{random:024x}");
        // Writing to a text does not fail.
        if let Some(span) = self.span_id {
            let _ = write!(header, ";Parent={span:016x}");
        }
        if let Some(sampled) = self.sampled {
            let _ = write!(header, ";Sampled={}", u8::from(sampled));
        }
        header.into()
    }
}

/// A number of exactly this many hexadecimal digits.
fn digits(text: &str, count: usize) -> Option<u128> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u128::from_str_radix(text, 16).ok().filter(|_| is_number)
}

fn span_id(text: &str) -> Option<u64> {
    u64::try_from(digits(text, 16)?).ok().filter(|id| *id != 0)
}

/// `1-5759e988-bd862e3fe1be46a994272793`
fn root_id(text: &str) -> Option<u128> {
    let (seconds, random) = text.strip_prefix("1-")?.split_once('-')?;
    let id = digits(seconds, 8)? << 96 | digits(random, 24)?;
    Some(id).filter(|id| *id != 0)
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

    const TRACE: &str = "5759e988bd862e3fe1be46a994272793";
    const SPAN: &str = "53995c3f42cd8ad8";

    /// A header of X-Ray, and how it is written again.
    #[track_caller]
    fn x_ray(header: &str, expected: Option<&str>) {
        let read = TraceContext::from_x_amzn_trace_id(header);
        assert_eq!(read.map(|read| read.to_x_amzn_trace_id()).as_deref(), expected, "{header}");
    }

    #[test]
    fn headers_of_x_ray() {
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        let whole = format!("{root};Parent={SPAN};Sampled=1");
        x_ray(&whole, Some(&whole));
        let off = format!("{root};Parent={SPAN};Sampled=0");
        x_ray(&format!("Sampled=0; {root}; Parent={SPAN}"), Some(&off));
        x_ray(&format!("{root};Sampled=?"), Some(root));
        x_ray(&format!("Self=1-1-2;{root};Lineage=a87bd80c:1|68fd508a:5;Parent=x"), Some(root));
        x_ray(&format!("{root};Parent=0000000000000000"), Some(root));
        x_ray(&format!("Root=1-5759E988-bd862e3fe1be46a994272793;Parent={SPAN};Sampled=1"), Some(&whole));
        x_ray(&format!("Parent={SPAN};Sampled=1"), None);
        x_ray("Root=1-5759e988-bd862e3f", None);
        x_ray("Root=1-00000000-000000000000000000000000", None);
        x_ray("Root=1-5759e98é-bd862e3fe1be46a994272793", None);
        x_ray("", None);
    }

    /// A `traceparent`, and how it is written again.
    #[track_caller]
    fn w3c(header: &str, expected: Option<&str>) {
        let read = TraceContext::from_w3c(header);
        assert_eq!(read.and_then(|read| read.to_w3c()).as_deref(), expected, "{header}");
    }

    #[test]
    fn headers_of_w3c() {
        let on = format!("00-{TRACE}-{SPAN}-01");
        let off = format!("00-{TRACE}-{SPAN}-00");
        w3c(&on, Some(&on));
        w3c(&format!(" {off} "), Some(&off));
        w3c(&format!("01-{TRACE}-{SPAN}-03-more"), Some(&on));
        for malformed in [
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("0x-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-+1"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{}é-{SPAN}-01", "0".repeat(30)),
            String::new(),
        ] {
            w3c(&malformed, None);
        }
    }
}
