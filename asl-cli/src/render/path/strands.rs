//! Which strand of an execution an event belongs to: the machine itself, a branch, an iteration.
//!
//! Events only say which event led to them; a strand is found by following that.

use std::collections::{HashMap, VecDeque};

use asl_engine::{Event, EventKind, StateType};
use asl_value::Text;

use super::fans_out;

/// Events of a strand that may still be followed: its last one, and those a few before.
const FOLLOWED: usize = 4;

/// The strands that are alive: an execution may go on for long.
#[derive(Default)]
pub(super) struct Strands {
    strands: Vec<Option<Strand>>,
    /// Places for new ones.
    free: Vec<usize>,
    /// Of the events that may still be followed.
    places: HashMap<u64, Place>,
}

#[derive(Clone, Copy)]
struct Place {
    strand: usize,
    /// Whether a state that follows is the first of a branch.
    starts_branches: bool,
}

struct Strand {
    parent: Option<usize>,
    depth: usize,
    /// The state it stands in; `None` at first, and behind a state that failed for good.
    state: Option<(StateType, Text)>,
    /// Attempts at the state's work.
    attempts: u64,
    events: VecDeque<u64>,
    /// The events at which its branches and iterations began.
    beginnings: Vec<u64>,
}

/// What there is to know of an event.
pub(super) struct Step {
    pub(super) depth: usize,
    /// Which attempt at the state's work begins, 0 for the first.
    pub(super) attempt: u64,
}

impl Strands {
    pub(super) fn follow(&mut self, event: &Event) -> Step {
        if self.strands.is_empty() {
            self.start(None, 0);
        }
        let before = self.places.get(&event.previous_id).copied();
        let before = before.unwrap_or(Place { strand: 0, starts_branches: false });
        let mut strand = before.strand;
        let mut attempt = 0;
        match &event.kind {
            EventKind::StateEntered { state, name, .. } => {
                if before.starts_branches {
                    strand = self.start(Some(strand), 1);
                }
                if let Some(strand) = self.get_mut(strand) {
                    strand.state = Some((*state, name.clone()));
                    strand.attempts = 0;
                }
            }
            EventKind::MapIterationStarted { name, .. } => {
                let map = self.outward(strand, |_, state| state == name);
                strand = self.start(Some(map), 2);
            }
            EventKind::StateExited { name, .. } => strand = self.outward(strand, |_, state| state == name),
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
        self.place(event, strand);
        if let EventKind::StateExited { .. } = &event.kind {
            self.leave(strand);
        }
        let depth = self.get(strand).map_or(0, |strand| strand.depth);
        let is_end = matches!(
            event.kind,
            EventKind::ExecutionSucceeded { .. }
                | EventKind::ExecutionFailed(_)
                | EventKind::ExecutionTimedOut(_)
                | EventKind::ExecutionAborted(_)
        );
        // The line of an item stands between those of its map and of its states.
        let header = usize::from(matches!(event.kind, EventKind::MapIterationStarted { .. }));
        Step { depth: if is_end { 0 } else { depth - header.min(depth) }, attempt }
    }

    fn get(&self, strand: usize) -> Option<&Strand> {
        self.strands.get(strand)?.as_ref()
    }

    fn get_mut(&mut self, strand: usize) -> Option<&mut Strand> {
        self.strands.get_mut(strand)?.as_mut()
    }

    /// Notes where an event stands, and forgets those that nothing follows any more.
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

    /// A strand has left its state: what that had begun is over.
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

    /// A new strand, so many levels further in.
    fn start(&mut self, parent: Option<usize>, deeper: usize) -> usize {
        let depth = parent.and_then(|parent| self.get(parent)).map_or(0, |parent| parent.depth + deeper);
        let (events, beginnings) = Default::default();
        let strand = Strand { parent, depth, state: None, attempts: 0, events, beginnings };
        if let Some(index) = self.free.pop()
            && let Some(place) = self.strands.get_mut(index)
        {
            *place = Some(strand);
            return index;
        }
        self.strands.push(Some(strand));
        self.strands.len() - 1
    }

    /// The innermost strand around `from` that stands in such a state; `from` itself if there is none.
    fn outward(&self, from: usize, fits: impl Fn(StateType, &Text) -> bool) -> usize {
        let mut at = Some(from);
        while let Some((index, strand)) = at.and_then(|index| Some((index, self.get(index)?))) {
            if strand.state.as_ref().is_some_and(|(kind, name)| fits(*kind, name)) {
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
