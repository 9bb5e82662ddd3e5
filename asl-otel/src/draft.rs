//! Spans while they are open.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use asl_value::{Text, Timestamp};
use opentelemetry::trace::{Event, SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use crate::names;

/// The most events that a span keeps, as in OpenTelemetry's specification. More are counted.
const MOST_EVENTS: usize = 128;

/// A span that is open, and what is open in it.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) data: SpanData,
    /// The row that it is in; 0 for the execution.
    pub(crate) outer: u64,
    /// The rows in it that are open.
    pub(crate) inner: BTreeSet<u64>,
    /// The attempt of a task that is open.
    pub(crate) attempt: Option<SpanData>,
    /// When and why it failed.
    pub(crate) failed: Option<(Timestamp, Text)>,
}

/// How a span ends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum End {
    Done,
    /// With this error.
    Failed(Text),
    /// Something around it ended first.
    Aborted,
}

impl Draft {
    pub(crate) fn new(data: SpanData, outer: u64) -> Draft {
        Draft { data, outer, inner: BTreeSet::new(), attempt: None, failed: None }
    }
}

pub(crate) fn span(
    context: SpanContext,
    parent: Option<SpanId>,
    kind: SpanKind,
    name: String,
    start: Timestamp,
    attributes: Vec<KeyValue>,
) -> SpanData {
    SpanData {
        span_context: context,
        parent_span_id: parent.unwrap_or(SpanId::INVALID),
        parent_span_is_remote: false,
        span_kind: kind,
        name: name.into(),
        start_time: time(start),
        end_time: time(start),
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: scope(),
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("asl").with_version(env!("CARGO_PKG_VERSION")).build()
}

pub(crate) fn note(span: &mut SpanData, name: &'static str, at: Timestamp, attributes: Vec<KeyValue>) {
    if span.events.events.len() < MOST_EVENTS {
        span.events.events.push(Event::new(name, time(at), attributes, 0));
    } else {
        span.events.dropped_count = span.events.dropped_count.saturating_add(1);
    }
}

pub(crate) fn close(span: &mut SpanData, at: Timestamp, end: &End) {
    span.end_time = time(at).max(span.start_time);
    match end {
        End::Done => {}
        End::Failed(error) => {
            span.attributes.push(names::text(names::ERROR_TYPE, error));
            span.status = Status::error(names::shortened(error));
        }
        End::Aborted => span.attributes.push(names::text(names::OUTCOME, "ABORTED")),
    }
}

fn time(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(at.epoch_millis()).unwrap_or_default())
}
