//! [`Outline`]: which part of an execution an event belongs to.
//!
//! An event only names the event that led to it. Following these links finds the strand of an event: the machine
//! itself, a branch, an iteration.

use std::collections::{HashMap, VecDeque};

use asl_value::Text;

use crate::event::{Event, EventKind, StateType};

/// How many events of a strand may still be followed: its last one, and a few before.
const FOLLOWED: usize = 4;

/// Follows the events of an execution and finds the state and the iteration that each belongs to. Use it to print
/// states inside their Parallel or Map.
///
/// It needs every event, in order. It keeps only events that later ones may still follow, so long executions are fine.
/// The children of a distributed Map have outlines of their own.
///
/// ```
/// use asl_engine::{Event, EventKind, Outline, StateType};
/// use asl_value::{json, Timestamp};
/// let mut outline = Outline::default();
/// let kind = EventKind::StateEntered { state: StateType::Map, name: "Each".into(), input: json!([1]) };
/// let event = |id, previous_id, kind| Event { id, previous_id, timestamp: Timestamp::EPOCH, kind };
/// let entered = outline.follow(&event(2, 0, kind));
/// assert_eq!((entered.depth, entered.row, entered.inside), (0, Some(2), None));
/// outline.follow(&event(3, 2, EventKind::MapStateStarted { length: 1 }));
/// let item = outline.follow(&event(4, 3, EventKind::MapIterationStarted { name: "Each".into(), index: 0 }));
/// assert_eq!((item.depth, item.row, item.inside), (1, Some(4), Some(2)));
/// ```
#[derive(Debug, Default)]
pub struct Outline {
    strands: Vec<Option<Strand>>,
    /// Free places for new strands.
    free: Vec<usize>,
    /// The strands of the events that may still be followed.
    places: HashMap<u64, Place>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    strand: usize,
    /// Whether the next state is the first of a branch.
    starts_branches: bool,
}

#[derive(Debug)]
struct Strand {
    parent: Option<usize>,
    depth: usize,
    /// The event that entered the Parallel or began the iteration around the strand.
    inside: Option<u64>,
    /// The index of the item, if it is an iteration.
    item: Option<usize>,
    /// The event that entered its state.
    entered: Option<u64>,
    /// The current state; `None` before the first state, and after a state that failed for good.
    state: Option<(StateType, Text)>,
    /// The attempts at the work of the state.
    attempts: u64,
    events: VecDeque<u64>,
    /// The events at which its branches and iterations began.
    beginnings: Vec<u64>,
    /// Whether an earlier run has begun it.
    goes_on: bool,
}

/// The place of an event in an [`Outline`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutlineStep {
    /// How many states and iterations are around it.
    pub depth: usize,
    /// The number of the attempt that begins with the event, 0 for the first.
    pub attempt: u64,
    /// The event that entered the state, or began the iteration, that this event is about. It is often the event
    /// itself.
    pub row: Option<u64>,
    /// The event that entered the state, or began the iteration, around `row`.
    pub inside: Option<u64>,
}

impl Outline {
    /// A state that an earlier run has entered goes on: with the event `entered`, which this outline has not seen. Of an
    /// execution that is redriven, an observer learns that from [`VisitStage::Begun`](crate::VisitStage::Begun). What is around
    /// the state is not known.
    pub fn goes_on(&mut self, entered: u64, state: StateType, name: &Text) {
        if self.strands.is_empty() {
            self.start(None, 0, None);
        }
        let index = self.start(None, 0, None);
        if let Some(strand) = self.get_mut(index) {
            strand.entered = Some(entered);
            strand.state = Some((state, name.clone()));
            strand.events.push_back(entered);
            strand.goes_on = true;
        }
        self.places.insert(entered, Place { strand: index, starts_branches: false });
    }

    /// Returns the place of the next event.
    pub fn follow(&mut self, event: &Event) -> OutlineStep {
        if self.strands.is_empty() {
            self.start(None, 0, None);
        }
        let before = self.places.get(&event.previous_id).copied();
        let is_redriven = before.is_none() && matches!(event.kind, EventKind::MapRunRedriven { .. });
        let before = before.unwrap_or(Place { strand: 0, starts_branches: false });
        let mut strand = before.strand;
        let mut attempt = 0;
        match &event.kind {
            EventKind::StateEntered { state, name, .. } => {
                if before.starts_branches {
                    strand = self.start(Some(strand), 1, None);
                }
                if let Some(strand) = self.get_mut(strand) {
                    strand.entered = Some(event.id);
                    strand.state = Some((*state, name.clone()));
                    strand.attempts = 0;
                }
            }
            EventKind::MapIterationStarted { name, index } => {
                let map = self.named(strand, name);
                strand = self.start(Some(map), 2, Some((event.id, *index)));
            }
            EventKind::MapIterationSucceeded { name, index }
            | EventKind::MapIterationFailed { name, index }
            | EventKind::MapIterationAborted { name, index } => {
                strand = self.iteration(strand, name, *index);
            }
            EventKind::StateExited { name, .. } => strand = self.named(strand, name),
            EventKind::MapRunRedriven { .. } if is_redriven => {
                strand = self.going_on_before(event.previous_id).unwrap_or(strand);
            }
            EventKind::ParallelStateStarted => {
                strand = self.outward(strand, |kind, _| kind == StateType::Parallel);
                attempt = self.attempt(strand);
            }
            EventKind::MapStateStarted { .. } => {
                strand = self.outward(strand, |kind, _| kind == StateType::Map);
                attempt = self.attempt(strand);
            }
            EventKind::TaskScheduled { .. } => attempt = self.attempt(strand),
            EventKind::ParallelStateFailed | EventKind::MapStateFailed => {
                strand = self.outward(strand, |kind, _| fans_out(kind));
                if let Some(strand) = self.get_mut(strand) {
                    strand.state = None;
                }
            }
            _ => {}
        }
        if !is_leaf(&event.kind) {
            self.place(event, strand);
        }
        let step = self.step(event, strand, attempt);
        if let EventKind::StateExited { .. } = &event.kind {
            self.leave(strand);
        }
        step
    }

    fn step(&self, event: &Event, strand: usize, attempt: u64) -> OutlineStep {
        let Some(strand) = self.get(strand) else {
            return OutlineStep { depth: 0, attempt, row: None, inside: None };
        };
        let is_end = event.kind.outcome().is_some();
        match event.kind {
            // The row of an item is between that of its Map and those of its states.
            EventKind::MapIterationStarted { .. }
            | EventKind::MapIterationSucceeded { .. }
            | EventKind::MapIterationFailed { .. }
            | EventKind::MapIterationAborted { .. } => {
                let map = strand.parent.and_then(|map| self.get(map));
                OutlineStep {
                    depth: strand.depth.saturating_sub(1),
                    attempt,
                    row: strand.inside,
                    inside: map.and_then(|map| map.entered),
                }
            }
            _ => OutlineStep {
                depth: if is_end { 0 } else { strand.depth },
                attempt,
                row: strand.entered,
                inside: strand.inside,
            },
        }
    }

    fn get(&self, strand: usize) -> Option<&Strand> {
        self.strands.get(strand)?.as_ref()
    }

    fn get_mut(&mut self, strand: usize) -> Option<&mut Strand> {
        self.strands.get_mut(strand)?.as_mut()
    }

    /// Records the place of an event, and forgets events that no other event will follow.
    fn place(&mut self, event: &Event, strand: usize) {
        let starts_branches = matches!(event.kind, EventKind::ParallelStateStarted);
        self.places.insert(event.id, Place { strand, starts_branches });
        let Some(own) = self.get_mut(strand) else { return };
        if starts_branches || matches!(event.kind, EventKind::MapStateStarted { .. }) {
            own.beginnings.push(event.id);
            return;
        }
        own.events.push_back(event.id);
        let oldest = if own.events.len() > FOLLOWED { own.events.pop_front() } else { None };
        if let Some(oldest) = oldest {
            self.places.remove(&oldest);
        }
    }

    /// A strand has left its state: the strands of that state have ended.
    fn leave(&mut self, strand: usize) {
        let Some(own) = self.get_mut(strand) else { return };
        let beginnings = std::mem::take(&mut own.beginnings);
        if beginnings.is_empty() {
            return;
        }
        for event in beginnings {
            self.places.remove(&event);
        }
        let inside: Vec<usize> =
            (0..self.strands.len()).filter(|index| self.is_inside(*index, strand)).collect();
        inside.into_iter().for_each(|index| self.free(index));
    }

    fn is_inside(&self, mut strand: usize, outer: usize) -> bool {
        while let Some(parent) = self.get(strand).and_then(|strand| strand.parent) {
            if parent == outer {
                return true;
            }
            strand = parent;
        }
        false
    }

    fn free(&mut self, strand: usize) {
        let Some(ended) = self.strands.get_mut(strand).and_then(Option::take) else { return };
        for event in ended.events.into_iter().chain(ended.beginnings) {
            self.places.remove(&event);
        }
        self.free.push(strand);
    }

    /// A new strand, this many levels deeper. An iteration has an item with an index, begun by an event.
    fn start(&mut self, parent: Option<usize>, deeper: usize, item: Option<(u64, usize)>) -> usize {
        let outer = parent.and_then(|parent| self.get(parent));
        let entered = outer.and_then(|outer| outer.entered);
        let strand = Strand {
            parent,
            depth: outer.map_or(0, |outer| outer.depth + deeper),
            inside: item.map(|(begun, _)| begun).or(entered),
            item: item.map(|(_, index)| index),
            entered: None,
            state: None,
            attempts: 0,
            events: VecDeque::new(),
            beginnings: Vec::new(),
            goes_on: false,
        };
        if let Some(index) = self.free.pop()
            && let Some(place) = self.strands.get_mut(index)
        {
            *place = Some(strand);
            return index;
        }
        self.strands.push(Some(strand));
        self.strands.len() - 1
    }

    /// The innermost strand from `from` outwards whose state fits; `from` itself if there is none.
    fn outward(&self, from: usize, fits: impl Fn(StateType, &Text) -> bool) -> usize {
        self.find_outward(from, |strand| strand.state.as_ref().is_some_and(|(kind, name)| fits(*kind, name)))
    }

    /// The innermost strand from `from` outwards in the state of this name, or else one that goes on in it; `from` itself if there
    /// is none.
    fn named(&self, from: usize, name: &Text) -> usize {
        let is_it = |strand: &Strand| strand.state.as_ref().is_some_and(|(_, state)| state == name);
        let found = self.find_outward(from, is_it);
        let goes_on = |strand: &Strand| strand.goes_on && is_it(strand);
        let elsewhere = || self.strands.iter().position(|strand| strand.as_ref().is_some_and(goes_on));
        if self.get(found).is_some_and(is_it) { found } else { elsewhere().unwrap_or(from) }
    }

    /// The strand in the Map that was entered last before an event of an earlier run.
    fn going_on_before(&self, event: u64) -> Option<usize> {
        let strands = self.strands.iter().enumerate().filter_map(|(index, strand)| {
            let strand = strand.as_ref()?;
            let (kind, _) = strand.state.as_ref()?;
            (strand.goes_on && *kind == StateType::Map).then_some((strand.entered?, index))
        });
        strands.filter(|(entered, _)| *entered < event).max().map(|(_, index)| index)
    }

    /// The strand of an iteration of the Map of this name around `from`; `from` itself if there is none.
    fn iteration(&self, from: usize, map: &Text, item: usize) -> usize {
        let map = self.outward(from, |_, state| state == map);
        let is_iteration = |strand: &Strand| strand.parent == Some(map) && strand.item == Some(item);
        let around = self.find_outward(from, is_iteration);
        if self.get(around).is_some_and(is_iteration) {
            return around;
        }
        // The event of an aborted iteration follows one of the iteration that failed.
        let strands = self.strands.iter().enumerate();
        let begun = strands.filter_map(|(index, strand)| {
            strand.as_ref().filter(|strand| is_iteration(strand)).map(|strand| (strand.inside, index))
        });
        // The Map may have had earlier attempts.
        begun.max().map_or(from, |(_, index)| index)
    }

    fn find_outward(&self, from: usize, fits: impl Fn(&Strand) -> bool) -> usize {
        let mut at = Some(from);
        while let Some((index, strand)) = at.and_then(|index| Some((index, self.get(index)?))) {
            if fits(strand) {
                return index;
            }
            at = strand.parent;
        }
        from
    }

    fn attempt(&mut self, strand: usize) -> u64 {
        let Some(strand) = self.get_mut(strand) else { return 0 };
        strand.attempts += 1;
        strand.attempts - 1
    }
}

/// Whether no event follows one of this kind. There may be many of them, after an event that others follow, too.
fn is_leaf(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::TaskStateAborted
            | EventKind::WaitStateAborted
            | EventKind::MapStateAborted
            | EventKind::ParallelStateAborted
            | EventKind::MapIterationAborted { .. }
            | EventKind::MapIterationFailed { .. }
    )
}

/// Whether a state of this type starts strands of its own.
fn fans_out(state: StateType) -> bool {
    matches!(state, StateType::Parallel | StateType::Map)
}

#[cfg(test)]
mod tests;
