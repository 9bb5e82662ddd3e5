//! [`Open`]: the spans of an execution that have begun and not ended.

use std::collections::HashMap;

use asl_engine::Identity;
use asl_value::{Text, Timestamp};
use opentelemetry::KeyValue;
use opentelemetry::trace::{Link, SpanContext, SpanId, SpanKind};
use opentelemetry_sdk::trace::SpanData;

use crate::draft::{Draft, End, close, note, span};
use crate::ids;

/// The spans of an execution that have begun and not ended, each by its row: the number of the event that entered the
/// state or began the iteration. Row 0 is the execution, and stands for rows of an earlier run.
pub(crate) struct Open {
    identity: Identity,
    began: Timestamp,
    own: SpanContext,
    rows: HashMap<u64, Draft>,
    /// The rows of Map Runs.
    pub(crate) map_runs: Vec<(Text, u64)>,
    /// Whether spans that end now are new.
    pub(crate) is_live: bool,
    ended: Vec<SpanData>,
}

impl Open {
    pub(crate) fn new(identity: &Identity, began: Timestamp, own: SpanContext) -> Open {
        let (rows, map_runs, ended) = (HashMap::new(), Vec::new(), Vec::new());
        Open { identity: identity.clone(), began, own, rows, map_runs, is_live: false, ended }
    }

    /// The same with the span of the execution.
    pub(crate) fn beginning(
        mut self,
        name: String,
        parent: Option<SpanId>,
        kind: SpanKind,
        attributes: Vec<KeyValue>,
        links: Vec<SpanContext>,
    ) -> Open {
        let is_remote = kind != SpanKind::Internal && parent.is_some();
        let mut data = span(self.own.clone(), parent, kind, name, self.began, attributes);
        data.parent_span_is_remote = is_remote;
        data.links.links = links.into_iter().map(Link::with_context).collect();
        self.rows.insert(0, Draft::new(data, 0));
        self
    }

    /// The span that begins with this event.
    pub(crate) fn context(&self, event: u64) -> SpanContext {
        let (own, id) = (&self.own, ids::span(&self.identity, self.began, event));
        SpanContext::new(own.trace_id(), id, own.trace_flags(), false, own.trace_state().clone())
    }

    pub(crate) fn map_run(&self, arn: &Text) -> Option<u64> {
        self.map_runs.iter().rev().find(|(known, _)| known == arn).map(|(_, row)| *row)
    }

    /// Whether the span of this row has begun and not ended.
    pub(crate) fn is_open(&self, row: u64) -> bool {
        self.rows.contains_key(&row)
    }

    /// The row, or the execution if it is unknown.
    fn known(&mut self, row: u64) -> Option<&mut Draft> {
        let row = if self.rows.contains_key(&row) { row } else { 0 };
        self.rows.get_mut(&row)
    }

    /// Opens the span of a state or an iteration.
    pub(crate) fn row(
        &mut self,
        row: u64,
        outer: Option<u64>,
        name: String,
        at: Timestamp,
        attributes: Vec<KeyValue>,
    ) {
        let outer = outer.filter(|outer| self.rows.contains_key(outer)).unwrap_or_default();
        let context = self.context(row);
        let Some(around) = self.rows.get_mut(&outer) else { return };
        around.inner.insert(row);
        let parent = Some(around.data.span_context.span_id());
        let data = span(context, parent, SpanKind::Internal, name, at, attributes);
        self.rows.insert(row, Draft::new(data, outer));
    }

    /// Opens the span of an attempt of a task.
    pub(crate) fn attempt(
        &mut self,
        row: u64,
        scheduled: u64,
        name: String,
        at: Timestamp,
        attributes: Vec<KeyValue>,
    ) {
        let context = self.context(scheduled);
        let Some(state) = self.known(row) else { return };
        let parent = Some(state.data.span_context.span_id());
        let opened = span(context, parent, SpanKind::Client, name, at, attributes);
        let before = state.attempt.replace(opened);
        // Only where the rows are those of an earlier run.
        if let Some(before) = before {
            self.end(before, at, &End::Aborted);
        }
    }

    pub(crate) fn note_attempt(
        &mut self,
        row: u64,
        name: &'static str,
        at: Timestamp,
        attributes: Vec<KeyValue>,
    ) {
        if let Some(attempt) = self.known(row).and_then(|state| state.attempt.as_mut()) {
            note(attempt, name, at, attributes);
        }
    }

    pub(crate) fn close_attempt(&mut self, row: u64, at: Timestamp, end: &End, attributes: Vec<KeyValue>) {
        let Some(mut attempt) = self.known(row).and_then(|state| state.attempt.take()) else { return };
        attempt.attributes.extend(attributes);
        self.end(attempt, at, end);
    }

    pub(crate) fn attribute(&mut self, row: u64, attribute: KeyValue) {
        if let Some(draft) = self.rows.get_mut(&row) {
            draft.data.attributes.retain(|known| known.key != attribute.key);
            draft.data.attributes.push(attribute);
        }
    }

    pub(crate) fn note(&mut self, row: u64, name: &'static str, at: Timestamp, attributes: Vec<KeyValue>) {
        if let Some(draft) = self.rows.get_mut(&row) {
            note(&mut draft.data, name, at, attributes);
        }
    }

    /// A state fails. Its span ends with what is around it, for it has no event of its end.
    pub(crate) fn fail(&mut self, row: u64, at: Timestamp, error: Text) {
        if let Some(draft) = self.rows.get_mut(&row) {
            draft.failed = Some((at, error));
        }
    }

    /// Ends an iteration with the error of the state that failed in it.
    pub(crate) fn fail_iteration(&mut self, row: u64, at: Timestamp) {
        let Some(draft) = self.rows.get(&row) else { return };
        let inner = draft.inner.iter().filter_map(|inner| self.rows.get(inner)?.failed.as_ref());
        let error = inner.map(|(_, error)| error.clone()).next().unwrap_or_else(|| "_OTHER".into());
        self.close(row, at, &End::Failed(error));
    }

    /// Ends a span, and what is open in it.
    pub(crate) fn close(&mut self, row: u64, at: Timestamp, end: &End) {
        self.close_inner(row, at);
        let Some(draft) = self.rows.remove(&row) else { return };
        if let Some(outer) = self.rows.get_mut(&draft.outer) {
            outer.inner.remove(&row);
        }
        if let Some(attempt) = draft.attempt {
            self.end(attempt, at, &End::Aborted);
        }
        match draft.failed {
            Some((failed, error)) if *end == End::Aborted => {
                self.end(draft.data, failed, &End::Failed(error))
            }
            _ => self.end(draft.data, at, end),
        }
    }

    /// Ends what is open in a span: another branch has failed, or it begins again.
    pub(crate) fn close_inner(&mut self, row: u64, at: Timestamp) {
        let Some(draft) = self.rows.get_mut(&row) else { return };
        for inner in std::mem::take(&mut draft.inner) {
            self.close(inner, at, &End::Aborted);
        }
    }

    fn end(&mut self, mut data: SpanData, at: Timestamp, end: &End) {
        if self.is_live {
            close(&mut data, at, end);
            self.ended.push(data);
        }
    }

    /// The spans that have ended.
    pub(crate) fn take_ended(&mut self) -> Vec<SpanData> {
        std::mem::take(&mut self.ended)
    }
}
