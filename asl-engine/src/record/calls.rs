//! The calls of tasks in a record.

use std::collections::HashMap;

use asl_value::{Text, Value};

use super::order::Order;
use super::strands::{Strand, Strands};
use super::{Record, RecordError};
use crate::Failure;
use crate::event::EventKind;

/// A recorded call of a task: one attempt.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedCall {
    /// The state.
    pub state: Text,
    /// How the call ended.
    pub end: RecordedEnd,
}

/// How a recorded call of a task ended.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordedEnd {
    /// With a result.
    Returned(Value),
    /// With an error, which may be that of a timeout.
    Failed(Failure),
    /// Not at all: the execution ended first, or another branch or iteration failed, with this error if it is known.
    Aborted(Option<Failure>),
}

struct Call {
    event: u64,
    strand: Strand,
    call: RecordedCall,
}

impl Record {
    /// The calls of tasks, in the order in which an execution makes them whose tasks answer at once, as mocks do. The
    /// children of distributed Maps have histories of their own, so their calls are not among them.
    ///
    /// # Errors
    /// The events do not follow one another as those of an execution do.
    pub fn calls(&self) -> Result<Vec<RecordedCall>, RecordError> {
        calls(self)
    }
}

/// The calls in the order in which an execution makes them whose tasks answer at once, and whose waits take as long as
/// the recorded ones. That is the order in which mocks are asked.
fn calls(record: &Record) -> Result<Vec<RecordedCall>, RecordError> {
    let mut strands = Strands::default();
    let mut order = Order::default();
    let mut calls: Vec<Call> = Vec::new();
    // The last call of each strand.
    let mut last: Vec<Option<usize>> = Vec::new();
    for event in &record.events {
        let (strand, place) = strands.follow(event)?;
        order.follow(record, event, strand, place.as_ref(), &strands);
        if last.len() <= strand.index() {
            last.resize(strand.index() + 1, None);
        }
        let Some(open) = last.get_mut(strand.index()) else { continue };
        let end = match &event.kind {
            EventKind::TaskScheduled(_) => {
                let Some((_, state)) = strands.state(strand) else { continue };
                *open = Some(calls.len());
                let call = RecordedCall { state, end: RecordedEnd::Aborted(None) };
                calls.push(Call { event: event.id, strand, call });
                continue;
            }
            EventKind::TaskSucceeded { output, .. } => RecordedEnd::Returned(output.clone()),
            EventKind::TaskFailed { failure, .. } | EventKind::TaskTimedOut { failure, .. } => {
                RecordedEnd::Failed(failure.clone())
            }
            _ => continue,
        };
        if let Some(call) = open.take().and_then(|open| calls.get_mut(open)) {
            call.call.end = end;
        }
    }
    abort(record, &strands, &mut calls);
    order.schedule();
    calls.sort_by_cached_key(|call| order.key(call.event, call.strand));
    Ok(calls.into_iter().map(|call| call.call).collect())
}

/// Gives each call that did not end the failure that stopped it: the first later one of a Parallel or Map around it.
fn abort(record: &Record, strands: &Strands, calls: &mut [Call]) {
    let outcome = record.outcome().and_then(|outcome| outcome.failure().cloned());
    // From the last event backwards: the next failure of each strand, as its event and the one that it follows.
    let mut next: HashMap<Strand, (u64, u64)> = HashMap::new();
    let mut events = record.events.iter().rev().peekable();
    for call in calls.iter_mut().rev() {
        while let Some(event) = events.next_if(|event| event.id > call.event) {
            if matches!(event.kind, EventKind::ParallelStateFailed | EventKind::MapStateFailed) {
                next.insert(strands.of(event.id), (event.id, event.previous_id));
            }
        }
        if !matches!(call.call.end, RecordedEnd::Aborted(_)) {
            continue;
        }
        let around = std::iter::successors(strands.parent(call.strand), |strand| strands.parent(*strand));
        let failed = around.filter_map(|strand| next.get(&strand)).min();
        let failure = failed.and_then(|(_, cause)| failure_of(&record.event(*cause)?.kind));
        call.call.end = RecordedEnd::Aborted(failure.or_else(|| outcome.clone()));
    }
}

fn failure_of(kind: &EventKind) -> Option<Failure> {
    match kind {
        EventKind::TaskFailed { failure, .. } | EventKind::TaskTimedOut { failure, .. } => {
            Some(failure.clone())
        }
        EventKind::EvaluationFailed(failed) => Some(failed.failure.clone()),
        _ => None,
    }
}
