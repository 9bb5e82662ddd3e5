//! [`Order`]: when things happen in an execution whose tasks answer at once.
//!
//! A recorded execution took turns between strands as its tasks answered. With mocks all tasks answer at once, so only
//! waits and the delays of retries count, and the iterations of a Map begin earlier, whenever one before them ends.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use super::Record;
use super::strands::{Place, Strand, Strands, Work};
use crate::event::{Event, EventKind, StateType};

/// Seconds.
type Time = u64;

#[derive(Default)]
pub(super) struct Order {
    /// When each event happens, since the beginning of its strand.
    times: Vec<(Strand, Time)>,
    strands: Vec<Timed>,
    /// The attempts of Parallels and Maps, by the events with which they began.
    attempts: HashMap<u64, Attempt>,
}

#[derive(Default, Clone)]
struct Timed {
    /// The attempt that began it, and its number among the strands of the attempt.
    inside: Option<(u64, usize)>,
    /// When it begins, since the beginning of the attempt.
    starts: Time,
    /// How long it takes.
    takes: Time,
}

struct Attempt {
    strand: Strand,
    /// Since the beginning of its strand.
    began: Time,
    /// How many strands begin with it.
    together: usize,
    strands: Vec<Strand>,
}

impl Attempt {
    /// Sets when its strands begin: in order, each as soon as there is room. Returns when the last one ends.
    fn schedule(&self, strands: &mut [Timed]) -> Time {
        let mut order = self.strands.clone();
        let number =
            |strands: &[Timed], strand: &Strand| strands.get(strand.index()).and_then(|timed| timed.inside);
        order.sort_by_key(|strand| number(strands, strand));
        let mut running: BinaryHeap<Reverse<Time>> = BinaryHeap::new();
        let mut last = 0;
        for strand in order {
            let starts = match running.len() < self.together.max(1) {
                true => 0,
                false => running.pop().map_or(0, |Reverse(ends)| ends),
            };
            let Some(timed) = strands.get_mut(strand.index()) else { continue };
            timed.starts = starts;
            running.push(Reverse(starts + timed.takes));
            last = last.max(starts + timed.takes);
        }
        last
    }
}

impl Order {
    /// Follows the next event, which is in this strand and may be a step of a state.
    pub(super) fn follow(
        &mut self,
        record: &Record,
        event: &Event,
        strand: Strand,
        place: Option<&Place>,
        strands: &Strands,
    ) {
        let is_first = self.strands.len() <= strand.index();
        if is_first {
            self.strands.resize(strand.index() + 1, Timed::default());
            self.begin(event, strand, strands);
        }
        let since = record.event(event.previous_id).map(|before| event.timestamp.since(before.timestamp));
        let is_retry = place.is_some_and(|place| place.work == Work::Began && place.attempt > 0);
        let waits = is_retry || matches!(event.kind, EventKind::StateExited { state: StateType::Wait, .. });
        let mut time = if is_first { 0 } else { self.before(event, strand) };
        if waits {
            time += seconds(since);
        }
        if matches!(event.kind, EventKind::ParallelStateStarted | EventKind::MapStateStarted { .. }) {
            let attempt = Attempt { strand, began: time, together: 0, strands: Vec::new() };
            self.attempts.insert(event.id, attempt);
        }
        self.times.push((strand, time));
        if let Some(timed) = self.strands.get_mut(strand.index()) {
            timed.takes = timed.takes.max(time);
        }
    }

    /// A strand begins with this event.
    fn begin(&mut self, event: &Event, strand: Strand, strands: &Strands) {
        let Some(parent) = strands.parent(strand) else { return };
        let began = strands.began(parent);
        let Some(attempt) = self.attempts.get_mut(&began) else { return };
        let number = match &event.kind {
            EventKind::MapIterationStarted { index, .. } => *index,
            _ => attempt.strands.len(),
        };
        attempt.strands.push(strand);
        attempt.together += usize::from(event.previous_id == began);
        if let Some(timed) = self.strands.get_mut(strand.index()) {
            timed.inside = Some((began, number));
        }
    }

    /// The time at which the event before an event of a strand happens, since the beginning of the strand.
    fn before(&mut self, event: &Event, strand: Strand) -> Time {
        let index = usize::try_from(event.previous_id).ok().and_then(|id| id.checked_sub(1));
        let Some(&(mut inner, mut time)) = index.and_then(|index| self.times.get(index)) else { return 0 };
        while inner != strand {
            let Some((began, _)) = self.strands.get(inner.index()).and_then(|timed| timed.inside) else {
                break;
            };
            let Some(attempt) = self.attempts.get(&began) else { break };
            let all = attempt.schedule(&mut self.strands);
            let starts = self.strands.get(inner.index()).map_or(0, |timed| timed.starts);
            let ends = match event.kind {
                // It succeeded: all strands have ended.
                EventKind::StateExited { .. } => all,
                _ => starts + time,
            };
            time = attempt.began + ends;
            inner = attempt.strand;
        }
        time
    }

    /// Sets when all strands begin. Called once all events were followed.
    pub(super) fn schedule(&mut self) {
        for attempt in self.attempts.values() {
            attempt.schedule(&mut self.strands);
        }
    }

    /// The key by which events are sorted: the time, then the strand's place among the strands of each attempt around
    /// it, from the outside inwards, then the number.
    pub(super) fn key(&self, event: u64, strand: Strand) -> (Time, Vec<(u64, usize)>, u64) {
        let index = usize::try_from(event).ok().and_then(|id| id.checked_sub(1));
        let mut time = index.and_then(|index| self.times.get(index)).map_or(0, |(_, time)| *time);
        let mut path = Vec::new();
        let mut at = strand;
        while let Some(Timed { inside: Some(inside), starts, .. }) = self.strands.get(at.index()) {
            path.push(*inside);
            let Some(attempt) = self.attempts.get(&inside.0) else { break };
            time += starts + attempt.began;
            at = attempt.strand;
        }
        path.reverse();
        (time, path, event)
    }
}

/// Waits are whole seconds; what is recorded of them is a little longer.
fn seconds(time: Option<Duration>) -> Time {
    let time = time.unwrap_or_default();
    time.as_secs() + u64::from(time.subsec_millis() >= 500)
}
