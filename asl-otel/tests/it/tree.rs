//! Spans as text: a line for each, inside its parent, with times in seconds after the first.

use std::fmt::Write;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

pub(crate) fn tree(spans: &[Span]) -> String {
    let first = spans.iter().map(|span| span.start_time_unix_nano).min().unwrap_or_default();
    let is_known = |id: &[u8]| spans.iter().any(|span| span.span_id == id);
    let roots = spans.iter().filter(|span| !is_known(&span.parent_span_id));
    let mut text = String::new();
    show(&mut text, spans, sorted(roots), first, 0);
    text
}

fn sorted<'s>(spans: impl Iterator<Item = &'s Span>) -> Vec<&'s Span> {
    let mut sorted: Vec<&Span> = spans.collect();
    sorted.sort_by_key(|span| (span.start_time_unix_nano, span.name.clone(), attributes(&span.attributes)));
    sorted
}

fn show(text: &mut String, all: &[Span], spans: Vec<&Span>, first: u64, depth: usize) {
    for span in spans {
        assert_eq!(span.trace_id, all[0].trace_id, "one trace");
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano);
        let indent = "  ".repeat(depth);
        let kind = span.kind().as_str_name().trim_start_matches("SPAN_KIND_");
        let at = |nanos: u64| (nanos - first) / 1_000_000_000;
        let (start, end) = (at(span.start_time_unix_nano), at(span.end_time_unix_nano));
        let status = span.status.as_ref().filter(|status| status.code != 0);
        let status = status.map(|status| format!(" ERROR `{}`", status.message)).unwrap_or_default();
        let attributes = attributes(&span.attributes);
        writeln!(text, "{indent}{} {kind} {start}..{end}{status}{attributes}", span.name).unwrap();
        for event in &span.events {
            let more = self::attributes(&event.attributes);
            writeln!(text, "{indent}  ! {} {}{more}", event.name, at(event.time_unix_nano)).unwrap();
        }
        let inner = all.iter().filter(|inner| inner.parent_span_id == span.span_id);
        show(text, all, sorted(inner), first, depth + 1);
    }
}

pub(crate) fn attributes(attributes: &[KeyValue]) -> String {
    let mut shown: Vec<String> = attributes
        .iter()
        .map(|attribute| {
            let value = match attribute.value.as_ref().and_then(|value| value.value.as_ref()) {
                Some(Value::StringValue(text)) => text.clone(),
                Some(Value::IntValue(number)) => number.to_string(),
                other => format!("{other:?}"),
            };
            format!(" {}={value}", attribute.key)
        })
        .collect();
    shown.sort();
    shown.concat()
}
